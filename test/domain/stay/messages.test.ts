import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../src/domain/ids.js';
import { seenBy, viewOf } from '../../../src/domain/stay/view.js';
import {
  admitted,
  CASEWORKER,
  type Case,
  COORDINATOR,
  DATA,
  DOCTOR,
  ECONOMIST,
  KOMMUN_NURSE,
  NURSE,
  OTHER_WARD,
  ofKommun,
  PROCESS_LEADER,
  t,
  upTo,
} from './case.js';

const WARD = 'slutenvard/SE-AVD-31';
const VC = 'vardcentral/SE-VC-1';
const KOMMUN = 'kommun/0680';

describe('who is told what', () => {
  const whole = upTo(admitted(), 'stangd-k');

  it.each([
    ['skicka-inskrivningsmeddelande', [KOMMUN, VC]],
    ['svara-inskrivning', [WARD, VC]],
    ['initiera-svpl', [KOMMUN, VC]],
    ['foresla-tid', [KOMMUN, WARD]],
    ['kalla-till-svpl', [KOMMUN, WARD]],
    ['meddela-utskrivningsklar', [KOMMUN, VC]],
    ['skicka-utskrivningsmeddelande', [KOMMUN, VC]],
    ['meddela-hemkomst', [WARD, VC]],
    ['skriv-ut', [KOMMUN, VC]],
    ['lamna-beslut', [VC]],
    ['delge-sip', [KOMMUN]],
    ['bedom-behov', []],
  ])('%s → %j', (type, told) => {
    expect(whole.told(type).sort()).toEqual([...told].sort());
  });

  it('never the one who acted', () => {
    const own = whole.events.flatMap((e) => (e.type === 'accepted' ? [`${e.entry.action} ${e.entry.by.unit}`] : []));
    expect(whole.notices.map((n) => `${n.type} ${n.to.unit}`).filter((n) => own.includes(n) && !n.startsWith('avsluta'))).toEqual([]);
  });

  it('each notice has an id of its own', () => {
    expect(new Set(whole.notices.map((n) => n.noticeId)).size).toBe(whole.notices.length);
  });

  it('no identity and no clinical text beyond the stay’s id', () => {
    const texts = JSON.stringify(whole.notices);
    for (const secret of ['Alva', '189001019802', 'Storgatan', 'Lunginflammation', 'Hemtjänst', 'Behöver'])
      expect(texts).not.toContain(secret);
  });

  it('a comment is told to the others', () => {
    expect(upTo(admitted(), 'svar').do('2019-03-04T12:00', 'kommentera', CASEWORKER, DATA.kommentera).told('kommentera').sort()).toEqual(
      [WARD, VC].sort(),
    );
  });

  it('before the inskrivningsmeddelande the kommun is told nothing', () => {
    const c = upTo(admitted(), 'behov').do('2019-03-04T09:30', 'kommentera', NURSE, DATA.kommentera);
    expect(c.notices.filter((n) => n.to.party === 'kommun')).toEqual([]);
  });

  it('a missing profession is told to the vårdcentral', () => {
    expect(
      upTo(admitted(), 'kallelse')
        .do('2019-03-06T10:00', 'papeka-saknad-profession', CASEWORKER, DATA['papeka-saknad-profession'])
        .told('papeka-saknad-profession'),
    ).toEqual([VC]);
  });

  it('a correction goes to all who got what it changes', () => {
    const c = upTo(admitted(), 'klar').do('2019-03-08T12:00', 'ratta-uppgift', NURSE, {
      actionId: 'klar',
      at: '2019-03-08T09:00:00+01:00',
      skal: 'Fel',
    });
    expect(c.told('ratta-uppgift').sort()).toEqual([KOMMUN, VC].sort());
  });

  it('a refused signal is kept on the stay and its sender is told; a refused update only answered', () => {
    const c = admitted();
    c.does('2019-03-04T09:00', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande'], { via: 'signal' });
    expect(c.stay().refused).toMatchObject([{ action: 'skicka-inskrivningsmeddelande', code: 'behov-ej-bedomt' }]);
    expect(c.told('avvisad:skicka-inskrivningsmeddelande')).toEqual([WARD]);
    c.does('2019-03-04T09:01', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande']);
    expect([c.stay().refused.length, c.notices.length]).toEqual([1, 1]);
  });
});

describe('the same message again', () => {
  const send = (c: Case, now: string, data = DATA.kommentera, id = 'k-1') => c.does(now, 'kommentera', NURSE, data, { id });

  it('the same content: the first verdict, and nothing more', () => {
    const c = admitted();
    send(c, '2019-03-04T09:00');
    const before = c.stay();
    expect(send(c, '2019-03-04T15:00')).toMatchObject({ accepted: true, repeated: true, events: [] });
    expect(c.stay()).toBe(before);
  });

  it('other content for a used id is refused', () => {
    const c = admitted();
    send(c, '2019-03-04T09:00');
    expect(send(c, '2019-03-04T09:01', { text: 'Annat' })).toMatchObject({ accepted: false, code: 'id-anvant' });
    expect(c.does('2019-03-04T09:02', 'kommentera', { ...NURSE, role: 'lakare' }, DATA.kommentera, { id: 'k-1' })).toMatchObject({
      code: 'id-anvant',
    });
  });

  it('a refusal is remembered too, though its need has been met since', () => {
    const c = admitted();
    const message = () =>
      c.does('2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande'], { id: 'm-1' });
    expect(message()).toMatchObject({ code: 'behov-ej-bedomt' });
    c.do('2019-03-04T10:00', 'bedom-behov', DOCTOR, DATA['bedom-behov']);
    expect(message()).toMatchObject({ accepted: false, code: 'behov-ej-bedomt', repeated: true });
  });

  it('an ended stay still gives the first verdict', () => {
    const c = upTo(admitted(), 'stangd-k');
    expect(c.does('2019-04-06T12:00', 'avsluta-arende', CASEWORKER, {}, { id: 'stangd-k' })).toMatchObject({
      accepted: true,
      repeated: true,
    });
  });

  it('the last thousand are remembered', () => {
    const c = admitted();
    for (let n = 0; n <= 1000; n++) c.do('2019-03-04T09:00', 'kommentera', NURSE, { text: 'Hej' }, { id: `c-${n}` });
    expect(c.stay().verdicts.length).toBe(1000);
    expect(c.does('2019-03-04T10:00', 'kommentera', NURSE, { text: 'Hej' }, { id: 'c-1' })).toMatchObject({ repeated: true });
  }, 60_000);
});

describe('too much', () => {
  it('one action of more than 64 kB is refused', () => {
    const hjalpmedel = Array.from({ length: 20 }, () => 'x'.repeat(4000));
    expect(
      upTo(admitted(), 'kontakt').does('2019-03-05T09:00', 'initiera-svpl', NURSE, { ...DATA['initiera-svpl'], hjalpmedel }),
    ).toMatchObject({ code: 'for-stor' });
  });

  it('a stay that is full says so, and goes on being read and judged', () => {
    const c = upTo(admitted(), 'kontakt');
    const hjalpmedel = Array.from({ length: 15 }, () => 'x'.repeat(4000));
    const codes: string[] = [];
    for (let n = 0; n < 20; n++) {
      const verdict = c.does('2019-03-05T09:00', 'initiera-svpl', NURSE, { ...DATA['initiera-svpl'], hjalpmedel });
      codes.push(verdict.accepted ? 'ok' : verdict.code);
    }
    expect(codes[0]).toBe('ok');
    expect(codes.at(-1)).toBe('arendet-fullt');
    expect(JSON.stringify(c.stay()).length).toBeLessThan(1_400_000);
    expect(c.until('2019-03-20T08:00').deviations()).toContain('bemanning:oppen');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'hej'],
    ['a list', [1]],
    ['no actor', { id: 'a', data: {} }],
    ['an unknown field', { id: 'a', by: NURSE, data: { text: 'x', mer: 1 } }],
  ])('malformed, %s: refused, never thrown', (_what, envelope) => {
    const c = admitted();
    expect(c.sends('2019-03-04T09:00', 'kommentera', envelope)).toMatchObject({ accepted: false, code: 'ogiltig-data' });
    expect(c.sends('2019-03-04T09:00', 'constructor', envelope)).toMatchObject({ accepted: false, code: 'okand-atgard' });
    expect(c.sends('2019-03-04T09:00', 'kommentera', envelope, { via: 'signal' })).toMatchObject({ accepted: false, code: 'ogiltig-data' });
  });
});

