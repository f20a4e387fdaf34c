/**
 * An independent, naive auditor of one stay: from the plain list of what was accepted it works out the phase, the main deadlines, what was
 * missed and the evidence for payment, anew each time, as domain.md tells it. It shares no code with the core but the calendar.
 */
import {
  addDays,
  addMonths,
  addWallClock,
  DAY,
  endOfDay,
  HOUR,
  type Instant,
  localDateOf,
  parseInstant,
  wallClockMs,
} from '../../src/domain/calendar.js';

/** What was accepted, in order of arrival; a correction is one of them. */
export interface Accepted {
  id: string;
  action: string;
  at: Instant;
  receivedAt: Instant;
  party: string;
  unit: string;
  // biome-ignore lint/suspicious/noExplicitAny: the data of any action
  data: Record<string, any>;
  imported: boolean;
}

export interface Agreed {
  vcAnswersToo: boolean;
  vcInitiates: boolean;
  postponementIsCall: boolean;
  individualFromDays: number | null;
}

export interface Admitted {
  at: Instant;
  kommun: string;
  legalForm: string;
  placing?: string;
}

export interface AuditedDeadline {
  id: string;
  unit: string;
  start: Instant;
  due: Instant;
  missed: boolean;
  /** Done, withdrawn or no longer owed. */
  over: boolean;
}

export interface Audit {
  phase: string;
  deadlines: AuditedDeadline[];
  payer: string;
  evidence: {
    inskrivning: Instant | null;
    vardtid: Instant | null;
    utskrivningsmeddelande: Instant | null;
    call: Instant | null;
    notices: { from: Instant; until: Instant | null }[];
    discharged: Instant | null;
  };
  days: number | null;
}

interface Fact extends Accepted {
  when: Instant;
}

const MESSAGES = ['skicka-', 'meddela-', 'kalla-', 'avsta-', 'skjut-upp-', 'svara-', 'ratta-kommun'];
const isMessage = (action: string): boolean => MESSAGES.some((prefix) => action.startsWith(prefix));
/** What tells of something that happened at a time of its own. */
const TELLS = ['skriv-ut', 'hall-svpl', 'anmal-dodsfall', 'flytta'];

/** Each thing with the time that counts, corrections applied, in order of that time. */
function factsOf(accepted: readonly Accepted[]): Fact[] {
  const facts: Fact[] = [];
  for (const one of accepted) {
    const late = isMessage(one.action) && !one.imported && one.receivedAt - one.at > HOUR;
    const told = TELLS.includes(one.action) ? (parseInstant(one.data['tidpunkt']) ?? one.at) : one.at;
    const fact = { ...one, when: late ? one.receivedAt : told };
    if (one.action === 'ratta-uppgift') {
      const place = facts.findIndex((f) => f.id === one.data['actionId']);
      const old = facts[place];
      if (old) {
        const at = one.data['at'] === undefined ? old.at : (parseInstant(one.data['at']) ?? old.at);
        const data = { ...old.data, ...one.data['data'] };
        const effective = TELLS.includes(old.action) ? (parseInstant(data['tidpunkt']) ?? at) : at;
        const moved = one.data['at'] !== undefined || (TELLS.includes(old.action) && data['tidpunkt'] !== old.data['tidpunkt']);
        facts[place] = { ...old, at, data, when: moved ? effective : old.when };
        facts.sort((a, b) => a.when - b.when);
      }
    }
    const after = facts.findIndex((f) => f.when > fact.when);
    facts.splice(after < 0 ? facts.length : after, 0, fact);
  }
  return facts;
}

const earliest = (...times: (Instant | null | undefined)[]): Instant | null => {
  const known = times.filter((time): time is Instant => time !== null && time !== undefined);
  return known.length > 0 ? Math.min(...known) : null;
};

