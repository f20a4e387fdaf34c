/** The page that a process owner reads of a stay in the Temporal UI: phase, ball, deadlines, payment, steps, deviations. Markdown, no identity, nothing that anybody wrote freely. */
import type { ProcessRules } from '../agreement.js';
import { daysOf, isBlockedAt } from '../billing/days.js';
import { missingOf } from '../billing/preconditions.js';
import { REASON_NAMES } from '../billing/words.js';
import { DAY, HOUR, type Instant, MINUTE, toSwedish, toSwedishDue } from '../calendar.js';
import { ACTIONS, isActionName } from './actions.js';
import { ballOf, openDeadlines } from './deadlines.js';
import { episodeOf } from './episode.js';
import { type Facts, factsOf } from './facts.js';
import { publicType } from './owner.js';
import { asMarkdown, type Naming, namesOf, oneLine } from './owner-names.js';
import { checklistOf } from './owner-steps.js';
import { inScope, kommunUnits, payerOf, phaseOf, svplToBeHeld } from './parties.js';
import { REFUSALS } from './refusals.js';
import type { Deadline, Deviation, Refusal, Stay } from './state.js';
import { DEADLINE_NAMES, isPaymentStart, noticeName, PHASE_NAMES } from './words.js';

/** So many of a kind are shown; of the rest the number. */
const SHOWN = 20;
const FEW = 5;

/** An action that was sent as an update and refused. Its sender has been answered, and the stay does not keep it. */
export type RefusedUpdate = Omit<Refusal, 'need'>;

/** The whole page. Its first line is the headline, which a long stay's new run would otherwise lack. */
export function currentDetailsOf(stay: Stay, rules: ProcessRules, now: Instant, refusedUpdates: readonly RefusedUpdate[] = []): string {
  const f = factsOf(stay);
  const names = namesOf(f, rules);
  const name: Naming = (ref) => asMarkdown(names(ref));
  return [
    [
      `**${plain(stay.stayId)}**`,
      `inskriven ${toSwedish(stay.admission.admittedAt)}`,
      plain(f.ward.name),
      kommunUnits(f)
        .map((unit) => name({ party: 'kommun', unit }))
        .join(' och '),
      plain(f.vardcentral.name),
    ].join(' · '),
    `## ${PHASE_NAMES[phaseOf(stay)]} sedan ${toSwedish(phaseSince(stay, f))}`,
    ...standing(stay, rules, now, f, name),
    ...listed('Öppna frister', deadlineLines(openDeadlines(stay, rules), now, name), SHOWN, `tid kvar räknad ${toSwedish(now)}`),
    ...listed('Avvikelser', deviationLines(stay.deviations, name), SHOWN),
    ...listed('Meddelanden som inte har kunnat levereras', failedLines(stay.failedDeliveries, name), FEW),
    ...listed('Avvisade åtgärder', refusedLines(stay.refused, refusedUpdates), FEW),
    ...listed('Betalning', paymentLines(stay, rules, now, f, name), SHOWN),
    ...stepLines(stay, rules),
    `Senast: ${latest(stay, name)}. Läget ${toSwedish(now)}.`,
  ].join('\n\n');
}

/** A name as text, whatever is in it. */
const plain = (text?: string): string => asMarkdown(oneLine(text));

const listed = (title: string, lines: string[], shown: number, note?: string): string[] => {
  if (lines.length === 0) return [];
  const more = lines.length > shown ? [`… och ${lines.length - shown} till`] : [];
  const items = [...lines.slice(0, shown), ...more].map((line) => `- ${line}`);
  return [`**${title}**${note ? ` (${note})` : ''}`, items.join('\n')];
};

/** Since when the phase has been what it is, as far as the facts tell. */
function phaseSince(stay: Stay, f: Facts): Instant {
  const ready = f.ready.at(-1);
  switch (phaseOf(stay)) {
    case 'annullerad':
      return f.annulled?.at ?? stay.admission.admittedAt;
    case 'avslutad':
      return stay.ended?.at ?? stay.admission.admittedAt;
    case 'utanfor':
      return firstOfLast(f, false);
    case 'uppfoljning':
      return Math.max(f.discharge?.at ?? 0, f.held[0]?.at ?? 0);
    case 'utskriven':
      return f.discharge?.at ?? stay.admission.admittedAt;
    case 'utskrivningsklar':
      return ready?.at ?? stay.admission.admittedAt;
    case 'planering':
      return Math.max(firstOfLast(f, true), ready?.until ?? 0);
    case 'inskriven':
      return stay.admission.admittedAt;
  }
}

