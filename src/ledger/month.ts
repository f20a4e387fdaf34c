/** A region's month: the episodes it is made of, and what was frozen of it, once and for ever. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Episode } from '../domain/billing/episode.js';
import type { Instant } from '../domain/calendar.js';
import type { Db } from './connect.js';
import type { LedgerContext } from './ledger.js';

export interface MonthRef {
  region: string;
  /** `YYYY-MM`, local. */
  month: string;
}

export interface MonthEpisode {
  stayId: string;
  /** The agreement that the stay was planned under. */
  agreement: string;
  episode: Episode;
}

/** What is to be frozen. `json` is the text of the month in the shape of the billing preview. */
export interface MonthDraft {
  agreementId: string;
  agreementVersion: string;
  json: string;
  csv: string;
}

export interface FrozenMonth extends MonthRef, MonthDraft {
  state: 'last' | 'fakturerad';
  /** SHA-256 of `json`. */
  hash: string;
  frozenAt: Instant;
  /** False when it was frozen before. */
  fresh: boolean;
}

export async function episodesOfMonth({ db }: LedgerContext, month: MonthRef): Promise<MonthEpisode[]> {
  return episodesIn(db, month);
}

export async function freezeMonth(
  { db, flush }: LedgerContext,
  month: MonthRef,
  frozenAt: Instant,
  draft: (episodes: MonthEpisode[]) => MonthDraft,
): Promise<FrozenMonth> {
  const frozen = await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('hemgang-month'), hashtext(${`${month.region}/${month.month}`}))`.execute(tx);
    const before = await readIn(tx, month);
    if (before !== undefined) return before;
    const made = draft(await episodesIn(tx, month));
    const hash = createHash('sha256').update(made.json).digest('hex');
    await tx
      .insertInto('months')
      .values({
        region: month.region,
        month: month.month,
        state: 'last',
        agreement_id: made.agreementId,
        agreement_version: made.agreementVersion,
        hash,
        result: made.json,
        csv: made.csv,
        frozen_at: frozenAt,
      })
      .execute();
    return { ...month, ...made, state: 'last' as const, hash, frozenAt, fresh: true };
  });
  // What payers are told must outlive a power cut as well.
  await flush();
  return frozen;
}

export async function readMonth({ db }: LedgerContext, month: MonthRef): Promise<FrozenMonth | undefined> {
  return readIn(db, month);
}

async function episodesIn(db: Db, { region, month }: MonthRef): Promise<MonthEpisode[]> {
  const rows = await db
    .selectFrom('episodes')
    .select(['stay_id', 'agreement', 'episode'])
    .where('region', '=', region)
    .where('month', '=', month)
    .orderBy(sql`stay_id collate "C"`)
    .execute();
  return rows.map((row) => ({ stayId: row.stay_id, agreement: row.agreement, episode: row.episode }));
}

async function readIn(db: Db, { region, month }: MonthRef): Promise<FrozenMonth | undefined> {
  const row = await db.selectFrom('months').selectAll().where('region', '=', region).where('month', '=', month).executeTakeFirst();
  return (
    row && {
      region,
      month,
      state: row.state,
      agreementId: row.agreement_id,
      agreementVersion: row.agreement_version,
      hash: row.hash,
      json: row.result,
      csv: row.csv,
      frozenAt: row.frozen_at,
      fresh: false,
    }
  );
}
