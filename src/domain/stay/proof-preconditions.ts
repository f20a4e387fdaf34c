/** The preconditions of payment, one by one: met or not as the judging rules say, with the times behind it and a sentence that explains it. */
import type { Agreement } from '../agreement.js';
import { noticesOf } from '../billing/days.js';
import type { Episode, ExclusionReason } from '../billing/episode.js';
import { callDueAt, inskrivningsmeddelandeDueAt, missingOf, noticeJudged } from '../billing/preconditions.js';
import type { PreconditionProof, ProofState, ProofStep } from '../billing/proof.js';
import { type Instant, localDateOf, toSwedish } from '../calendar.js';
import { type Facts, factsOf } from './facts.js';
import { payerOf, reachedAt } from './parties.js';
import { happenedAt, isLate } from './proof-steps.js';
import type { LogEntry, Stay } from './state.js';

type Id = PreconditionProof['id'];

interface Asked {
  stay: Stay;
  facts: Facts;
  episode: Episode;
  agreement: Agreement;
  payer: string;
  /** The payer as it stands in a sentence: `Jönköping (0680)`. */
  kommun: string;
  failed: readonly ExclusionReason[];
}

/** What a precondition rests on, before the state is put to it. */
interface Found {
  title: string;
  source: string;
  /** Of its reasons, those that can fail it. */
  reasons: readonly ExclusionReason[];
  entry: LogEntry | undefined;
  countsFrom: Instant | null;
  dueAt: Instant | null;
  /** Not demanded of this stay. */
  spared?: boolean;
  /** Nothing is awaited, though there is no entry. */
  metWithout?: boolean;
  text: (state: ProofState, reason: ExclusionReason | null) => string;
}

/**
 * All six, in the law's order. A state is `nej` exactly when `missingOf` gives a reason of that precondition.
 *
 * @source J bilaga 2, Kommunens betalningsansvar förutsätter; V, Ekonomisk reglering; LUS 5:1–5:3, 5:5
 */
export function preconditionsOf(
  stay: Stay,
  { episode, agreement, asOf }: { episode: Episode; agreement: Agreement; asOf: Instant },
  kommun: string,
  steps: readonly ProofStep[],
): PreconditionProof[] {
  const facts = factsOf(stay);
  const failed = missingOf(episode, agreement.preconditions, asOf);
  const asked: Asked = { stay, facts, episode, agreement, payer: episode.payer ?? payerOf(facts), kommun, failed };
  return (Object.keys(FIND) as Id[]).map((id) => {
    const found = FIND[id](asked);
    const reason = found.reasons.find((each) => failed.includes(each)) ?? null;
    const spared = found.spared === true || episode.outOfSight;
    const isThere = found.metWithout === true || found.countsFrom !== null;
    const state: ProofState = reason !== null ? 'nej' : spared ? 'behovs-inte' : isThere ? 'ja' : 'vantar';
    const ofAgreement = agreement.region === null ? '' : `; ${agreement.name}`;
    return {
      id,
      title: found.title,
      source: `${found.source}${ofAgreement}`,
      state,
      reason,
      at: found.entry === undefined ? null : happenedAt(found.entry),
      registeredAt: found.entry?.receivedAt ?? null,
      countsFrom: found.countsFrom,
      dueAt: found.dueAt,
      text: episode.outOfSight
        ? 'Ärendet är inte kommunens, och då krävs ingenting.'
        : `${found.text(state, reason)}${state === 'ja' ? heldBack(found, steps) : ''}`,
    };
  });
}

/** A message that was held back from a kommun that had rejected the stay counts from when it was sent. @source domain.md §3 `ratta-kommun` */
function heldBack({ entry, countsFrom }: Found, steps: readonly ProofStep[]): string {
  const deliveredAt = steps.find(({ actionId }) => actionId === entry?.id)?.reachedPayerAt;
  if (entry === undefined || deliveredAt === undefined || countsFrom !== entry.countsFrom) return '';
  return ` Kommunen hade avvisat ärendet: det lämnades ${toSwedish(deliveredAt)}, när avvisningen hade prövats, och räknas från när det skickades.`;
}

