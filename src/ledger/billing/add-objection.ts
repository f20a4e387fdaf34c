/** A kommun objects to a stay in the basis that it was sent. */
import { daysFrom, OBJECTION_STATES, type ObjectionCode, objectionState } from '../../domain/billing/objections.js';
import type { Instant } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { Actor } from '../../domain/ids.js';
import type { Db } from '../connect.js';
import { erasureOf } from '../erasure/list-erasures.js';
import { type Identities, takeOut } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { holdSecrets, keepIdentities } from '../stay-secrets.js';
import { storable, storableJson } from '../storable.js';
import type { ObjectionAnswer, ObjectionRefusal, PayerRef } from './billing-ledger.js';
import { nextChange } from './change-numbers.js';
import { type EpisodeRow, factsDigest } from './judged-row.js';
import { holdPayer } from './locks.js';
import { staysSql } from './month-stays.js';
import { objectionOf } from './objections.js';
import type { RuleBooks } from './rule-books.js';
import { sendingsOf } from './send-basis.js';
import { isFrozen, rulesNow, type SentMonth, sentMonth } from './sent-months.js';

export type NewObjection = PayerRef & { objectionId: string; stayId: string; code: ObjectionCode; text: string; by: Actor; at: Instant };

export const refused = (code: ObjectionRefusal, need: string): ObjectionAnswer => ({ ok: false, code, need });

/** Whose identity is gone can be spoken of no more: nobody could tell whom the words are about. */
export const ERASED_STAY = refused('gallrad', 'Vårdtillfället är gallrat: ingenting kan läggas till eller rättas.');
const ID_USED = refused('id-anvant', 'Invändningens id är redan använt, med annat innehåll.');
const OPEN = OBJECTION_STATES.filter((state) => state === 'obesvarad' || state === 'bestridd');

export async function addObjection({ db, keys, books, flush }: LedgerContext, given: NewObjection): Promise<ObjectionAnswer> {
  const objection = storable(given);
  const answer = await db.transaction().execute(async (tx) => {
    const secrets = await holdSecrets(tx, keys, objection.stayId);
    await holdPayer(tx, objection);
    const known = secrets.size;
    const added = await addIn(tx, books, objection, secrets);
    if (secrets.size > known) await keepIdentities(tx, keys, objection.stayId, secrets);
    return added;
  });
  if (answer.ok) await flush();
  return answer;
}

async function addIn(tx: Db, books: RuleBooks, objection: NewObjection, secrets: Identities): Promise<ObjectionAnswer> {
  const known = await tx.selectFrom('objections').selectAll().where('objection_id', '=', objection.objectionId).executeTakeFirst();
  if (known !== undefined) {
    if ((await erasureOf(tx, known.stay_id)) !== undefined) return ERASED_STAY;
    const before = objectionOf(known, secrets);
    const isSame = contentOf(before) === contentOf(objection);
    return isSame ? { ok: true, objection: before } : ID_USED;
  }
  if ((await erasureOf(tx, objection.stayId)) !== undefined) return ERASED_STAY;
  const sent = await sentMonth(tx, objection);
  if (sent === undefined) return refused('manaden-inte-sand', `Underlaget för ${objection.month} är inte sänt ännu.`);
  const rules = await rulesNow(tx, books, objection, sent);
  if (rules === undefined) throw new Error('the ledger was opened without agreements: it can take no objection');
  const versions = await versionsOf(tx, sent, objection);
  const stay = versions.current ?? versions.frozen;
  if (stay === undefined) {
    return refused(
      'vardtillfallet-ej-i-underlaget',
      `Vårdtillfället ${objection.stayId} finns inte i kommunens underlag för ${objection.month}.`,
    );
  }
  const open = await tx
    .selectFrom('objections')
    .select('objection_id')
    .where('stay_id', '=', objection.stayId)
    .where('month', '=', objection.month)
    .where('payer', '=', objection.payer)
    .where('state', 'in', OPEN)
    .executeTakeFirst();
  if (open !== undefined) return refused('invandning-finns', `Vårdtillfället har redan en öppen invändning, ${open.objection_id}.`);

  const { region, month, payer, objectionId, stayId, code, text, by, at } = objection;
  const said = { answer: null, dispute: null, decision: null };
  const row = await tx
    .insertInto('objections')
    .values({
      objection_id: objectionId,
      region,
      month,
      payer,
      stay_id: stayId,
      code,
      text: storableJson(takeOut({ region, text }, secrets).text),
      at,
      by: storableJson(by),
      in_time: await isInTime(tx, sent, versions, at),
      answer_due_at: daysFrom(at, rules.book.agreement.cycle.answerWithinDays),
      facts_digest: factsDigest((await episodeNow(tx, stayId)) ?? stay.episode),
      ...said,
      state: objectionState(said),
      change_no: await nextChange(tx),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  // Somebody else's objection got the id in this very moment.
  return row === undefined ? ID_USED : { ok: true, objection: objectionOf(row, secrets) };
}

const contentOf = ({ region, month, payer, stayId, code, text, by }: Omit<NewObjection, 'objectionId' | 'at'>): string =>
  canonical([region, month, payer, stayId, code, text, by]);

interface Versions {
  current: EpisodeRow | undefined;
  /** As frozen; undefined while the month is not, and for a stay that came into it later. */
  frozen: EpisodeRow | undefined;
}

/** The stay in this payer's month: as it is now, and as it was frozen. */
async function versionsOf(tx: Db, sent: SentMonth, { region, month, payer, stayId }: NewObjection): Promise<Versions> {
  const read = async (cut: number | undefined) => (await staysSql({ region, month, payer, stayId }, cut, 1).execute(tx)).rows[0];
  return { current: await read(undefined), frozen: isFrozen(sent) ? await read(sent.cut) : undefined };
}

/** What `rattad` compares with is the stay, in whatever month it is now. */
async function episodeNow(tx: Db, stayId: string) {
  return (await tx.selectFrom('episodes').select('episode').where('stay_id', '=', stayId).executeTakeFirst())?.episode;
}

/**
 * Until the end of the time that began when the stay, as it stands or stood at the freeze, was first sent.
 *
 * @interpretation What has changed and is not sent yet can be objected to; what changed after the freeze is received too, but late: its
 * difference has been, or will be, invoiced, and an objection that is upheld becomes a note of its own.
 * @source domain.md §5, The month's cycle, step 2
 */
async function isInTime(tx: Db, sent: SentMonth, { current, frozen }: Versions, at: Instant): Promise<boolean> {
  const version = isFrozen(sent) ? frozen : current;
  if (version === undefined) return false;
  const first = (await sendingsOf(tx, sent)).find((sending) => sending.upto >= version.change_no);
  return first === undefined || at < first.object_until;
}