describe('what each may see', () => {
  const c = upTo(admitted(), 'sip-delgiven').do('2019-03-15T10:00', 'kommentera', NURSE, DATA.kommentera);
  const as = ({ party, unit, role }: Actor, of = c, at = '2019-03-16T08:00') =>
    seenBy(of.stay(), of.rules, t(at), { party, unit, roles: role === undefined ? [] : [role] });
  const seen = (viewer?: Actor) => JSON.stringify(viewer ? as(viewer) : viewOf(c.stay(), c.rules, t('2019-03-16T08:00')));
  const TEXTS = {
    message: 'Lunginflammation',
    plan: 'Att bo kvar hemma',
    comment: 'Anhörig är informerad',
    handover: 'lakemedelslista',
    name: 'Alva Lind',
  };
  const visible = (viewer?: Actor) =>
    Object.entries(TEXTS)
      .filter(([, text]) => seen(viewer).includes(text))
      .map(([key]) => key);

  it.each([
    ['the workflow itself', undefined, ['message', 'plan', 'comment', 'handover', 'name']],
    ['the kommun’s nurse', KOMMUN_NURSE, ['message', 'plan', 'comment', 'handover', 'name']],
    ['the kommun’s handläggare: not what is handed over', CASEWORKER, ['message', 'plan', 'comment', 'name']],
    ['the kommun’s economist: no clinical text', ECONOMIST, []],
    ['the region’s processledare: no text', PROCESS_LEADER, []],
    ['another kommun', ofKommun('0682'), []],
  ] as [string, Actor | undefined, string[]][])('%s', (_who, viewer, texts) => {
    expect(visible(viewer)).toEqual(texts);
  });

  it('economists see times, days and evidence', () => {
    expect(as(ECONOMIST).stay?.episode).toMatchObject({
      days: 1,
      dischargedAt: '2019-03-09T09:00:00Z',
    });
  });

  it('economists do not see what their own kommun wrote', () => {
    const log = as(ECONOMIST).stay?.log ?? [];
    expect(log.filter((e) => e.by.unit === ECONOMIST.unit)).not.toEqual([]);
    expect(log.filter((e) => e.by.unit === ECONOMIST.unit && e.data !== undefined)).toEqual([]);
  });

  it('a ward the patient has left keeps its own log and sees nothing further', () => {
    const moved = upTo(admitted(), 'svar')
      .do('2019-03-05T12:00', 'flytta', { ...NURSE, unit: OTHER_WARD.hsaId }, DATA.flytta)
      .do('2019-03-05T13:00', 'utse-fast-vardkontakt', COORDINATOR, DATA['utse-fast-vardkontakt']);
    const { relation, stay } = as(NURSE, moved, '2019-03-06T08:00');
    expect(relation).toBe('former');
    expect(stay?.log.map((e) => e.action)).toEqual(['bedom-behov', 'skicka-inskrivningsmeddelande']);
    expect(Object.keys(stay ?? {}).sort()).toEqual(['admittedAt', 'agreement', 'log', 'region', 'stayId']);
  });

  it('is JSON with times in ISO 8601', () => {
    const view = viewOf(c.stay(), c.rules, t('2019-03-16T08:00'));
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(view).toMatchObject({
      stayId: 'S-1',
      phase: 'uppfoljning',
      agreement: 'jonkoping-2018',
      admittedAt: '2019-03-04T07:00:00Z',
      payer: '0680',
    });
  });
});

describe('a stay that much is said about', () => {
  it('takes in thousands of comments: what the ledger keeps alone is not reckoned in its budget', () => {
    const c = upTo(admitted(), 'behov');
    for (let i = 0; i < 2_500; i++) c.do('2019-03-04T10:00', 'kommentera', NURSE, { text: 'x'.repeat(300) }, { id: `k${i}` });
    expect(c.stay().log.filter((e) => e.action === 'kommentera')).toHaveLength(200);
    expect([c.stay().trimmed, c.stay().size < 200_000]).toEqual([2_300, true]);
  });
});