/** When the latest unbroken row of assessments of that outcome began. */
function firstOfLast(f: Facts, inScopeThen: boolean): Instant {
  const before = f.assessments.findLastIndex((a) => a.inScope !== inScopeThen);
  return f.assessments[before + 1]?.at ?? 0;
}

/** What is answered in five seconds: is anything late, who has the ball, when does the patient go home. */
function standing(stay: Stay, rules: ProcessRules, now: Instant, f: Facts, name: Naming): string[] {
  const open = openDeadlines(stay, rules);
  const late = open.filter(({ dueAt }) => dueAt <= now).length;
  const ball = stay.ended ? [] : ballOf(stay, rules);
  const leave = f.leave.at(-1);
  const expected = f.estimates.at(-1);
  const call = f.calls.at(-1);
  const lines = [
    ...(late > 0 ? [`⚠ **${late === 1 ? 'En frist har passerat' : `${late} frister har passerat`}**`] : []),
    ball.length > 0
      ? `**Bollen hos:** ${ball.slice(0, FEW).map(name).join(' · ')}${ball.length > FEW ? ` och ${ball.length - FEW} till` : ''}`
      : `**Bollen hos:** ingen${stay.ended ? ', vårdtillfället är slut' : ', ingen frist löper'}`,
    ...(leave && !f.discharge && leave.from <= now && (leave.until === null || leave.until > now)
      ? [`Permission sedan ${toSwedish(leave.from)}${leave.until === null ? '' : ` till ${toSwedish(leave.until)}`}`]
      : []),
    ...(f.legalForm === 'HSL' ? [] : [`Vård enligt ${f.legalForm}: ingen SVPL eller SIP enligt överenskommelsen så länge`]),
    ...(expected && !f.discharge && !stay.ended ? [`Beräknad utskrivning ${expected.date}`] : []),
    ...(call && f.held.length === 0 && svplToBeHeld(f) && !stay.ended ? [`SVPL är kallad till ${toSwedish(call.tid)}`] : []),
    ...(f.postponements.length > 0 && f.held.length === 0 && svplToBeHeld(f) && !stay.ended
      ? [`SVPL är uppskjuten till ${f.postponements.at(-1)?.datum}`]
      : []),
  ];
  return [lines.map((line) => `- ${line}`).join('\n')];
}

function deadlineLines(open: Deadline[], now: Instant, name: Naming): string[] {
  return open.map(({ id, owner, dueAt }) => {
    const what = `${DEADLINE_NAMES[id]} – ${name(owner)}`;
    const due = toSwedishDue(dueAt);
    if (isPaymentStart(id)) {
      return dueAt <= now
        ? `⚠ **${what}**, gäller sedan ${due}`
        : `${what}, från ${due} om patienten inte är utskriven då (${timeLeft(dueAt - now)} kvar)`;
    }
    return dueAt <= now ? `⚠ **FÖRSENAD ${what}**, skulle ha varit klar ${due}` : `${what}, senast ${due} (${timeLeft(dueAt - now)} kvar)`;
  });
}

