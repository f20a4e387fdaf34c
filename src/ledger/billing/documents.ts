/** The documents of a kommun's month: their bytes, once and for ever. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { LedgerContext } from '../ledger.js';
import { LedgerRefusal } from '../refusal.js';
import { storable } from '../storable.js';
import type { DocumentNote, DocumentRef, MonthRef } from './billing-ledger.js';

/** The same bytes again change nothing; others are refused. */
export async function saveDocument(
  { db, flush }: LedgerContext,
  { bytes, at, ...ref }: DocumentRef & { bytes: Uint8Array; at: Instant },
): Promise<DocumentNote> {
  const { region, month, payer, n, kind } = storable(ref);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { numInsertedOrUpdatedRows: added } = await db
    .insertInto('documents')
    .values({ region, month, payer, n, kind, bytes: Buffer.from(bytes), sha256, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (added === 1n) await flush();
  const note = (await notesOf(db, { region, month, payer, n, kind }))[0];
  if (note?.sha256 !== sha256)
    throw new LedgerRefusal('dokument-finns', `${kind} ${n} för ${payer} ${month} finns redan, med annat innehåll.`);
  return note;
}

export async function readDocument(
  { db }: LedgerContext,
  asked: DocumentRef,
): Promise<{ note: DocumentNote; bytes: Uint8Array } | undefined> {
  const { region, month, payer, n, kind } = storable(asked);
  const row = await db
    .selectFrom('documents')
    .select(['bytes', 'sha256', 'at'])
    .where('region', '=', region)
    .where('month', '=', month)
    .where('payer', '=', payer)
    .where('n', '=', n)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row && { note: { region, month, payer, n, kind, sha256: row.sha256, size: row.bytes.length, at: row.at }, bytes: row.bytes };
}

/** In order of payer, number and kind. */
export async function documents({ db }: LedgerContext, query: MonthRef & { payer?: string | undefined }): Promise<DocumentNote[]> {
  return notesOf(db, storable(query));
}

async function notesOf(
  db: LedgerContext['db'],
  { region, month, payer, n, kind }: MonthRef & Partial<DocumentRef>,
): Promise<DocumentNote[]> {
  let select = db
    .selectFrom('documents')
    .select(['region', 'month', 'payer', 'n', 'kind', 'sha256', sql<number>`octet_length(bytes)`.as('size'), 'at'])
    .where('region', '=', region)
    .where('month', '=', month);
  if (payer !== undefined) select = select.where('payer', '=', payer);
  if (n !== undefined) select = select.where('n', '=', n);
  if (kind !== undefined) select = select.where('kind', '=', kind);
  return select.orderBy('payer').orderBy('n').orderBy('kind').execute();
}
