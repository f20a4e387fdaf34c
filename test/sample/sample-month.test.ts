/** The sample month through the pure core: accepted, ended, and as dear as the agreement's own examples. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleMonth } from '../../scripts/sample/feed.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { computeMonth } from '../../src/domain/billing/month.js';
import { previewOf } from '../../src/domain/billing/preview.js';
import { DAY, HOUR, toIso, wallClockMs } from '../../src/domain/calendar.js';
import type { ActionName } from '../../src/domain/stay/actions.js';
import { episodeOf } from '../../src/domain/stay/episode.js';
import { phaseOf } from '../../src/domain/stay/parties.js';
import { envelopeOf } from '../../src/domain/stay/schemas.js';
import type { Stay } from '../../src/domain/stay/state.js';
import { admissionOf } from '../../src/doors/admission.js';
import { FEED, feedLines, instant, known, play } from './play.js';

const golden = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8');
const CSV = golden('billing/kommun-abcd-2019-03.csv');
const [header = [], ...records] = CSV.trim()
  .split(/\r?\n/)
  .map((line) => line.split(','));
const rows = records.map((fields): [string, Record<string, string>] => [
  fields[0] ?? '',
  Object.fromEntries(header.map((name, i) => [name, fields[i] ?? ''])),
]);
const lines = feedLines();
const last = Math.max(...lines.map((line) => line.sentAt));
const played = play(lines, last + DAY);
const all = [...played.stays.values()];
const deviationsOf = (stays: Stay[]) =>
  stays.flatMap((stay) => stay.deviations.map((d) => `${stay.stayId};${d.type};${d.status};${toIso(d.at)};${d.owner?.party ?? ''}`)).sort();

describe('the feed', () => {
  it('is what its generator writes', () => {
    expect(readFileSync(FEED, 'utf8')).toBe(sampleMonth(CSV));
  });

  it('is in order of time but for the two lines that came late, and over by 25 April', () => {
    const late = lines.filter((line) => line.action && line.sentAt > instant(line.action.at));
    expect(late.map((line) => [line.action?.id, line.action?.imported])).toEqual([
      ['0684-01:skicka-inskrivningsmeddelande', false],
      ['0684-02:svara-inskrivning', undefined],
    ]);
    expect(toIso(last) < '2019-04-25').toBe(true);
  });

  it('holds only what the doors allow, nobody twice, and no id twice', () => {
    const persons = new Set<unknown>();
    const ids = new Set<string>();
    for (const { stay, action } of lines) {
      if (stay) {
        const { stayId, ...body } = stay;
        const read = admissionOf(stayId, body, last);
        expect(read).not.toHaveProperty('errors');
        const { personnummer = '' } = 'admission' in read ? read.admission.patient : {};
        // The tax agency's series for tests.
        expect(personnummer).toMatch(/^\d{8}98[01]\d$/);
        persons.add(personnummer);
        ids.add(stayId);
      }
      if (action) {
        const { stayId, action: name, ...envelope } = action;
        envelopeOf(name as ActionName).parse(envelope);
        ids.add(`${stayId} ${action.id}`);
      }
    }
    expect(persons.size).toBe(played.stays.size);
    expect(ids.size).toBe(lines.length);
  });
});

describe('played through the core', () => {
  it('every action is accepted but the one meant to be refused', () => {
    expect(played.refused).toEqual([{ id: '0684-03:kalla-till-svpl', code: 'fast-vardkontakt-saknas' }]);
  });

  it('every stay ends by its own parties, none by the system', () => {
    expect(all.filter((stay) => !stay.ended || stay.closedBySystem.length > 0).map((stay) => stay.stayId)).toEqual([]);
    expect(all.filter((stay) => !['avslutad', 'annullerad'].includes(phaseOf(stay))).map((stay) => [stay.stayId, phaseOf(stay)])).toEqual(
      [],
    );
  });

  it('the deviations are those the stories tell of, and no others', () => {
    const found = deviationsOf(all);
    expect(`${['stayId;type;status;at;owner', ...found].join('\n')}\n`).toBe(golden('sample/deviations.csv'));
  });

  it.each([
    [6, 6],
    [48, 48],
    [240, 24],
  ])('a machine on which lines arrive %d hours late and deadlines are judged %d hours late finds the same', (arriving, judging) => {
    const slow = play(lines, last + DAY, { arrivingMs: arriving * HOUR, judgingMs: judging * HOUR });
    expect(slow.refused).toEqual(played.refused);
    expect(deviationsOf([...slow.stays.values()])).toEqual(deviationsOf(all));
  });

  it('the 64 billed stays have the deviations that their own times force, and no others', () => {
    const forced = rows.flatMap(([stayId = '', row]) => {
      const waited = wallClockMs(Date.parse(row['dischargedAt'] ?? '')) - wallClockMs(Date.parse(row['utskrivningsklarAt'] ?? ''));
      return [...(waited >= 8 * DAY ? [`${stayId} individuell-berakning`] : []), ...(waited >= DAY ? [`${stayId} utskrivning`] : [])];
    });
    const billed = all.filter((stay) => rows.some(([stayId]) => stayId === stay.stayId));
    expect(billed.length).toBe(64);
    expect(billed.flatMap((stay) => stay.deviations.map((d) => `${stay.stayId} ${d.type}`)).sort()).toEqual(forced.sort());
  });
});

describe('the evidence', () => {
  const episodes = new Map(all.map((stay) => [stay.stayId, episodeOf(stay, known(played, stay.stayId).rules)]));

  it.each(rows)('of %s is the file’s', (stayId, row) => {
    const episode = episodes.get(stayId);
    const at = (name: string) => (row[name] ? Date.parse(row[name] ?? '') : null);
    expect(episode).toMatchObject({
      payer: row['payer'],
      admittedAt: at('admittedAt'),
      inskrivningsmeddelandeAt: at('inskrivningsmeddelandeAt'),
      // The message's own date counts as an assessment, so a later one is a re-estimate.
      vardtidAt: Math.min(at('vardtidAt') ?? 0, at('inskrivningsmeddelandeAt') ?? 0),
      utskrivningsmeddelandeAt: at('utskrivningsmeddelandeAt'),
      intervals: [{ from: at('utskrivningsklarAt'), until: at('dischargedAt') }],
      svplRequired: row['svplRequired'] === 'true',
      svplKallelseAt: at('svplKallelseAt'),
      dischargedAt: at('dischargedAt'),
      blocked: [],
      excluded: null,
      outOfSight: false,
    });
  });

  it('gives the agreement’s examples A–D, 488 280 kr, and nothing to pay in the other nine kommuner', () => {
    const loaded = loadAgreements();
    if (!loaded.ok) throw new Error('the agreements do not load');
    const agreement = loaded.agreements.find((one) => one.id === 'jonkoping-2018');
    if (!agreement) throw new Error('no agreement');
    const month = computeMonth({ agreement, vardpriser: loaded.vardpriser, month: '2019-03', episodes: [...episodes.values()] });
    const expected = JSON.parse(golden('billing/kommun-abcd-2019-03.expected.json')) as { kommuner: { payer: string; stays: number }[] };
    expect(month.problems).toEqual([]);
    expect(month.amountOre).toBe(48_828_000);
    const examples = ['0604', '0617', '0642', '0680'];
    const ours = previewOf(month).kommuner;
    expect(ours.filter((k) => examples.includes(k.payer))).toEqual(expected.kommuner.filter((k) => examples.includes(k.payer)));
    const others = ours.filter((k) => !examples.includes(k.payer));
    expect(others.map((k) => k.payer)).toEqual(['0643', '0662', '0665', '0682', '0683', '0684', '0685', '0686', '0687']);
    for (const kommun of others) {
      expect(kommun.amountOre).toBe(0);
      expect(kommun.individual).toEqual([]);
      expect(kommun.stays).toBeGreaterThan(0);
      expect(Number(kommun.average ?? '0')).toBeLessThanOrEqual(2);
    }
  });
});
