/** The region's answer to an objection, the kommun's dispute of a rejection, and the word of the tolkningsinstans. */
import { type Objection, objectionState, type Verdict } from '../../domain/billing/objections.js';
import type { Instant } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { Actor } from '../../domain/ids.js';
import type { Db } from '../connect.js';
import { erasureOf } from '../erasure/list-erasures.js';
import { type Identities, putBack } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { holdSecrets, keepIdentities } from '../stay-secrets.js';
import { storable } from '../storable.js';
import { ERASED_STAY, refused } from './add-objection.js';
import type { ObjectionAnswer, PayerRef } from './billing-ledger.js';
import { factsDigest } from './judged-row.js';
import { holdPayer } from './locks.js';
import { type ObjectionRow, objectionOf } from './objections.js';
import type { RuleBooks } from './rule-books.js';
import { sayOf } from './say-of-objection.js';
import { rulesNow, sentMonth } from './sent-months.js';

type Named = PayerRef & { objectionId: string };
type Said = Named & { text: string; by: Actor; at: Instant };

export async function answerObjection(
  context: LedgerContext,
  given: Said & { accepted: boolean; rattad?: boolean | undefined },
): Promise<ObjectionAnswer> {
  return onObjection(context, given, async (tx, row, secrets) => {
    const { accepted, text, by, at } = storable(given);
    const rattad = accepted && given.rattad === true;
    const before = row.answer;
    if (before !== null) {
      const isSame = canonical([before.accepted, before.rattad, before.text, before.by]) === canonical([accepted, rattad, text, by]);
      return isSame ? { ok: true, objection: objectionOf(row) } : refused('redan-besvarad', 'Invändningen är redan besvarad.');
    }
    if (at >= row.answer_due_at) {
      await sayOf(tx, context.books, row, { answer: byDefault(row) }, at, secrets);
      return refused('redan-besvarad', 'Svarstiden har gått ut: invändningen räknas som godtagen.');
    }
    if (rattad && !(await isCorrected(tx, row))) {
      return refused('inte-rattad', 'Vårdtillfällets uppgifter har inte rättats sedan invändningen gjordes.');
    }
    const answer = { accepted, rattad, text, at, by };
    return { ok: true, objection: objectionOf(await sayOf(tx, context.books, row, { answer }, at, secrets)) };
  });
}

/** Nobody answered in time, which counts as accepted from then on, whenever it is noticed. @source domain.md §5, The month's cycle, step 3 */
export function byDefault(row: Pick<ObjectionRow, 'answer_due_at'>): NonNullable<Objection['answer']> {
  const text = 'Regionen svarade inte i tid. Invändningen räknas därför som godtagen.';
  return { accepted: true, rattad: false, text, at: row.answer_due_at, by: null };
}

async function isCorrected(tx: Db, row: ObjectionRow): Promise<boolean> {
  const now = await tx.selectFrom('episodes').select('episode').where('stay_id', '=', row.stay_id).executeTakeFirst();
  return now !== undefined && factsDigest(now.episode) !== row.facts_digest;
}

export async function disputeObjection(context: LedgerContext, given: Said): Promise<ObjectionAnswer> {
  return onObjection(context, given, async (tx, row, secrets) => {
    const { text, by, at } = storable(given);
    const { dispute } = row;
    if (dispute !== null && canonical([dispute.text, dispute.by]) === canonical([text, by]))
      return { ok: true, objection: objectionOf(row) };
    const state = objectionState(row);
    if (state === 'bifallen' || state === 'avslagen') return refused('redan-avgjord', 'Invändningen är redan avgjord.');
    if (state === 'bestridd') return refused('inte-avvisad', 'Avslaget är redan bestritt.');
    if (state !== 'avvisad') return refused('inte-avvisad', 'Bara en avvisad invändning kan bestridas.');
    return { ok: true, objection: objectionOf(await sayOf(tx, context.books, row, { dispute: { text, at, by } }, at, secrets)) };
  });
}

/**
 * The tolkningsinstans decides a rejected objection; one that the kommun has not disputed counts as disputed by being brought there.
 *
 * @interpretation Where the agreement has no tolkningsinstans a dispute ends when one of the parties gives in: the region by accepting, the
 * kommun by withdrawing. Nobody else decides it.
 */
export async function decideObjection(context: LedgerContext, given: Said & { accepted: boolean }): Promise<ObjectionAnswer> {
  return onObjection(context, given, async (tx, row, secrets) => {
    const { accepted, text, by, at } = storable(given);
    const { decision } = row;
    if (decision !== null) {
      const isSame = canonical([decision.accepted, decision.text, decision.by]) === canonical([accepted, text, by]);
      return isSame ? { ok: true, objection: objectionOf(row) } : refused('redan-avgjord', 'Invändningen är redan avgjord.');
    }
    if (!(await maySettle(tx, context.books, row, { accepted, by }))) {
      return refused(
        'ingen-tolkningsinstans',
        'Överenskommelsen har ingen tolkningsinstans: tvisten avgörs genom att en av parterna ger sig.',
      );
    }
    const state = objectionState(row);
    if (state !== 'avvisad' && state !== 'bestridd') return refused('inte-avvisad', 'Bara en avvisad invändning kan avgöras.');
    const verdict: Verdict = { accepted, text, at, by };
    const dispute = row.dispute ?? { text: 'Förd till avgörande utan föregående bestridande.', at, by };
    return { ok: true, objection: objectionOf(await sayOf(tx, context.books, row, { dispute, decision: verdict }, at, secrets)) };
  });
}

async function maySettle(
  tx: Db,
  books: RuleBooks,
  row: ObjectionRow,
  { accepted, by }: { accepted: boolean; by: Actor },
): Promise<boolean> {
  const rules = await rulesNow(tx, books, row, await sentMonth(tx, row));
  if (rules === undefined) throw new Error('the ledger was opened without agreements: it can take no decision');
  if (rules.book.agreement.tolkningsinstans !== null) return true;
  return accepted ? by.party === 'region' : by.party === 'kommun';
}

/** `act` is given the objection with its texts, and what was taken out of its stay, which it may add to. */
async function onObjection(
  { db, keys, flush }: LedgerContext,
  given: Named,
  act: (tx: Db, row: ObjectionRow, secrets: Identities) => Promise<ObjectionAnswer>,
): Promise<ObjectionAnswer> {
  const { region, month, payer, objectionId } = storable(given);
  const answer = await db.transaction().execute(async (tx) => {
    const asked = tx
      .selectFrom('objections')
      .where('objection_id', '=', objectionId)
      .where('region', '=', region)
      .where('month', '=', month)
      .where('payer', '=', payer);
    const found = await asked.select('stay_id').executeTakeFirst();
    if (found === undefined) return refused('okand-invandning', 'Det finns ingen sådan invändning.');
    const secrets = await holdSecrets(tx, keys, found.stay_id);
    if ((await erasureOf(tx, found.stay_id)) !== undefined) return ERASED_STAY;
    await holdPayer(tx, { region, month, payer });
    const known = secrets.size;
    const said = await act(tx, putBack(await asked.selectAll().executeTakeFirstOrThrow(), secrets), secrets);
    if (secrets.size > known) await keepIdentities(tx, keys, found.stay_id, secrets);
    return said;
  });
  if (answer.ok) await flush();
  return answer;
}
