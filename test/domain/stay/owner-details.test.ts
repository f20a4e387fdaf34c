/** What a process owner reads of a stay in the Temporal UI: one page for each phase, in `test/golden/details`. */
import { describe, expect, it } from 'vitest';
import { wakesOf } from '../../../src/domain/stay/elapse.js';
import { headlineOf } from '../../../src/domain/stay/owner.js';
import { currentDetailsOf } from '../../../src/domain/stay/owner-details.js';
import { PHASES, phaseOf } from '../../../src/domain/stay/parties.js';
import type { Stay } from '../../../src/domain/stay/state.js';
import { ADMISSION, admitted, CASEWORKER, type Case, COORDINATOR, DATA, DOCTOR, NURSE, PROCESS_LEADER, t, upTo } from './case.js';

const SCOPE = DATA['bedom-behov'];
const OUTSIDE = { harInsatser: false, nyttBehov: false, endastRegionensOppenvard: true };

const PAGES: [name: string, phase: string, now: string, make: (now: string) => Case][] = [
  ['inskriven', 'inskriven', '2019-03-04T08:30', (now) => admitted().until(now)],
  ['planering', 'planering', '2019-03-05T13:00', (now) => upTo(admitted(), 'bemannad-vc').until(now)],
  [
    'planering-permission',
    'planering',
    '2019-03-06T12:00',
    (now) => upTo(admitted(), 'forslag').do('2019-03-06T10:00', 'permission', NURSE, DATA.permission).until(now),
  ],
  ['utskrivningsklar', 'utskrivningsklar', '2019-03-08T15:00', (now) => upTo(admitted(), 'hemkomst').until(now)],
  [
    'utskrivningsklar-forsenad',
    'utskrivningsklar',
    '2019-03-13T08:00',
    (now) => upTo(admitted(), 'klar', { without: ['kallelse', 'kvitterad-s', 'kvitterad-k'] }).until(now),
  ],
  [
    'utskrivningsklar-oppenvard-saknas',
    'utskrivningsklar',
    '2019-03-12T10:00',
    (now) =>
      upTo(admitted({ placerandeKommun: '0684' }), 'klar')
        .do('2019-03-10T10:00', 'meddela-oppenvard', COORDINATOR, { lage: 'ej-tillganglig', insats: 'Hemsjukvård' })
        .until(now),
  ],
  [
    'aterkallad',
    'planering',
    '2019-03-09T12:00',
    (now) =>
      upTo(admitted(), 'utskrivningsmeddelande')
        .do('2019-03-09T09:00', 'aterkalla-utskrivningsklar', DOCTOR, { skal: 'Feber igen' })
        .until(now),
  ],
  ['utskriven', 'utskriven', '2019-03-09T12:00', (now) => upTo(admitted(), 'skriv-ut').until(now)],
  ['uppfoljning', 'uppfoljning', '2019-03-15T12:00', (now) => upTo(admitted(), 'sip-delgiven').until(now)],
  ['avslutad', 'avslutad', '2019-04-05T13:00', (now) => upTo(admitted(), 'stangd-k').until(now)],
  ['utanfor', 'utanfor', '2019-03-04T12:00', (now) => admitted().do('2019-03-04T09:00', 'bedom-behov', DOCTOR, OUTSIDE).until(now)],
  [
    'annullerad',
    'annullerad',
    '2019-03-06T12:00',
    (now) => upTo(admitted(), 'kontakt').do('2019-03-06T10:00', 'annullera', NURSE, DATA.annullera).until(now),
  ],
  [
    'tvangsvard',
    'planering',
    '2019-03-05T12:00',
    (now) => upTo(admitted({ legalForm: 'LPT', careForm: 'psykiatrisk' }), 'kontakt').until(now),
  ],
  [
    'dodsfall',
    'avslutad',
    '2019-03-08T12:00',
    (now) => upTo(admitted(), 'klar').do('2019-03-08T11:00', 'anmal-dodsfall', NURSE, { tidpunkt: '2019-03-08T10:30:00+01:00' }).until(now),
  ],
  [
    'vastmanland',
    'utskrivningsklar',
    '2023-03-08T12:00',
    (now) => {
      const c = admitted({ region: 'vastmanland', kommun: '1980', admittedAt: t('2023-03-04T08:00') }, 'vastmanland-2022');
      return c
        .do('2023-03-04T09:00', 'bedom-behov', DOCTOR, SCOPE)
        .do('2023-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, {
          ...DATA['skicka-inskrivningsmeddelande'],
          beraknadUtskrivning: '2023-03-09',
        })
        .do('2023-03-06T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2023-03-06T09:30:00+01:00' })
        .until(now);
    },
  ],
];

const pageOf = (c: Case, now: string): string => currentDetailsOf(c.stay(), c.rules, t(now));

