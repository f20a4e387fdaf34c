/** What the HTTP door is given: the one way in, the ledger's lists, the months and the clock. */
import type { FastifyBaseLogger } from 'fastify';
import type { Ledger } from '../../ledger/ledger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { AccessLog } from '../access/access-log.js';
import type { Auth } from '../access/auth.js';
import type { InvoiceGateway } from '../billing-gateway.js';
import type { BoardDeps, BoardLedger } from '../board/deps.js';
import type { DeliveryDesk } from '../delivery-desk.js';
import type { DocumentReader } from '../document-reader.js';
import type { FhirSettings } from '../fhir/settings.js';
import type { HospitalDesk } from '../hospital/desk.js';
import type { MonthReader } from '../month-view.js';
import type { ReportDesk } from '../report-desk.js';
import type { DoorClock, Submit } from '../submit.js';
import type { TemporalLists } from './questions-page.js';

export interface AppDeps {
  /** Who checks the callers' tokens; without it nobody is asked who they are (loopback only). */
  auth?: Auth | undefined;
  /** Where it is noted who looks at which stays; needed with `auth`. */
  accesses?: AccessLog | undefined;
  submit: Submit;
  ledger: Pick<
    Ledger,
    | 'listAccesses'
    | 'listStays'
    | 'inbox'
    | 'acknowledge'
    | 'renewFeed'
    | 'claimKey'
    | 'keepAnswer'
    | 'ping'
    | 'listMessages'
    | 'countMessages'
    | 'readMessage'
    | 'dropMessage'
  > &
    BoardLedger;
  /** Who carries the kommuner's invoices. */
  invoices: InvoiceGateway;
  /** Regions without an agreement have no month of their own. */
  agreements: BoardDeps['agreements'];
  clock: DoorClock;
  /** A region's month, running or frozen, as the API shows it. */
  readMonth: MonthReader;
  /** A kommun's documents and proofs. */
  documents: DocumentReader;
  /** What became of the notices, and how their receivers are. */
  deliveries: DeliveryDesk;
  /** The reports, and the files that they need. */
  reports: ReportDesk;
  /** Whom hospitals' claims by FHIR are brought to; without it FHIR is not spoken. */
  hospital?: HospitalDesk | undefined;
  /** What is agreed with those who send FHIR; default: docs/fhir.md. */
  fhir?: FhirSettings | undefined;
  /** Where process owners watch; without it the page of questions has no links and counts nothing. */
  temporalLists?: TemporalLists | undefined;
  /** What is counted, and shown to those who watch the service; without it there is no `/metrics`. */
  metrics?: Pick<Metrics, 'timed' | 'count' | 'text' | 'contentType'> | undefined;
  /** Throws when Temporal does not answer. */
  pingTemporal(): Promise<void>;
  logger?: FastifyBaseLogger | undefined;
  /** Requests a minute of one caller, or from one address; default 60 000, enough for a hospital's integration engine and a feed played at once. */
  requestsPerMinute?: number | undefined;
  /** Above it requests are answered 503; default ten seconds, 0: never. */
  maxEventLoopDelayMs?: number | undefined;
  /** How often a listening system's inbox is looked at, in milliseconds; default a second. */
  pollMs?: number | undefined;
  /** How many may listen to one unit's inbox at once; default 20. */
  streamsPerUnit?: number | undefined;
  /** After how long a stream of events ends, in milliseconds; default half an hour. */
  longestStreamMs?: number | undefined;
  /** Checks every answer against its documented schema: for tests. */
  checkAnswers?: boolean | undefined;
}
