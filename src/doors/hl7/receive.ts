/** From the bytes of one message to its answer: AA only for what is kept, AE for what cannot be understood, AR for another time. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Instant } from '../../domain/calendar.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { IncomingMessage, Kept } from '../../ledger/messages/keep-messages.js';
import { holdsPersonnummer } from '../identity-numbers.js';
import { type AckCode, ackOf } from './ack.js';
import { inGroups } from './group-commit.js';
import type { Hl7Mapping, SenderMapping } from './mapping-schema.js';
import type { Hl7Error, Hl7Message } from './message.js';
import { parseHl7 } from './parse.js';
import { numbersOf, type Said } from './said.js';
import { senderOf } from './sender.js';
import { personsOf } from './stay-claim.js';
import { type Translated, translate } from './translate.js';

/** Who has connected, by its client certificate. */
export interface Peer {
  commonName: string | undefined;
  /** SHA-256, `AA:BB:…` */
  fingerprint: string;
}

export interface ReceiveDeps {
  ledger: Pick<Ledger, 'keepMessages' | 'keepRefused'>;
  mapping: Hl7Mapping;
  now(): Instant;
  /** Whether Temporal answers, known within a second. */
  reachable(): Promise<boolean>;
  /** Something was accepted of these stays; of none: a change of identity. */
  accepted(stayIds: string[]): void;
  log: { warn(about: object, text: string): void; error(about: object, text: string): void };
}

export interface Answered {
  code: AckCode;
  /** The answer's bytes, without a frame. */
  ack: Uint8Array;
  /** The event that it was about; see triggerOf. */
  trigger: string;
}

/** Answers one message. Never throws: what goes wrong is AR. */
export type Receive = (bytes: Uint8Array, peer?: Peer) => Promise<Answered>;

type Verdict = { code: AckCode; errors?: Hl7Error[]; text?: string };

const MOST_IN_A_COMMIT = 100;
const UNKNOWN_SENDER = 'okand';

export function hl7Receiver(deps: ReceiveDeps): Receive {
  const keep = inGroups<IncomingMessage, Kept>((messages) => deps.ledger.keepMessages(messages), MOST_IN_A_COMMIT);
  return async (bytes, peer) => {
    const read = parsed(bytes);
    const message = 'message' in read ? read.message : read.header;
    const verdict = await judged(deps, keep, bytes, read, peer);
    return { code: verdict.code, ack: answerOf(message, verdict, deps.now()), trigger: message === null ? '?' : triggerOf(message) };
  };
}

/** An answer to what could not even be taken for a message. */
export function refusalOf(text: string, at: Instant): Uint8Array {
  return answerOf(null, { code: 'AE', errors: [inHeader('207', text)] }, at);
}

function answerOf(message: Hl7Message | null, { code, errors = [], text }: Verdict, at: Instant): Uint8Array {
  // Twenty characters, as many as MSH-10 has.
  const controlId = randomBytes(10).toString('hex');
  return ackOf(message, code, errors, { controlId, at, ...(text === undefined ? {} : { text }) });
}

type Parsed = ReturnType<typeof parseHl7>;

const inHeader = (code: Hl7Error['code'], text: string, field?: number): Hl7Error => ({
  segment: 'MSH',
  sequence: 1,
  code,
  text,
  ...(field === undefined ? {} : { field }),
});

function parsed(bytes: Uint8Array): Parsed {
  try {
    return parseHl7(bytes);
  } catch {
    return { error: inHeader('207', 'the message cannot be read'), header: null };
  }
}

async function judged(
  deps: ReceiveDeps,
  keep: (message: IncomingMessage) => Promise<Kept>,
  bytes: Uint8Array,
  read: Parsed,
  peer: Peer | undefined,
): Promise<Verdict> {
  const { mapping, log } = deps;
  // Whose it is may be read though the rest cannot: its region is then shown it.
  if ('error' in read) return refused(deps, read.header, read.header === null ? undefined : senderOf(read.header, mapping), [read.error]);
  const { message } = read;
  try {
    const sender = senderOf(message, mapping);
    if (!maySpeak(sender, peer))
      return await refused(deps, message, sender, [inHeader('207', 'the client certificate may not speak for this sender', 3)]);
    const said = translate(message, mapping);
    if (said.kind === 'error') return await refused(deps, message, sender, said.errors);
    if (said.kind !== 'ignored' && !(await deps.reachable())) return { code: 'AR', text: 'Temporal cannot be reached; send again' };
    const incoming = incomingOf(message, said, sender, bytes, deps.now());
    const kept = await keep(incoming);
    if (kept === 'other' && said.kind !== 'ignored')
      return await refused(deps, message, sender, [inHeader('205', 'another message has this message control id', 10)]);
    if (kept === 'new' && incoming.state === 'mottagen') deps.accepted(incoming.stayId === null ? [] : [incoming.stayId]);
    return { code: 'AA' };
  } catch (error) {
    // Nothing was answered for: the sender sends it again, and what was kept all the same is known by its id.
    log.error({ err: error }, 'HL7: a message could not be kept');
    return { code: 'AR', text: 'the message could not be kept; send again' };
  }
}