describe('the page of a stay', () => {
  it.each(PAGES)('%s reads as in its golden file', async (name, phase, now, make) => {
    const c = make(now);
    expect(c.phase()).toBe(phase);
    await expect(`${pageOf(c, now)}\n`).toMatchFileSnapshot(`../../golden/details/${name}.md`);
  });

  it('there is a golden page for each phase', () => {
    expect(new Set(PAGES.map(([, phase]) => phase))).toEqual(new Set(PHASES));
  });

  it('a reported deviation is said to be one, and nothing of what was written', () => {
    const c = admitted()
      .do('2019-03-04T09:00', 'bedom-behov', DOCTOR, SCOPE)
      .do('2019-03-04T10:00', 'rapportera-avvikelse', PROCESS_LEADER, { typ: 'Alva Lind 189001019802', text: 'Dosett saknades' })
      .do('2019-03-04T10:01', 'rapportera-avvikelse', CASEWORKER, { typ: 'svpl-kallelse', text: 'Ingen ringde' });
    const page = pageOf(c, '2019-03-04T11:00');
    expect(page.match(/Rapporterad avvikelse/g)).toHaveLength(2);
    expect(page).not.toMatch(/Alva|1890|Dosett|ringde|Inte i tid/);
  });

  it('nothing of who the patient is, and nothing written freely, is on any page', () => {
    for (const [, , now, make] of PAGES) {
      const page = pageOf(make(now), now);
      const { name, personnummer, folkbokforingsadress } = ADMISSION.patient;
      for (const secret of [name, personnummer, folkbokforingsadress, 'Lunginflammation', 'Feber', 'Karin Ek', 'Rollator', 'Behöver'])
        expect(page).not.toContain(secret);
    }
  });

  it('a notice that could not be delivered is named: what about, to whom, when and by which way', () => {
    const c = upTo(admitted(), 'klar').until('2019-03-08T12:00');
    const failed = { unit: { party: 'kommun' as const, unit: '0680' }, at: t('2019-03-08T11:00'), reason: 'svarade 410 Alva Lind' };
    const stay: Stay = {
      ...c.stay(),
      failedDeliveries: [
        { ...failed, noticeId: 'S-1~9~meddela-utskrivningsklar~0680', channel: 'webhook:ett' },
        { ...failed, noticeId: 'S-1~12~forsenad:svpl-kallelse~0680', channel: 'epost:larm@kommun.example' },
        { ...failed, noticeId: 'Alva Lind' },
      ],
    };
    const page = currentDetailsOf(stay, c.rules, t('2019-03-08T12:00'));
    expect(page).toContain(
      [
        '**Meddelanden som inte har kunnat levereras**',
        '',
        '- ⚠ meddelande till kommun Jönköping (0680), 2019-03-08 11.00',
        '- ⚠ försenad: Kallelse till SVPL till kommun Jönköping (0680), 2019-03-08 11.00 (epost)',
        '- ⚠ Utskrivningsklar till kommun Jönköping (0680), 2019-03-08 11.00 (webhook)',
      ].join('\n'),
    );
    expect(page).not.toMatch(/Alva|larm/);
  });

  it('where payment begins nothing is late: it says from when', () => {
    const before = upTo(admitted(), 'klar').until('2019-03-16T09:00');
    expect(pageOf(before, '2019-03-16T09:00')).toContain(
      '- Individuell beräkning av betalningsansvar – kommun Jönköping (0680), från 2019-03-16 10.00 om patienten inte är utskriven då (1 h kvar)',
    );
    const passed = pageOf(upTo(admitted(), 'klar').until('2019-03-16T11:00'), '2019-03-16T11:00');
    expect(passed).toContain('⚠ **Individuell beräkning av betalningsansvar – kommun Jönköping (0680)**, gäller sedan 2019-03-16 10.00');
    expect(passed).toContain('⚠ Inte utskriven i tid: Individuell beräkning av betalningsansvar, 2019-03-16 10.00');
    expect(passed).not.toContain('FÖRSENAD Individuell');
  });

  it('the headline and the timers name units, and a day ends at its 24.00', () => {
    const c = upTo(admitted(), 'klar').until('2019-03-08T12:00');
    expect(headlineOf(c.stay(), c.rules)).toBe(
      'S-1 · inskriven 2019-03-04 08.00 · Medicinavdelning 31 · kommun Jönköping (0680) · Bankeryds vårdcentral',
    );
    const labels = wakesOf(upTo(admitted(), 'klar', { without: ['kallelse', 'kvitterad-s', 'kvitterad-k'] }).stay(), c.rules).map(
      ({ label }) => label,
    );
    expect(labels).toContain('Påminnelse: Kallelse till SVPL – Bankeryds vårdcentral, senast 2019-03-11 24.00');
    expect(labels).toContain('Påminnelse: Individuell beräkning av betalningsansvar – kommun Jönköping (0680), från 2019-03-16 10.00');
  });

  it('names are text, whatever is in them', () => {
    const ward = { hsaId: 'x', name: '[länk](http://x) **fet**\n# rubrik <img>' };
    const [first] = pageOf(admitted({ ward }), '2019-03-04T11:00').split('\n');
    expect(first).toContain('\\[länk\\](http://x) \\*\\*fet\\*\\* \\# rubrik \\<img\\>');
  });

  it('stays below its limit with hundreds of everything', () => {
    const c = upTo(admitted({ ward: { hsaId: 'x'.repeat(200), name: '*'.repeat(200) } }), 'behov', {
      by: { behov: { ...DOCTOR, unit: 'x'.repeat(200) } },
    });
    const [deviation] = c.until('2019-03-20T10:00').stay().deviations;
    const unit = { party: 'annan' as const, unit: 'y'.repeat(200) };
    const many = <T>(make: (i: number) => T): T[] => Array.from({ length: 500 }, (_, i) => make(i));
    const stay: Stay = {
      ...c.stay(),
      deviations: many((i) => ({ ...deviation!, id: `${deviation!.type}:${i}`, status: 'oppen', owner: unit })),
      failedDeliveries: many((i) => ({ noticeId: `${i}`, unit, at: t('2019-03-20T10:00'), reason: 'x', channel: 'webhook:https://x' })),
      refused: many(() => ({ action: 'kommentera', at: t('2019-03-20T10:00'), code: 'utskriven', need: 'x' })),
    };
    const page = currentDetailsOf(stay, c.rules, t('2019-03-20T10:00'));
    expect(phaseOf(stay)).toBe('planering');
    expect(page).toContain('… och 480 till');
    expect(page.length).toBeLessThan(15_000);
  });
});
