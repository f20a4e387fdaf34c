/** The objections to stays in a month's basis, as they stand. */
import type { Selectable } from 'kysely';
import type { Objection } from '../../domain/billing/objections.js';
import type { Db } from '../connect.js';
import { type Identities, putBack } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { openIdentities } from '../stay-secrets.js';
import { storable } from '../storable.js';
import type { ObjectionQuery, PayerRef } from './billing-ledger.js';
import type { ObjectionsTable } from './tables.js';

export type ObjectionRow = Selectable<ObjectionsTable>;

/** Without what was taken out of its stay the texts read as erased: for those who have no use of them. */
export function objectionOf(row: ObjectionRow, identities?: Identities): Objection {
  const { text, answer, dispute, decision } = putBack(row, identities);
  return {
    objectionId: row.objection_id,
    region: row.region,
    month: row.month,
    payer: row.payer,
    stayId: row.stay_id,
    code: row.code,
    text,
    at: row.at,
    by: row.by,
    inTime: row.in_time,
    answerDueAt: row.answer_due_at,
    answer,
    dispute,
    decision,
  };
}

const AT_MOST = 10_000;

export async function objections({ db, keys }: LedgerContext, asked: ObjectionQuery): Promise<Objection[]> {
  const query = storable(asked);
  let select = db
    .selectFrom('objections')
    .leftJoin('patients', 'patients.stay_id', 'objections.stay_id')
    .selectAll('objections')
    .select(['patients.key_id', 'patients.sealed'])
    .where('region', '=', query.region);
  if (query.month !== undefined) select = select.where('month', '=', query.month);
  if (query.payer !== undefined) select = select.where('payer', '=', query.payer);
  if (query.stayId !== undefined) select = select.where('objections.stay_id', '=', query.stayId);
  if (query.state !== undefined) select = select.where('state', '=', query.state);
  const rows = await select
    .orderBy('at')
    .orderBy('objection_id')
    .limit(Math.min(query.limit ?? AT_MOST, AT_MOST))
    .execute();
  return rows.map(({ key_id, sealed, ...row }) =>
    objectionOf(row, sealed === null ? undefined : openIdentities({ keyId: key_id, bytes: sealed }, row.stay_id, keys)),
  );
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
