/** The ledger: the memory that outlives Temporal's, and the only way to its rows. One action per file; here is what there is. */

import { sql } from 'kysely';
import type { Instant } from '../domain/calendar.js';
import type { Admission, NumberedEvent } from '../domain/stay/state.js';
import type { AccessLedger } from './access/access-ledger.js';
import { accessesOver } from './access/accesses.js';
import { type AdmissionClaim, claimStay } from './admissions.js';
import type { BillingLedger, MonthRef } from './billing/billing-ledger.js';
import { billingOver } from './billing/billing-over.js';
import { type RuleBooks, type Rules, ruleBooksOf } from './billing/rule-books.js';
import { type Connection, connectPglite, connectPostgres, type Db } from './connect.js';
import { deliveriesOver } from './deliveries/deliveries-over.js';
import type { DeliveryLedger } from './deliveries/delivery-ledger.js';
import { INBOX_ONLY, type Router } from './deliveries/router.js';
import { type ErasureLedger, erasuresOver } from './erasure/erasure-ledger.js';
import { renewFeed, reviveFeeds, watermark } from './feeds.js';
import type { LedgerKey } from './identity.js';
import { acknowledge, type InboxNotice, type InboxQuery, inbox } from './inbox.js';
import { type KeyLedger, keysOver } from './keys/key-ledger.js';
import { type CaseRow, type CasesQuery, listStays } from './list-stays.js';
import { type Measures, type MeasuresQuery, measure } from './measures.js';
import { releaseHospitalStays } from './messages/hospital-stays.js';
import { type MessageLedger, messagesOver } from './messages/message-ledger.js';
import { migrateToLatest, missingMigrations } from './migrate.js';
import { episodesOfMonth, type MonthEpisode } from './month.js';
import { type DeliveryNote, type NotifyBatch, noteDelivery, notify } from './notify.js';
import { openStays } from './open-stays.js';
import type { Page } from './page.js';
import { type FactsQuery, findStay, readFacts, readStay, type StayPlace, type StoredStay } from './read-stay.js';
import { type RecordBatch, type Recorded, record } from './record.js';
import type { ReportLedger } from './reports/report-ledger.js';
import { reportsOver } from './reports/reports-over.js';
import { keepStatistics } from './statistics.js';
import { claimKey, type KeyClaim, type KeyRef, keepAnswer } from './used-keys.js';

export interface LedgerOptions {
  /** PostgreSQL; without it PGlite is used. */
  databaseUrl?: string | undefined;
  /** The service's DATA_DIR, for PGlite; without it too, in memory. */
  dataDir?: string | undefined;
  /** A schema of its own in the PostgreSQL database. */
  schema?: string | undefined;
  /** What identity is sealed with, newest first; none: it is kept plain. */
  keys?: readonly LedgerKey[] | undefined;
  /** What months are reckoned by; without it stays are recorded, but no month can be read. */
  rules?: Rules | undefined;
  /** Which ways notices go; without it every unit has its inbox. */
  router?: Router | undefined;
  /** `apply` (default): bring the schema up to date. `check`: refuse a database that is behind. */
  migrations?: 'apply' | 'check' | undefined;
}

/** Given to each action. Inside a transaction only the transaction may be used: PGlite has one connection. */
export interface LedgerContext {
  db: Db;
  keys: readonly LedgerKey[];
  books: RuleBooks;
  router: Router;
  flush(): Promise<void>;
  flushLog(): Promise<void>;
}

export interface Ledger extends AccessLedger, BillingLedger, DeliveryLedger, ReportLedger, MessageLedger, KeyLedger, ErasureLedger {
  kind: Connection['kind'];
  /** Names of the migrations that opening applied. */
  migrated: readonly string[];

  /** Takes a stay's id for an admission, before its workflow is started. */
  claimStay(stayId: string, admission: Admission): Promise<AdmissionClaim>;
  /** Region and phase of a stay, by its id alone; undefined when it was never admitted. */
  findStay(stayId: string): Promise<StayPlace | undefined>;
  /** The stay as recorded, identity put back; undefined when nothing is recorded of it. */
  readStay(stayId: string): Promise<StoredStay | undefined>;
  /** A stay's events in order, identity put back, with `after` the number of the last one seen. */
  readFacts(query: FactsQuery): Promise<NumberedEvent[]>;
  /** Appends events and brings the projections along, all or nothing; what is recorded already is skipped. */
  record(batch: RecordBatch): Promise<Recorded>;

