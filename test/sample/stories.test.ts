/** Everything that the sample month is to show is shown by one of its stays. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/domain/calendar.js';
import { episodeOf } from '../../src/domain/stay/episode.js';
import { factsOf } from '../../src/domain/stay/facts.js';
import type { Stay } from '../../src/domain/stay/state.js';
import { feedLines, known, play } from './play.js';

const lines = feedLines();
const played = play(lines, Math.max(...lines.map((line) => line.sentAt)));
const stayOf = (id: string): Stay => known(played, id).stay;
const factsIn = (id: string) => factsOf(stayOf(id));
const entriesOf = (id: string, action: string) => stayOf(id).log.filter((e) => e.action === action);
const deviationsOf = (id: string) => stayOf(id).deviations.map((d) => `${d.type}:${d.status}`);
const episode = (id: string) => episodeOf(stayOf(id), known(played, id).rules);

const SHOWN: [what: string, stayId: string, shown: (id: string) => unknown, expected: unknown][] = [
  [
    'a message sent too late',
    '0643-01',
    (id) => deviationsOf(id),
    ['inskrivningsmeddelande:avslutad', 'sent inskrivningsmeddelande:oppen'],
  ],
  ['rejected by the kommun', '0643-03', (id) => factsIn(id).answers[0]?.svar, 'avvisad'],
  ['… and corrected: the other kommun pays', '0643-03', (id) => episode(id).payer, '0686'],
  ['unknown to the kommun', '0662-02', (id) => factsIn(id).answers.map((a) => a.svar), ['ej-kand']],
  ['menprövning', '0665-02', (id) => entriesOf(id, 'skicka-inskrivningsmeddelande')[0]?.data['samtycke'], 'menprovning'],
  ['re-estimated dates', '0662-02', (id) => factsIn(id).estimates.map((e) => e.date), ['2019-03-08', '2019-03-14', '2019-03-13']],
  ['all the calls of an SVPL', '0682-01', (id) => factsIn(id).calls.map((c) => c.kallade.length), [4, 5]],
  [
    '… all its acknowledgements',
    '0682-01',
    (id) => factsIn(id).acknowledgements.map((a) => a.party),
    ['slutenvard', 'kommun', 'vardcentral', 'kommun', 'slutenvard', 'vardcentral'],
  ],
  [
    '… all its signatures, approved',
    '0682-01',
    (id) => [factsIn(id).vardplan.filter((p) => p.signedAt !== null).length, factsIn(id).vardplanApproved !== null],
    [7, true],
  ],
  ['… every checklist ticked', '0682-01', (id) => Object.values(factsIn(id).checklists).flatMap((list) => Object.keys(list)).length, 28],
  [
    'a missing profession pointed out',
    '0682-01',
    (id) => entriesOf(id, 'papeka-saknad-profession')[0]?.data['profession'],
    'arbetsterapeut',
  ],
  ['a new time called', '0682-01', (id) => new Set(factsIn(id).calls.map((c) => c.tid)).size, 2],
  ['SVPL declined with its reason', '0683-02', (id) => factsIn(id).declined?.skal, 'patienten-avbojer'],
  ['utskrivningsklar withdrawn and given again', '0683-01', (id) => factsIn(id).ready.map((r) => r.endedBy), ['aterkallad', 'utskriven']],
  [
    'a message registered late counts from its receipt',
    '0684-01',
    (id) => entriesOf(id, 'skicka-inskrivningsmeddelande').map((e) => [e.countsFrom === e.receivedAt, e.countsFrom - e.at > 2 * DAY]),
    [[true, true]],
  ],
  ['… and is late', '0684-01', (id) => deviationsOf(id), ['inskrivningsmeddelande:avslutad']],
  [
    'a message imported late counts from its own time',
    '0684-02',
    (id) => entriesOf(id, 'svara-inskrivning').map((e) => [e.countsFrom === e.at, e.receivedAt - e.at > 2 * DAY]),
    [[true, true]],
  ],
  ['… so the deviation is withdrawn', '0684-02', (id) => deviationsOf(id), ['svar-inskrivning:sen-registrering']],
  ['SVPL postponed', '0686-03', (id) => factsIn(id).postponements.map((p) => p.datum), ['2019-03-22']],
  ['LPT turned into HSL', '0685-01', (id) => [stayOf(id).admission.legalForm, factsIn(id).legalForm], ['LPT', 'HSL']],
  ['a discharge time corrected after the end', '0686-01', (id) => entriesOf(id, 'skriv-ut')[0]?.corrections?.length, 1],
  [
    '… which was taken up again and ended anew',
    '0686-01',
    (id) =>
      played.events
        .get(id)
        ?.filter((e) => e.type === 'ended' || e.type === 'reopened')
        .map((e) => e.type),
    ['ended', 'reopened', 'ended'],
  ],
  ['placed by another kommun, which pays', '0686-02', (id) => [stayOf(id).admission.kommun, episode(id).payer], ['0686', '0687']],
  [
    'open care unavailable: the time is taken out',
    '0687-01',
    (id) => episode(id).blocked.map((b) => ((b.until ?? 0) - b.from) / HOUR),
    [48],
  ],
  ['transfer of ward', '0687-02', (id) => factsIn(id).wards.length, 2],
  ['leave', '0687-02', (id) => factsIn(id).leave.length, 1],
  ['death after discharge', '0682-02', (id) => [stayOf(id).ended?.reason, factsIn(id).discharge?.till], ['avliden', 'hem']],
  ['death on the ward', '0685-02', (id) => [stayOf(id).ended?.reason, factsIn(id).discharge?.till], ['avliden', 'avliden']],
  ['annulled', '0665-01', (id) => [stayOf(id).ended?.reason, episode(id).excluded], ['annullerad', 'annullerad']],
  [
    'a SIP waiting for a decision',
    '0662-03',
    (id) => factsIn(id).sip?.waiting.map((w) => [w.part, w.decidedAt !== null]),
    [['kommun', true]],
  ],
  [
    'a follow-up that leads to a new meeting',
    '0683-03',
    (id) => [factsIn(id).followUps.map((u) => u.resultat), factsIn(id).held.length],
    [['nytt-mote', 'avslutad'], 2],
  ],
  [
    'an action refused, then accepted',
    '0684-03',
    (id) => [played.refused.filter((r) => r.id.startsWith(id)).length, entriesOf(id, 'kalla-till-svpl').length],
    [1, 1],
  ],
  ['outside the agreement', '0643-02', (id) => episode(id).excluded, 'utanfor-overenskommelsen'],
  ['never assessed as in need', '0662-01', (id) => [episode(id).outOfSight, stayOf(id).ended?.reason], [true, 'utskriven-utan-behov']],
];

describe('the sample month shows', () => {
  it.each(SHOWN)('%s (%s)', (_what, stayId, shown, expected) => {
    expect(shown(stayId)).toEqual(expected);
  });

  it('and has a line in its README for each of the special stays', () => {
    const readme = readFileSync(new URL('../../samples/README.md', import.meta.url), 'utf8');
    const special = [...played.stays.keys()].filter((id) => !/^06(04|17|42|80)-/.test(id)).sort();
    expect([...readme.matchAll(/^\| `(06\d\d-\d\d)` \|/gm)].map((m) => m[1])).toEqual(special);
  });
});