function timeLeft(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.floor(ms / DAY)} dygn`;
  return ms >= HOUR ? `${Math.floor(ms / HOUR)} h` : `${Math.max(1, Math.floor(ms / MINUTE))} min`;
}

/** What the stay may come to cost the kommun, in days; kronor are the month's. @source LUS 5:1–5:5 */
function paymentLines(stay: Stay, rules: ProcessRules, now: Instant, f: Facts, name: Naming): string[] {
  if (f.annulled || !inScope(f) || (f.ready.length === 0 && !f.discharge)) return [];
  const episode = episodeOf(stay, rules);
  const days = daysOf(f.discharge ? episode : { ...episode, dischargedAt: now });
  const from = episode.intervals.at(-1)?.from;
  const wholeDays = days === null ? '' : `${days} ${days === 1 ? 'helt dygn' : 'hela dygn'}`;
  const missing = missingOf(episode, rules.preconditions, now);
  return [
    ...(from === undefined || days === null
      ? [f.discharge ? 'Ingen dag som utskrivningsklar' : 'Inte utskrivningsklar just nu: inga dagar räknas']
      : [
          f.discharge
            ? `${wholeDays} som utskrivningsklar, från ${toSwedish(from)} till utskrivningen`
            : `${wholeDays} som utskrivningsklar hittills, räknat ${toSwedish(now)}`,
        ]),
    ...(!f.discharge && isBlockedAt(episode, now) ? ['Dygnen står still: regionens öppenvård är inte tillgänglig eller oklar'] : []),
    `Betalar: ${name({ party: 'kommun', unit: payerOf(f) })}`,
    ...(missing.length > 0
      ? [`⚠ Kommunen betalar inte som det ser ut nu: ${missing.map((reason) => REASON_NAMES[reason]).join(', ')}`]
      : []),
  ];
}

function stepLines(stay: Stay, rules: ProcessRules): string[] {
  const { done, now, later, never } = checklistOf(stay, rules);
  return [
    ...listed(
      'Att göra nu',
      now.map((label) => `☐ ${label}`),
      SHOWN,
    ),
    ...listed(
      'Gjort',
      done.map(({ label, at }) => `☑ ${label}, ${toSwedish(at)}`),
      SHOWN,
    ),
    ...(later.length > 0 ? [`**Senare:** ${later.join(' · ')}`] : []),
    ...(never.length > 0 ? [`**Blev inte gjort:** ${never.join(' · ')}`] : []),
  ];
}

/** Open ones first, the newest first; those that were put right are counted. */
function deviationLines(deviations: readonly Deviation[], name: Naming): string[] {
  const open = deviations.filter((d) => d.status === 'oppen');
  const closed = deviations.length - open.length;
  return [
    ...open.toReversed().map((d) => `⚠ ${deviationName(d)}, ${toSwedishDue(d.at)}${d.owner ? ` – ${name(d.owner)}` : ''}`),
    ...(closed > 0 ? [`${closed} ${closed === 1 ? 'avslutad' : 'avslutade'}, eller gjord i tid men registrerad sent`] : []),
  ];
}

const OTHER_DEVIATIONS: Record<string, string> = {
  checklista: 'Checklistan var inte klar',
  franvaro: 'Frånvaro vid SVPL',
  rapporterad: 'Rapporterad avvikelse',
};

/** What somebody reported is free text, and not said here. */
function deviationName(deviation: Deviation): string {
  const type = publicType(deviation);
  const missed = DEADLINE_NAMES[type as keyof typeof DEADLINE_NAMES];
  return OTHER_DEVIATIONS[type] ?? `${isPaymentStart(type) ? 'Inte utskriven i tid' : 'Inte i tid'}: ${missed}`;
}

/** What it was about, to whom and by which way; whose system is at fault is told in the list of deliveries. */
function failedLines(failed: Stay['failedDeliveries'], name: Naming): string[] {
  return failed.toReversed().map(({ noticeId, unit, at, channel }) => {
    const [, , type = ''] = noticeId.split('~');
    return `⚠ ${noticeName(type)} till ${name(unit)}, ${toSwedish(at)}${channel ? ` (${plain(channel.split(':')[0])})` : ''}`;
  });
}

/** The latest first. */
function refusedLines(signals: readonly Refusal[], updates: readonly RefusedUpdate[]): string[] {
  const all = [
    ...signals.map((refusal) => ({ ...refusal, how: ', sänd som signal' })),
    ...updates.map((refusal) => ({ ...refusal, how: '' })),
  ];
  return all.sort((a, b) => b.at - a.at).map(({ action, at, code, how }) => `${titleOf(action)} ${toSwedish(at)}${how}: ${reasonOf(code)}`);
}

const titleOf = (action: string): string => (isActionName(action) ? ACTIONS[action].titel : 'Okänd åtgärd');
const reasonOf = (code: string): string =>
  Object.hasOwn(REFUSALS, code) ? REFUSALS[code as keyof typeof REFUSALS].sv : 'Kunde inte behandlas.';

/** What was received last; the log is in the order of what happened. */
function latest(stay: Stay, name: Naming): string {
  const entry = stay.log.reduce<Stay['log'][number] | undefined>(
    (last, e) => (last && last.receivedAt > e.receivedAt ? last : e),
    undefined,
  );
  if (!entry) return `inskriven ${toSwedish(stay.admission.admittedAt)}`;
  return `${titleOf(entry.action)} ${toSwedish(entry.countsFrom)}, ${name(entry.by)}`;
}
