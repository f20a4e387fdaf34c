/** What the region's economist has said of a kommun's invoice: held back, released, approved. */
import type { Instant } from '../../domain/calendar.js';
import type { Actor } from '../../domain/ids.js';
import type { Db } from '../connect.js';
import { ERASED, type LedgerKey, openJson, sealJson } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { storable, storableJson } from '../storable.js';
import type { KommunState, PayerRef } from './billing-ledger.js';
import { holdPayer } from './locks.js';

/** The first hold stands until it is released; said again either changes nothing. */
export async function holdInvoice(
  context: LedgerContext,
  given: PayerRef & { held: boolean; text: string; by: Actor; at: Instant },
): Promise<KommunState> {
  const { held, text, by, at, region, month, payer } = storable(given);
  return change(context, { region, month, payer }, (state) => ({ ...state, held: held ? (state.held ?? { text, at, by }) : null }));
}

/** The first approval stands. */
export async function approveInvoice(context: LedgerContext, given: PayerRef & { by: Actor; at: Instant }): Promise<KommunState> {
  const { by, at, region, month, payer } = storable(given);
  return change(context, { region, month, payer }, (state) => ({ ...state, approved: state.approved ?? { at, by } }));
}

export async function kommunState({ db, keys }: LedgerContext, ref: PayerRef): Promise<KommunState> {
  return (await stateIn(db, keys, storable(ref))).state;
}

async function change({ db, keys, flush }: LedgerContext, ref: PayerRef, to: (state: KommunState) => KommunState): Promise<KommunState> {
  const changed = await db.transaction().execute(async (tx) => {
    await holdPayer(tx, ref);
    const state = to((await stateIn(tx, keys, ref)).state);
    const row = {
      held: state.held === null ? null : storableJson({ ...state.held, text: sealJson(state.held.text, heldName(ref), keys) }),
      approved: state.approved === null ? null : storableJson(state.approved),
    };
    await tx
      .insertInto('kommun_states')
      .values({ ...ref, ...row, settled_upto: 0 })
      .onConflict((conflict) => conflict.columns(['region', 'month', 'payer']).doUpdateSet(row))
      .execute();
    return state;
  });
  await flush();
  return changed;
}

/** What the reason for a hold is sealed under. */
export const heldName = ({ region, month, payer }: PayerRef): string => `held ${region}/${month}/${payer}`;

/** With the change up to which the kommun's month has been settled. */
export async function stateIn(
  db: Db,
  keys: readonly LedgerKey[],
  { region, month, payer }: PayerRef,
): Promise<{ state: KommunState; settledUpto: number }> {
  const row = await db
    .selectFrom('kommun_states')
    .selectAll()
    .where('region', '=', region)
    .where('month', '=', month)
    .where('payer', '=', payer)
    .executeTakeFirst();
  const held = row?.held
    ? { ...row.held, text: openJson<string>(row.held.text, heldName({ region, month, payer }), keys) ?? ERASED }
    : null;
  return { state: { region, month, payer, held, approved: row?.approved ?? null }, settledUpto: row?.settled_upto ?? 0 };
}