/** Judges a stay at a time. */
export function audit(stay: Admitted, agreed: Agreed, accepted: readonly Accepted[], now: Instant, ended: boolean): Audit {
  const facts = factsOf(accepted);
  const of = (action: string): Fact[] => facts.filter((f) => f.action === action);
  const inNeed = (f: Fact): boolean => (f.data['harInsatser'] || f.data['nyttBehov']) && !f.data['endastRegionensOppenvard'];

  const assessments = of('bedom-behov');
  const latestNeed = assessments.at(-1);
  const scope = latestNeed !== undefined && inNeed(latestNeed);
  const annulled = of('annullera')[0];

  // The discharge that stands: one that was undone does not.
  let discharged: Instant | null = null;
  for (const f of facts) {
    if (f.action === 'skriv-ut') discharged = f.when;
    if (f.action === 'anmal-dodsfall' && discharged === null) discharged = f.when;
    if (f.action === 'angra-utskrivning') discharged = null;
  }
  const death = earliest(
    of('anmal-dodsfall').at(-1)?.when,
    facts.filter((f) => f.action === 'skriv-ut' && f.data['till'] === 'avliden')[0]?.when,
  );

  // Who is responsible, and since when.
  const periods = [{ kommun: stay.kommun, placing: stay.placing, from: stay.at }];
  for (const f of of('ratta-kommun')) {
    const now = periods[periods.length - 1];
    const placing: string | undefined = f.data['placerandeKommun'] ?? now?.placing;
    if (now?.kommun === f.data['kommun'] && now?.placing === placing) continue;
    periods.push({ kommun: f.data['kommun'], placing: f.data['placerandeKommun'], from: f.when });
  }
  const present = periods[periods.length - 1] ?? { kommun: stay.kommun, placing: undefined, from: stay.at };
  const kommuner = [...new Set([present.kommun, ...(present.placing ? [present.placing] : [])])];
  const payer = present.placing ?? present.kommun;
  const partySince = (kommun: string): Instant => {
    let since = present.from;
    for (const p of [...periods].reverse()) {
      if (p.kommun !== kommun && p.placing !== kommun) break;
      since = p.from;
    }
    return since;
  };
  const reached = (kommun: string, at: Instant): Instant => Math.max(at, partySince(kommun));

  // The message counts when sent while the patient was in the target group.
  const sent = of('skicka-inskrivningsmeddelande').find((f) => {
    const known = assessments.filter((a) => facts.indexOf(a) < facts.indexOf(f)).at(-1);
    return known !== undefined && inNeed(known);
  });

  const initiated = of('initiera-svpl').at(-1);
  const declines = of('avsta-svpl');
  const standingDecline = declines.filter((d) => !initiated || facts.indexOf(d) > facts.indexOf(initiated)).at(-1);
  const legalForm = of('andra-uppgifter').reduce((form, f) => f.data['legalForm'] ?? form, stay.legalForm);
  const calledFor = legalForm === 'HSL' && (initiated !== undefined || latestNeed?.data['nyttBehov'] === true);
  const calls = of('kalla-till-svpl');
  const held = of('hall-svpl');

  // The intervals as utskrivningsklar, and the utskrivningsmeddelanden that stand.
  const notices: { id: string; from: Instant; until: Instant | null; by: 'withdrawn' | 'discharged' | null }[] = [];
  let toldToLeave: { at: Instant; withdrawn: Instant | null }[] = [];
  let home: Instant | null = null;
  for (const f of facts) {
    const open = notices.find((n) => n.until === null);
    if (f.action === 'meddela-utskrivningsklar' && !open) notices.push({ id: f.id, from: f.when, until: null, by: null });
    if (f.action === 'skicka-utskrivningsmeddelande') {
      if (!open) notices.push({ id: f.id, from: f.when, until: null, by: null });
      toldToLeave.push({ at: f.when, withdrawn: null });
    }
    if (f.action === 'aterkalla-utskrivningsklar') {
      if (open) Object.assign(open, { until: f.when, by: 'withdrawn' });
      toldToLeave = toldToLeave.map((m) => (m.withdrawn === null ? { ...m, withdrawn: f.when } : m));
    }
    if (f.action === 'skriv-ut' || (f.action === 'anmal-dodsfall' && home === null)) {
      home = f.when;
      if (open) Object.assign(open, { until: f.when, by: 'discharged' });
    }
    if (f.action === 'angra-utskrivning') {
      home = null;
      for (const n of notices) if (n.by === 'discharged') Object.assign(n, { until: null, by: null });
    }
  }

  const phase = annulled
    ? 'annullerad'
    : ended
      ? 'avslutad'
      : latestNeed && !scope
        ? 'utanfor'
        : discharged !== null
          ? held.length > 0
            ? 'uppfoljning'
            : 'utskriven'
          : notices.some((n) => n.until === null)
            ? 'utskrivningsklar'
            : scope
              ? 'planering'
              : 'inskriven';

  const deadlines: AuditedDeadline[] = [];
  const owe = (id: string, unit: string, start: Instant, due: Instant, done: Instant | null, afterDischarge = false): void => {
    const stopped = earliest(done, afterDischarge ? null : discharged, death, annulled?.when);
    deadlines.push({ id, unit, start, due, missed: stopped === null ? due <= now : stopped >= due, over: stopped !== null });
  };

  if (scope && latestNeed) {
    const lastOutside = assessments.filter((a) => !inNeed(a)).at(-1);
    const need = assessments.filter((a) => !lastOutside || assessments.indexOf(a) > assessments.indexOf(lastOutside))[0] ?? latestNeed;
    owe(
      'inskrivningsmeddelande',
      '',
      need.when,
      need.when <= stay.at + 24 * HOUR ? stay.at + 24 * HOUR : need.when + 24 * HOUR,
      sent?.when ?? null,
    );

    if (sent) {
      for (const kommun of kommuner) {
        const start = reached(kommun, sent.when);
        owe(
          'svar-inskrivning',
          kommun,
          start,
          start + 24 * HOUR,
          of('svara-inskrivning').find((f) => f.party === 'kommun' && f.unit === kommun)?.when ?? null,
        );
      }
      if (agreed.vcAnswersToo)
        owe(
          'svar-inskrivning',
          'vc',
          sent.when,
          sent.when + 24 * HOUR,
          of('svara-inskrivning').find((f) => f.party === 'vardcentral')?.when ?? null,
        );
    }

    if (initiated) {
      const staffed = (party: string, unit?: string) =>
        of('bemanna').find((f) => f.party === party && (unit === undefined || f.unit === unit) && f.when >= initiated.when)?.when ?? null;
      owe('bemanning', 'vc', initiated.when, initiated.when + 24 * HOUR, earliest(staffed('vardcentral'), standingDecline?.when));
      for (const kommun of kommuner) {
        const start = reached(kommun, initiated.when);
        owe('bemanning', kommun, start, start + 24 * HOUR, earliest(staffed('kommun', kommun), standingDecline?.when));
      }
    }

    if (calledFor) {
      for (const notice of notices) {
        if (standingDecline && standingDecline.when <= notice.from) continue;
        const due = endOfDay(addDays(localDateOf(notice.from), 3));
        const postponed = agreed.postponementIsCall ? of('skjut-upp-svpl').find((f) => f.when < due)?.when : null;
        owe(
          'svpl-kallelse',
          '',
          notice.from,
          due,
          earliest(
            calls[0]?.when,
            postponed,
            declines.find((d) => d.when >= notice.from)?.when,
            notice.by === 'withdrawn' ? notice.until : null,
          ),
          true,
        );
      }
    }

    calls.forEach((call, i) => {
      const parties = new Set<string>(
        call.data['kallade'].filter((k: { iSystemet: boolean }) => k.iSystemet).map((k: { part: string }) => k.part),
      );
      for (const party of ['slutenvard', 'kommun'].filter((p) => parties.has(p))) {
        for (const unit of party === 'kommun' ? kommuner : ['ward']) {
          const start = party === 'kommun' ? reached(unit, call.when) : call.when;
          const answered = of('kvittera-kallelse').find(
            (f) => f.party === party && (party !== 'kommun' || f.unit === unit) && f.when >= call.when,
          )?.when;
          // A new call, the meeting or a decline leaves nothing to acknowledge.
          owe(
            'kvittering',
            unit,
            start,
            start + 24 * HOUR,
            earliest(answered, calls[i + 1]?.when, standingDecline?.when, held.find((h) => h.when >= call.when)?.when),
          );
        }
      }
    });

    if (discharged !== null) {
      const leave = discharged;
      // What was handed over for a discharge that was undone does not count for the next.
      const undone = of('angra-utskrivning').at(-1)?.when ?? Number.NEGATIVE_INFINITY;
      owe(
        'informationsoverforing',
        '',
        leave,
        endOfDay(localDateOf(leave)),
        of('overfor-information').find((f) => f.when >= undone)?.when ?? null,
        true,
      );
      if (calledFor && !held.some((h) => h.when <= leave) && !(standingDecline && standingDecline.when <= leave)) {
        let due = endOfDay(addDays(localDateOf(leave), 3));
        const atBest = due;
        const moves = [
          ...calls.map((f) => ({ when: f.when, day: localDateOf(parseInstant(f.data['tid']) ?? f.when) })),
          ...of('skjut-upp-svpl').map((f) => ({ when: f.when, day: f.data['datum'] })),
        ].sort((a, b) => a.when - b.when);
        // A new day given when the old one had passed undoes nothing.
        for (const m of moves) if (m.when < due) due = Math.max(atBest, endOfDay(m.day));
        owe('svpl-mote', '', leave, due, earliest(held[0]?.when, declines.find((d) => d.when >= leave)?.when), true);
      }
      if (calledFor) {
        const followUps = of('folj-upp');
        const anchors = [...held, ...followUps.filter((f) => f.data['resultat'] !== 'avslutad')].sort(
          (a, b) => a.when - b.when || facts.indexOf(a) - facts.indexOf(b),
        );
        anchors.forEach((anchor, i) => {
          const start = Math.max(anchor.when, leave);
          const done = followUps.find((f) => f.when >= anchor.when && f !== anchor)?.when;
          owe(
            'uppfoljning',
            '',
            start,
            endOfDay(addMonths(localDateOf(start), 1)),
            earliest(done, anchors[i + 1]?.when, declines.find((d) => d.when >= anchor.when)?.when),
            true,
          );
        });
      }
    }

    if (agreed.individualFromDays !== null) {
      for (const n of notices) {
        const from = reached(payer, n.from);
        if (n.until !== null && n.until <= from) continue;
        owe('individuell-berakning', payer, from, addWallClock(from, agreed.individualFromDays * DAY), n.until);
      }
    }

    // Sent again while the time runs: it runs anew. Withdrawn: it is over.
    const groups = new Map<string, { at: Instant; withdrawn: Instant | null }[]>();
    let group = 0;
    toldToLeave.forEach((m, i) => {
      if (i > 0 && toldToLeave[i - 1]?.withdrawn !== m.withdrawn) group++;
      groups.set(String(group), [...(groups.get(String(group)) ?? []), m]);
    });
    for (const messages of groups.values()) {
      const [start] = messages;
      if (!start) continue;
      let due = start.at + 24 * HOUR;
      for (const m of messages) if (m.at < due) due = m.at + 24 * HOUR;
      owe('utskrivning', '', start.at, due, start.withdrawn);
    }
  }

  const evidence = {
    inskrivning: sent ? reached(payer, sent.when) : null,
    vardtid: (() => {
      const estimate = facts.find((f) => f.action === 'skicka-inskrivningsmeddelande' || f.action === 'bedom-vardtid');
      return estimate ? reached(payer, estimate.when) : null;
    })(),
    utskrivningsmeddelande: (() => {
      const standing = toldToLeave.find((m) => m.withdrawn === null);
      return standing ? reached(payer, standing.at) : null;
    })(),
    call: calls[0] ? reached(payer, calls[0].when) : null,
    notices: notices
      .filter((n) => n.until === null || n.until >= reached(payer, n.from))
      .map((n) => ({ from: reached(payer, n.from), until: n.until })),
    discharged,
  };
  return { phase, deadlines, payer, evidence, days: daysOf(facts, evidence) };
}

/** Whole 24-hour blocks by the wall clock from the standing notice to the discharge, without the time that region open care was missing. */
function daysOf(facts: Fact[], evidence: Audit['evidence']): number | null {
  const { discharged } = evidence;
  if (discharged === null) return null;
  const notice = evidence.notices.filter((n) => n.from <= discharged).at(-1);
  if (!notice || (notice.until !== null && notice.until < discharged)) return null;
  let missing = 0;
  let since: Instant | null = null;
  const clip = (at: Instant): Instant => Math.min(Math.max(at, notice.from), discharged);
  for (const f of facts.filter((one) => one.action === 'meddela-oppenvard')) {
    if (f.data['lage'] === 'tillganglig') {
      if (since !== null) missing += Math.max(0, wallClockMs(clip(f.when)) - wallClockMs(clip(since)));
      since = null;
    } else since ??= f.when;
  }
  if (since !== null) missing += Math.max(0, wallClockMs(discharged) - wallClockMs(clip(since)));
  return Math.max(0, Math.floor((wallClockMs(discharged) - wallClockMs(notice.from) - missing) / DAY));
}
