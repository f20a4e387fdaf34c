/** The 64 stays that give the agreement's own examples A–D: their evidence times are the file's, everything between is the story. */
import { parse } from 'csv-parse/sync';
import { addDays, HOUR, type Instant, type LocalDate, localDateOf, MINUTE } from '../../src/domain/calendar.js';
import type { Actor } from '../../src/domain/ids.js';
import {
  assess,
  call,
  close,
  contact,
  daysLater,
  discharge,
  earliest,
  followUp,
  homecoming,
  hours,
  initiate,
  known,
  meet,
  notify,
  plan,
  profession,
  ready,
  staff,
} from './chapters.js';
import { between, isoLocal, onDay, spread } from './clock.js';
import { begin, type Story, tell } from './story.js';

interface Evidence {
  stayId: string;
  payer: string;
  admitted: Instant;
  assessed: Instant;
  notified: Instant;
  ready: Instant;
  svpl: boolean;
  called: Instant | null;
  discharged: Instant;
}

/** Stories of the file's stays, in its order. Refuses a row whose utskrivningsmeddelande is not sent with the notice of utskrivningsklar, since none tells that. */
export function billedStays(csv: string): Story[] {
  const rows = parse(csv, { columns: true, bom: true }) as Record<string, string>[];
  return rows.map((row, i) => storyOf(evidenceOf(row), i));
}

function evidenceOf(row: Record<string, string>): Evidence {
  const at = (name: string): Instant => {
    const time = Date.parse(row[name] ?? '');
    if (Number.isNaN(time)) throw new Error(`${row['stayId']}: ${name} is missing`);
    return time;
  };
  if (row['utskrivningsklarAt'] !== row['utskrivningsmeddelandeAt']) throw new Error(`${row['stayId']}: two notices at different times`);
  return {
    stayId: row['stayId'] ?? '',
    payer: row['payer'] ?? '',
    admitted: at('admittedAt'),
    assessed: at('vardtidAt'),
    notified: at('inskrivningsmeddelandeAt'),
    ready: at('utskrivningsklarAt'),
    svpl: row['svplRequired'] === 'true',
    called: row['svplKallelseAt'] ? at('svplKallelseAt') : null,
    discharged: at('dischargedAt'),
  };
}

function storyOf(e: Evidence, n: number): Story {
  const story = begin({ stayId: e.stayId, person: n, admittedAt: e.admitted, kommun: e.payer });
  const expected = expectedDischarge(e);
  const answered = arrival(story, e, expected);
  const planned = e.svpl && e.called !== null ? planning(story, e, e.called, answered, expected) : null;
  departure(story, e);
  if (planned) afterwards(story, e, planned);
  else close(story, e.discharged, [story.cast.nurse, story.cast.coordinator, story.cast.handler]);
  return story;
}

/** Late enough for a fast vårdkontakt and a signed vårdplan before it. */
function expectedDischarge(e: Evidence): LocalDate {
  const days = [
    addDays(localDateOf(e.ready), 1),
    addDays(localDateOf(e.notified), 2),
    ...(e.called === null ? [] : [addDays(localDateOf(e.called), 1)]),
  ];
  return days.sort().at(-1) ?? localDateOf(e.ready);
}

/** Steps 1 and 2. Returns when the kommun had answered and the fast vårdkontakt was named. */
function arrival(story: Story, e: Evidence, expected: LocalDate): Instant {
  const { roll, cast } = story;
  assess(
    story,
    between(e.admitted, earliest(e.assessed, e.notified, e.admitted + hours(6)), 0.4, roll),
    e.svpl ? { harInsatser: roll() < 0.4, nyttBehov: true } : { harInsatser: true },
  );
  const estimate = { beraknadUtskrivning: expected };
  if (e.assessed < e.notified)
    tell(story, e.assessed, roll() < 0.5 ? cast.doctor : cast.nurse, 'bedom-vardtid', { ...estimate, inskrivningsorsak: story.orsak });
  notify(story, e.notified, e.assessed > e.notified ? addDays(expected, Math.floor(roll() * 3)) : expected);
  if (e.assessed > e.notified) tell(story, e.assessed, cast.doctor, 'bedom-vardtid', estimate);
  const latest = earliest(e.notified + hours(22), e.called ?? e.discharged, e.svpl ? e.ready - hours(2) : e.discharged);
  const answered = between(e.notified + 20 * MINUTE, latest - hours(1), 0.15 + roll() * 0.5, roll);
  known(story, answered, roll() < 0.8 ? cast.handler : cast.kommunNurse);
  const named = between(e.notified + 20 * MINUTE, latest - 30 * MINUTE, 0.2 + roll() * 0.5, roll);
  contact(story, named);
  if (!e.svpl && roll() < 0.4)
    tell(story, between(answered, answered + hours(3), 0.3, roll), cast.handler, 'avboka-besok', { besok: ['Hemtjänst under vårdtiden'] });
  return Math.max(answered, named);
}