/** Without certificates in the mapping, whoever has got this far may. */
function maySpeak(sender: SenderMapping | undefined, peer: Peer | undefined): boolean {
  const allowed = sender?.certificates;
  if (allowed === undefined) return true;
  if (peer === undefined) return false;
  const fingerprint = peer.fingerprint.toUpperCase();
  return allowed.some((one) => one === peer.commonName || one.toUpperCase() === fingerprint);
}

function incomingOf(
  message: Hl7Message,
  said: Exclude<Translated, { kind: 'error' }>,
  sender: SenderMapping | undefined,
  bytes: Uint8Array,
  receivedAt: Instant,
): IncomingMessage {
  const base = {
    id: randomUUID(),
    source: sender?.name ?? UNKNOWN_SENDER,
    messageId: message.controlId,
    trigger: triggerOf(message),
    receivedAt,
    content: contentOf(message),
    region: sender?.region ?? null,
  };
  const nothing = { stayId: null, occurredAt: null, registeredAt: null, persons: [] };
  // Of what is none of our business, only that it came.
  if (said.kind === 'ignored')
    return { ...base, ...nothing, kind: 'none', state: 'ignorerad', reason: said.reason ?? 'not-used', raw: null, said: null };
  if (said.kind === 'merge') {
    const { merge } = said;
    const persons = [...merge.prior, ...numbersOf(merge.patient)];
    const { occurredAt, registeredAt, stayId = null } = merge;
    const told: Said = { kind: 'merge', merge };
    return {
      ...base,
      kind: 'merge',
      stayId,
      occurredAt,
      registeredAt,
      persons,
      state: 'mottagen',
      reason: null,
      raw: bytes,
      said: JSON.stringify(told),
    };
  }
  const { stayId, occurredAt, registeredAt } = said.message;
  const told: Said = { kind: 'stay', message: said.message };
  const isHint = said.message.event.type === 'hint';
  return {
    ...base,
    kind: isHint ? 'hint' : 'stay',
    stayId,
    occurredAt,
    registeredAt,
    persons: personsOf(said.message),
    // A physician decides who is utskrivningsklar: nothing is ever done with it.
    state: isHint ? 'ignorerad' : 'mottagen',
    reason: isHint ? 'hint' : null,
    raw: bytes,
    said: JSON.stringify(told),
  };
}

/** All but when it was sent (MSH-7): a system that sends a message once more says a new time. */
export function contentOf({ segments }: Hl7Message): string {
  return JSON.stringify(segments.map(({ name, fields }) => (name === 'MSH' ? fields.filter((_, index) => index !== 7) : fields)));
}

/** What is not the name of an event could be anything. */
function triggerOf({ type, trigger }: Hl7Message): string {
  const named = (text: string): string => (/^[A-Z0-9]{3}$/.test(text) ? text : '?');
  return type === 'ADT' ? named(trigger) : `${named(type)}^${named(trigger)}`;
}

const MOST_REASON = 500;

/** AE; what was wrong is kept, without what was said. */
async function refused(
  { ledger, now, log }: ReceiveDeps,
  message: Hl7Message | null,
  sender: SenderMapping | undefined,
  errors: Hl7Error[],
): Promise<Verdict> {
  const reason = errors
    .map(
      ({ segment, field, component, code, text }) =>
        `${[segment, field, component].filter((part) => part !== undefined).join('-')}: ${text} (${code})`,
    )
    .join('; ')
    .slice(0, MOST_REASON);
  const messageId = message?.controlId ?? '';
  const entry = {
    id: randomUUID(),
    source: sender?.name ?? UNKNOWN_SENDER,
    region: sender?.region ?? null,
    messageId: holdsPersonnummer(messageId) ? '' : messageId,
    trigger: message === null ? '?' : triggerOf(message),
    receivedAt: now(),
    reason,
  };
  log.warn({ source: entry.source, messageId: entry.messageId, trigger: entry.trigger, reason }, 'HL7: a message was not understood');
  // It is answered for by nobody: that it came may be lost.
  await ledger.keepRefused(entry).catch(() => undefined);
  return { code: 'AE', errors };
}