const FIND: Record<Id, (asked: Asked) => Found> = {
  inskrivningsmeddelande: (asked) => {
    const { episode, facts, agreement, kommun } = asked;
    const hours = agreement.preconditions.inskrivningsmeddelandeWithinHours;
    const due = hours === null ? null : inskrivningsmeddelandeDueAt(episode, hours);
    const message = {
      what: `Inskrivningsmeddelandet skickades till ${kommun}`,
      nothing: `Inget inskrivningsmeddelande skickades till ${kommun}`,
      awaited: 'Inskrivningsmeddelandet är inte skickat än',
    };
    const common = beforeDischarge(asked, entryOf(asked, facts.inskrivning?.id), episode.inskrivningsmeddelandeAt, message);
    return {
      ...common,
      title:
        hours === null
          ? 'Inskrivningsmeddelande till kommunen före utskrivningen'
          : `Inskrivningsmeddelande till kommunen inom ${hours} timmar`,
      source: hours === null ? 'LUS 5:1, 2:1' : 'LUS 5:1, 2:3',
      reasons: ['inskrivningsmeddelande-saknas', 'inskrivningsmeddelande-sen'],
      dueAt: hours === null ? common.dueAt : due,
      text: (state, reason) => {
        if (reason === 'inskrivningsmeddelande-sen') {
          const sent = episode.inskrivningsmeddelandeAt === null ? 'är inte skickat' : `skickades ${sentInWords(common)}`;
          const latest =
            due === null
              ? 'men när patienten skrevs in är inte känt, så att tiden inte kan visas'
              : `men skulle ha skickats senast ${toSwedish(due)}`;
          return `Inskrivningsmeddelandet ${sent}, ${latest}: ${consequence(asked)}.`;
        }
        return `${common.text(state, reason)}${state === 'ja' && due !== null ? ` Det var i tid: senast ${toSwedish(due)}.` : ''}`;
      },
    };
  },
  vardtidsbedomning: (asked) => ({
    ...beforeDischarge(asked, entryOf(asked, asked.facts.estimates[0]?.id), asked.episode.vardtidAt, {
      // Assessed is what is demanded: it may have come before the kommun was told of the stay at all.
      what: 'Beräknad utskrivning bedömdes',
      nothing: `Ingen bedömning av vårdtiden gällde för ${asked.kommun}`,
      awaited: 'Vårdtiden är inte bedömd än',
      done: 'bedömd',
    }),
    title: 'Vårdtiden bedömd före utskrivningen',
    source: 'LUS 5:1, 2:4',
    reasons: ['vardtidsbedomning-saknas'],
  }),
  utskrivningsklar,
  utskrivningsmeddelande: (asked) => ({
    ...beforeDischarge(
      asked,
      entryOf(asked, asked.facts.utskrivningsmeddelanden.find((message) => message.withdrawnAt === null)?.id),
      asked.episode.utskrivningsmeddelandeAt,
      {
        what: `Utskrivningsmeddelandet skickades till ${asked.kommun}`,
        nothing: `Inget utskrivningsmeddelande som gällde hade skickats till ${asked.kommun}`,
        awaited: 'Utskrivningsmeddelandet är inte skickat än',
      },
    ),
    title: 'Utskrivningsmeddelande skickat före utskrivningen',
    source: 'LUS 5:1',
    reasons: ['utskrivningsmeddelande-saknas'],
  }),
  'svpl-kallelse': svplKallelse,
  oppenvard,
};