interface Planned {
  meeting: Instant;
  called: Actor[];
}

/** Step 3: from the ward's initiation to the approved vårdplan, with the call at the file's time. */
function planning(story: Story, e: Evidence, called: Instant, answered: Instant, expected: LocalDate): Planned {
  const { roll, cast } = story;
  const helper = roll() < 0.3 ? (roll() < 0.5 ? cast.kommunNurse : cast.kommunTherapist) : null;
  const professions = [cast.handler, ...(helper ? [helper] : [])];
  const initiated = between(Math.max(answered, e.ready - hours(40)), e.ready, 0.3, roll);
  initiate(story, initiated, [...professions, cast.coordinator].map(profession));
  const staffed = earliest(initiated + hours(20), called);
  const [first = initiated, second = initiated] = spread(initiated, staffed, 2, roll);
  staff(story, first, cast.coordinator);
  staff(story, second, cast.handler, helper ? [helper] : []);
  const meeting = daysLater(
    e.discharged,
    1 + Math.floor(roll() * 3),
    ['09:00', '10:30', '13:00', '14:15'][Math.floor(roll() * 4)] ?? '10:00',
  );
  if (roll() < 0.15)
    tell(story, between(initiated, called, 0.8, roll), cast.coordinator, 'foresla-tid', { tid: isoLocal(meeting), plats: 'bostad' });
  call(story, called, meeting, professions);
  const deadline = earliest(e.discharged - 45 * MINUTE, onDay(expected, '22:00'));
  const [acknowledged = called] = spread(called, earliest(called + hours(20), called + (deadline - called) / 2), 1, roll);
  tell(story, acknowledged, cast.handler, 'kvittera-kallelse');
  plan(story, acknowledged, deadline, [cast.nurse, cast.coordinator, ...professions]);
  return { meeting, called: professions };
}

/** Step 4: the notices at the file's time, what the kommun says of the home-coming, and the discharge. */
function departure(story: Story, e: Evidence): void {
  const { roll, cast } = story;
  const wait = e.discharged - e.ready;
  ready(story, e.ready, earliest(e.discharged, e.ready + hours(22)), roll() < 0.5 ? 'one' : 'two');
  if (wait > hours(72)) {
    homecoming(story, between(e.ready, e.ready + hours(16), 0.5, roll), false);
    homecoming(story, between(e.discharged - hours(30), e.discharged - hours(2), 0.4, roll), true, e.discharged);
  } else {
    homecoming(story, between(e.ready, earliest(e.ready + hours(16), e.discharged - 30 * MINUTE), 0.5, roll), true, e.discharged);
  }
  const till = roll() < 0.75 ? 'hem' : roll() < 0.5 ? 'korttids' : 'sarskilt-boende';
  discharge(story, e.discharged, till, roll() < 0.5 ? cast.nurse : cast.adt);
}

/** Steps 5 and 6, and everybody's closing. */
function afterwards(story: Story, e: Evidence, { meeting, called }: Planned): void {
  const { roll, cast } = story;
  close(story, e.discharged, [cast.nurse]);
  const followed = daysLater(meeting, 10 + Math.floor(roll() * 6), ['09:20', '11:00', '13:40', '15:10'][Math.floor(roll() * 4)] ?? '11:00');
  const delivered = meet(story, meeting, called, addDays(localDateOf(meeting), 21));
  close(story, delivered, [cast.coordinator]);
  if (roll() < 0.2) tell(story, followed - 2 * HOUR, cast.handler, 'folj-upp-del', { resultat: 'Insatserna ges som planerat.' });
  followUp(story, followed);
  close(story, followed, [cast.handler]);
}
