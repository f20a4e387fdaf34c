/** The objections to stays in a month's basis, as they stand. */
import type { Selectable } from 'kysely';
import type { Objection } from '../../domain/billing/objections.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storable } from '../storable.js';
import type { ObjectionQuery, PayerRef } from './billing-ledger.js';
import type { ObjectionsTable } from './tables.js';

export type ObjectionRow = Selectable<ObjectionsTable>;

export function objectionOf(row: ObjectionRow): Objection {
  return {
    objectionId: row.objection_id,
    region: row.region,
    month: row.month,
    payer: row.payer,
    stayId: row.stay_id,
    code: row.code,
    text: row.text,
    at: row.at,
    by: row.by,
    inTime: row.in_time,
    answerDueAt: row.answer_due_at,
    answer: row.answer,
    dispute: row.dispute,
    decision: row.decision,
  };
}

const AT_MOST = 10_000;

export async function objections({ db }: LedgerContext, asked: ObjectionQuery): Promise<Objection[]> {
  const query = storable(asked);
  let select = db.selectFrom('objections').selectAll().where('region', '=', query.region);
  if (query.month !== undefined) select = select.where('month', '=', query.month);
  if (query.payer !== undefined) select = select.where('payer', '=', query.payer);
  if (query.stayId !== undefined) select = select.where('stay_id', '=', query.stayId);
  if (query.state !== undefined) select = select.where('state', '=', query.state);
  const rows = await select
    .orderBy('at')
    .orderBy('objection_id')
    .limit(Math.min(query.limit ?? AT_MOST, AT_MOST))
    .execute();
  return rows.map(objectionOf);
}

/** All of a kommun's month, oldest first. */
export async function objectionsIn(tx: Db, { region, month, payer }: PayerRef): Promise<ObjectionRow[]> {
  return tx
    .selectFrom('objections')
    .selectAll()
    .where('region', '=', region)
    .where('month', '=', month)
    .where('payer', '=', payer)
    .orderBy('at')
    .orderBy('objection_id')
    .execute();
}