/** A message that counts when it was sent at or before the discharge. */
function beforeDischarge(
  asked: Asked,
  entry: LogEntry | undefined,
  countsFrom: Instant | null,
  words: { what: string; nothing: string; awaited: string; done?: string },
): Omit<Found, 'title' | 'source' | 'reasons'> {
  const home = asked.episode.dischargedAt;
  const found = { entry, countsFrom };
  return {
    ...found,
    dueAt: home,
    text: (state) => {
      if (state === 'vantar') return `${words.awaited}; så länge patienten är kvar räknas det som gjort.`;
      if (state === 'ja') return `${words.what} ${sentInWords(found, words.done)}${home === null ? '' : ', före utskrivningen'}.`;
      const before = home === null ? '' : ` före utskrivningen ${toSwedish(home)}`;
      if (entry !== undefined && countsFrom !== null && countsFrom > entry.countsFrom)
        return `${words.nothing}${before}: det blev ärendets kommun först ${toSwedish(countsFrom)}. ${capital(consequence(asked))}.`;
      return countsFrom === null
        ? `${words.nothing}${before}: ${consequence(asked)}.`
        : `${words.what} ${sentInWords(found, words.done)}, och inte${before}: ${consequence(asked)}.`;
    },
  };
}

function utskrivningsklar(asked: Asked): Found {
  const { facts, episode, agreement, kommun, payer } = asked;
  const countsFrom = noticeJudged(episode, agreement.preconditions) ?? null;
  const interval = facts.ready.findLast(({ at }) => reachedAt(facts, payer, at) === countsFrom);
  const found = { entry: entryOf(asked, interval?.id), countsFrom };
  const home = episode.dischargedAt;
  return {
    ...found,
    title: 'Patienten bedömd utskrivningsklar, och kommunen underrättad',
    source: 'LUS 5:1, 5:4',
    reasons: ['utskrivningsklar-saknas'],
    dueAt: home,
    text: (state) => {
      if (state === 'ja') {
        const bedomd = interval === undefined ? '' : ` Läkaren bedömde det ${toSwedish(interval.bedomd)}.`;
        return `Beskedet att patienten är utskrivningsklar skickades till ${kommun} ${sentInWords(found)}.${bedomd}`;
      }
      const withdrawn = noticesOf(episode).at(-1);
      const was =
        withdrawn === undefined || withdrawn.until === null
          ? ''
          : ` Det som gavs ${toSwedish(withdrawn.from)} återkallades ${toSwedish(withdrawn.until)}.`;
      if (state === 'vantar') return `Inget besked om utskrivningsklar gäller just nu.${was}`;
      return `Inget besked om utskrivningsklar hade nått ${kommun} och gällde vid utskrivningen${home === null ? '' : ` ${toSwedish(home)}`}: ${consequence(asked)}.${was}`;
    },
  };
}

/** @source LUS 5:3, 4:3 */
function svplKallelse(asked: Asked): Found {
  const { facts, episode, agreement, payer } = asked;
  const { callWithinDays } = agreement.preconditions;
  const countsFrom = episode.svplRequired ? episode.svplKallelseAt : null;
  const made = [...facts.calls, ...facts.postponements].find(({ at }) => reachedAt(facts, payer, at) === countsFrom);
  const entry = entryOf(asked, made?.id);
  const dueAt = episode.svplRequired ? callDueAt(noticeJudged(episode, agreement.preconditions), agreement.preconditions) : null;
  const latest = dueAt === null ? '' : localDateOf(dueAt - 1);
  const found = { entry, countsFrom };
  const what =
    entry?.action === 'skjut-upp-svpl' ? 'SVPL sköts upp, vilket räknas som kallelse,' : 'Den fasta vårdkontakten kallade till SVPL';
  const { declined } = facts;
  return {
    ...found,
    title: callWithinDays === null ? 'Kallelse till SVPL' : `Kallelse till SVPL inom ${callWithinDays} dagar från utskrivningsklar`,
    source: 'LUS 5:3, 4:3',
    reasons: ['svpl-kallelse-saknas', 'svpl-kallelse-sen'],
    dueAt,
    spared: !episode.svplRequired,
    text: (state, reason) => {
      if (state === 'behovs-inte')
        return declined === null
          ? 'Ingen SVPL skulle hållas, och då krävs ingen kallelse.'
          : `Ingen SVPL skulle hållas: att den inte behövdes meddelades ${toSwedish(declined.at)}. Då krävs ingen kallelse.`;
      if (state === 'ja') return `${what} ${sentInWords(found)}${dueAt === null ? '' : `, i tid: senast ${latest}`}.`;
      if (state === 'vantar')
        return `Kallelsen till SVPL är inte skickad än. Den ska komma ${dueAt === null ? 'före utskrivningen' : `senast ${latest}`} och räknas till dess som gjord.`;
      if (reason === 'svpl-kallelse-sen')
        return `${what} ${sentInWords(found)}, men kallelsen skulle ha kommit senast ${latest}: ${consequence(asked)}.`;
      return `Den fasta vårdkontakten kallade inte till SVPL.${dueAt === null ? '' : ` Kallelsen skulle ha kommit senast ${latest}.`} ${capital(consequence(asked))}.`;
    },
  };
}

