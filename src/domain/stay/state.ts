/** What a stay is: an admission, the log of what was accepted, and what time has made of it. Plain JSON throughout. */
import type { CareForm, DeadlineId, LegalForm } from '../agreement.js';
import type { Instant, LocalDate } from '../calendar.js';
import type { Actor, JsonObject, UnitRef } from '../ids.js';

export interface Named {
  hsaId: string;
  name: string;
}

export interface Patient {
  personnummer?: string;
  reservnummer?: string;
  name?: string;
  folkbokforingsadress?: string;
  skyddad?: boolean;
}

/** The body of `PUT /v1/stays/{stayId}`, with its times read. */
export interface Admission {
  region: string;
  admittedAt: Instant;
  ward: Named;
  careForm: CareForm;
  legalForm: LegalForm;
  kommun: string;
  placerandeKommun?: string;
  vardcentral: Named;
  patient: Patient;
}

/** An action that was accepted. The log is kept in order of `countsFrom`; facts are a fold over it. */
export interface LogEntry {
  id: string;
  action: string;
  /** When it happened. */
  at: Instant;
  receivedAt: Instant;
  /** What deadlines and payment reckon with: `at`, or the time of receipt for a message registered late. */
  countsFrom: Instant;
  by: Actor;
  data: JsonObject;
  imported?: true;
  /** What `ratta-uppgift` changed, oldest first: both values are kept. */
  corrections?: { byAction: string; at: Instant; was: { at: Instant; countsFrom: Instant; data: JsonObject } }[];
}

export interface Refusal {
  action: string;
  id?: string;
  at: Instant;
  by?: Actor;
  code: string;
  need: string;
}

export interface Deviation {
  /** The deadline's key, or the id of the action that reported it. */
  id: string;
  /** Id of the missed deadline, `checklista`, `franvaro`, or what was reported. */
  type: string;
  at: Instant;
  status: 'oppen' | 'avslutad' | 'sen-registrering';
  owner?: UnitRef;
  text?: string;
  closedAt?: Instant;
}

/** What happened to a stay. Events are numbered from 1 by the order in which they are applied; `${stayId}#${n}` names one. */
export type StayEvent =
  | { type: 'admitted'; at: Instant; admission: Admission }
  | { type: 'accepted'; at: Instant; entry: LogEntry; hash: string }
  /** A refusal. Sent as a signal, which has no answer, it is kept on the stay and its sender is told. `hash` where the verdict is remembered. */
  | { type: 'refused'; at: Instant; via: 'update' | 'signal'; refusal: Refusal; hash?: string }
  | { type: 'reminded'; at: Instant; deadline: string; id: DeadlineId; owner: UnitRef; dueAt: Instant; reminderAt: Instant }
  | { type: 'breached'; at: Instant; deadline: string; id: DeadlineId; owner: UnitRef; dueAt: Instant }
  | { type: 'deviation-noted'; at: Instant; deviation: Deviation }
  | { type: 'deviation-closed'; at: Instant; deviation: string; status: 'avslutad' | 'sen-registrering' }
  | { type: 'closed-by-system'; at: Instant; unit: UnitRef }
  /** `channel`: by which way; absent where the notice did not even reach the inbox. */
  | { type: 'delivery-failed'; at: Instant; noticeId: string; unit: UnitRef; reason: string; channel?: string }
  | { type: 'reopened'; at: Instant }
  | { type: 'ended'; at: Instant; reason: 'annullerad' | 'utskriven-utan-behov' | 'avslutad' | 'avliden' };

/** An event and its number within the stay. */
export interface NumberedEvent {
  seq: number;
  event: StayEvent;
}

export interface Stay {
  stayId: string;
  admission: Admission;
  log: LogEntry[];
  /** The last hundred refused signals. */
  refused: Refusal[];
  /** Action id → verdict, the last thousand, oldest first: what makes an action idempotent. `code` null: accepted. */
  verdicts: [id: string, verdict: { hash: string; code: string | null; need?: string }][];
  deviations: Deviation[];
  /** Deadline key → the reminder time at which its owner was reminded. */
  reminded: Record<string, Instant>;
  closedBySystem: { unit: UnitRef; at: Instant }[];
  failedDeliveries: { noticeId: string; unit: UnitRef; at: Instant; reason: string; channel?: string }[];
  ended: { at: Instant; reason: string } | null;
  /** Number of events applied. */
  seq: number;
  /** Log entries of pure conversation (`kommentera`) that were let go of here; the ledger has them. */
  trimmed: number;
  /** Size of the log as JSON, in bytes: what the budget of a stay is reckoned from. */
  size: number;
}

export interface Deadline {
  /** Unique within the stay: the id, what started it, and the unit where several owe the same. */
  key: string;
  id: DeadlineId;
  owner: UnitRef;
  /** Whose it was when it fell due, where it has changed hands since: whose breach it is. */
  ownerAtDue?: UnitRef;
  startedAt: Instant;
  dueAt: Instant;
  reminderAt: Instant;
  /** How it ended; absent while it is open. `uppfylld`: by what it asks for, or withdrawn; `bortfallen`: it no longer applies. */
  ended?: { at: Instant; how: 'uppfylld' | 'bortfallen' };
  /** Reminders only, no deviation. */
  soft?: true;
}

/** What a durable timer waits for. */
export interface Wake {
  /** The deadline's key, or `system-stangning`. */
  id: string;
  at: Instant;
  /** In Swedish, for the Temporal UI: what falls due, whose it is and when. */
  label: string;
}

/** What one unit is told. */
export interface Notice {
  /** `${stayId}~${seq}~${type}~${unit}`: stable across replays and retries, and safe in a URL. */
  noticeId: string;
  to: UnitRef;
  /** The action's or deadline's id; `paminnelse:`, `forsenad:` or `avvisad:` before it. */
  type: string;
  stayId: string;
  occurredAt: Instant;
  /** Swedish, no clinical text, no identity. */
  text: string;
  deadline?: { id: DeadlineId; dueAt: Instant };
}

/** An estimate of the discharge: made when, and expecting what. A date alone means the end of that day. */
export interface Estimate {
  id: string;
  madeAt: Instant;
  expected: Instant;
  date: LocalDate;
}