  /** Ids of a region's stays that are not known to have ended. */
  openStays(region: string): Promise<string[]>;
  /** Cases, soonest deadline first; undefined when the cursor is none of ours. */
  listStays(query: CasesQuery): Promise<Page<CaseRow> | undefined>;

  /** Puts notices into a unit's inbox, each once. Answers how many were new. */
  notify(batch: NotifyBatch): Promise<{ delivered: number }>;
  /** A unit's notices, oldest first; undefined when the cursor is none of the unit's notices. */
  inbox(query: InboxQuery): Promise<Page<InboxNotice> | undefined>;
  /** Marks a notice as acknowledged, once; false when the unit has no such notice. */
  acknowledge(notice: { unit: string; noticeId: string; at: Instant }): Promise<boolean>;
  /** Notes how a delivery by some channel goes. */
  noteDelivery(note: DeliveryNote): Promise<void>;

  /** The episodes discharged in a month, in order of stay id. */
  episodesOfMonth(month: MonthRef): Promise<MonthEpisode[]>;

  /** Takes a key for a write, before it is made. */
  claimKey(key: KeyRef & { digest: string; at: Instant }): Promise<KeyClaim>;
  /** Keeps what the write was answered with. */
  keepAnswer(key: KeyRef & { answer: unknown }): Promise<void>;

  /** Says how far a recorded feed has been answered (null: it is done), and renews its lease of a minute in real time. */
  renewFeed(feed: { feedId: string; watermark: Instant | null; realNow: number }): Promise<void>;
  /** Gives every feed a new lease: for a service that was down and starts again. */
  reviveFeeds(realNow: number): Promise<void>;
  /** The earliest instant not yet answered by any feed being played; null when none is. */
  watermark(realNow: number): Promise<Instant | null>;

  /** How things stand, counted. */
  measure(query: MeasuresQuery): Promise<Measures>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the ledger. Refuses, in plain words, a folder that another process has and a database that is behind. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const connection =
    options.databaseUrl === undefined ? await connectPglite(options.dataDir) : await connectPostgres(options.databaseUrl, options.schema);
  try {
    const migrated = await bringUp(connection.db, options.migrations ?? 'apply');
    // Nobody else has it: whoever held a stay is gone.
    if (connection.kind === 'pglite') await releaseHospitalStays(connection.db);
    const stopGathering = await keepStatistics(connection);
    const close = () => {
      stopGathering();
      return connection.close();
    };
    return ledgerOver({ ...connection, close }, options.keys ?? [], migrated, options.rules, options.router);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function bringUp(db: Db, how: 'apply' | 'check'): Promise<string[]> {
  if (how === 'apply') return migrateToLatest(db);
  const missing = await missingMigrations(db);
  if (missing.length > 0) throw new Error(`DATABASE_URL: the ledger's schema lacks ${missing.join(', ')}; run: hemgang migrate`);
  return [];
}

/** The ledger over a connection whose schema is up to date. */
export function ledgerOver(
  connection: Connection,
  keys: readonly LedgerKey[],
  migrated: readonly string[],
  rules?: Rules,
  router: Router = INBOX_ONLY,
): Ledger {
  const context: LedgerContext = {
    db: connection.db,
    keys,
    books: ruleBooksOf(rules),
    router,
    flush: connection.flush,
    flushLog: connection.flushLog,
  };
  return {
    kind: connection.kind,
    migrated,
    claimStay: (stayId, admission) => claimStay(context, stayId, admission),
    findStay: (stayId) => findStay(context, stayId),
    readStay: (stayId) => readStay(context, stayId),
    readFacts: (query) => readFacts(context, query),
    record: (batch) => record(context, batch),
    openStays: (region) => openStays(context, region),
    listStays: (query) => listStays(context, query),
    notify: (batch) => notify(context, batch),
    inbox: (query) => inbox(context, query),
    acknowledge: (notice) => acknowledge(context, notice),
    noteDelivery: (note) => noteDelivery(context, note),
    episodesOfMonth: (month) => episodesOfMonth(context, month),
    ...billingOver(context),
    ...deliveriesOver(context),
    ...reportsOver(context),
    ...accessesOver(context),
    ...messagesOver(context),
    ...keysOver(context),
    ...erasuresOver(context),
    claimKey: (key) => claimKey(context, key),
    keepAnswer: (key) => keepAnswer(context, key),
    renewFeed: (feed) => renewFeed(context, feed),
    reviveFeeds: (realNow) => reviveFeeds(context, realNow),
    watermark: (realNow) => watermark(context, realNow),
    measure: (query) => measure(context, query),
    ping: async () => {
      await sql`select 1`.execute(context.db);
    },
    close: connection.close,
  };
}