/** @source LUS 5:5 */
function oppenvard(asked: Asked): Found {
  const { facts, episode } = asked;
  const home = episode.dischargedAt;
  const message = facts.oppenvard.findLast(({ at }) => home === null || at <= home);
  const last = episode.blocked.findLast(({ from }) => home === null || from <= home);
  const isAway = last !== undefined && (last.until === null || (home !== null && last.until > home));
  return {
    entry: entryOf(asked, message?.id),
    countsFrom: message?.at ?? null,
    title: 'Regionens öppenvård tillgänglig',
    source: 'LUS 5:5',
    reasons: ['oppenvard-saknas'],
    dueAt: null,
    metWithout: true,
    text: (state) => {
      if (state === 'nej')
        return `Regionens öppenvård var inte tillgänglig eller var oklar vid utskrivningen${home === null ? '' : ` ${toSwedish(home)}`}${last === undefined ? '' : `, sedan ${toSwedish(last.from)}`}: ${consequence(asked)}.`;
      if (last === undefined) return 'Ingen har meddelat att den öppenvård som behövdes saknades.';
      return isAway
        ? `Regionens öppenvård är inte tillgänglig eller är oklar sedan ${toSwedish(last.from)}; medan det är så räknas inga dagar.`
        : `Regionens öppenvård meddelades tillgänglig ${toSwedish(last.until ?? last.from)}; tiden då den inte var det, från ${toSwedish(last.from)}, räknas bort från dagarna.`;
    },
  };
}

/** When it was sent: with what was told and what counts where they differ, when the payer got it, and what was corrected. */
function sentInWords({ entry, countsFrom }: { entry: LogEntry | undefined; countsFrom: Instant | null }, done = 'skickat'): string {
  if (entry === undefined) return countsFrom === null ? '' : toSwedish(countsFrom);
  const corrected = entry.corrections?.at(-1);
  const sent = isLate(entry)
    ? `${toSwedish(entry.at)} enligt avsändaren, men registrerades först ${toSwedish(entry.receivedAt)} och räknas därifrån`
    : toSwedish(entry.countsFrom);
  const parts = [
    countsFrom !== null && countsFrom > entry.countsFrom ? `${toSwedish(countsFrom)}, när kommunen rättades (först ${done} ${sent})` : sent,
    ...(corrected === undefined ? [] : [`(rättat ${toSwedish(corrected.at)}, angavs tidigare ${toSwedish(corrected.was.at)})`]),
  ];
  return parts.join(' ');
}

/** @source domain.md §4, a stay that fails a precondition */
const consequence = ({ agreement }: Asked): string =>
  agreement.preconditions.failing === 'exclude'
    ? 'kommunen betalar inte för vårdtillfället'
    : 'vårdtillfället får inte höja det kommunen betalar';

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const entryOf = ({ stay }: Asked, id: string | undefined): LogEntry | undefined => stay.log.find((entry) => entry.id === id);
