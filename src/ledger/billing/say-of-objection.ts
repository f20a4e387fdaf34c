/** Adds an answer, a dispute or a decision to an objection; one that is upheld takes its stay out of the payer's base in the same act. */
import { isUpheld, type Objection, objectionState } from '../../domain/billing/objections.js';
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import { type Identities, putBack, takeOut } from '../identity.js';
import { storableJson } from '../storable.js';
import { nextChange } from './change-numbers.js';
import { judgedRow } from './judged-row.js';
import { type ObjectionRow, objectionOf } from './objections.js';
import { replaceRows } from './replace-rows.js';
import type { RuleBooks } from './rule-books.js';
import { rulesNow, sentMonth } from './sent-months.js';
import { lockRows, upheldAgainst } from './write-episode.js';

/**
 * In a transaction that has the kommun's month to itself. `at`: now. `secrets`: what was taken out of the stay, where a person said it; the
 * row and the answer then have their texts. What the program says of itself needs none.
 */
export async function sayOf(
  tx: Db,
  books: RuleBooks,
  row: ObjectionRow,
  said: Partial<Pick<Objection, 'answer' | 'dispute' | 'decision'>>,
  at: Instant,
  secrets?: Identities,
): Promise<ObjectionRow> {
  const whole = { region: row.region, answer: row.answer, dispute: row.dispute, decision: row.decision, ...said };
  const { answer, dispute, decision } = secrets === undefined ? whole : takeOut(whole, secrets);
  const json = (value: object | null): string | null => (value === null ? null : storableJson(value));
  const now = await tx
    .updateTable('objections')
    .set({
      answer: json(answer),
      dispute: json(dispute),
      decision: json(decision),
      state: objectionState({ answer, dispute, decision }),
      change_no: await nextChange(tx),
    })
    .where('objection_id', '=', row.objection_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await leaveBase(tx, books, now, at);
  return secrets === undefined ? now : putBack(now, secrets);
}

/** Nothing to take out where the facts were corrected instead, or the stay has left the payer's month meanwhile. */
async function leaveBase(tx: Db, books: RuleBooks, objection: ObjectionRow, at: Instant): Promise<void> {
  const { region, month, payer, stay_id } = objection;
  if (!isUpheld(objectionOf(objection))) return;
  const [before] = await lockRows(tx, [stay_id]);
  if (before === undefined || before.region !== region || before.month !== month || before.payer !== payer) return;
  const override = (await upheldAgainst(tx, month, [before]))(before);
  if (override === undefined || before.objection_id === override.objectionId) return;
  const sent = await sentMonth(tx, objection);
  const rules = await rulesNow(tx, books, objection, sent);
  const row = judgedRow(before, { rules, asOf: at, override });
  await replaceRows(tx, [row], { sent: sent === undefined ? new Map() : new Map([[month, sent]]), before: [before], at });
}
