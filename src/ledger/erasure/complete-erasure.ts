/** A stay's identity, and what was written of the patient, are destroyed in one act; every figure stays as it is. */
import { sql } from 'kysely';
import { allowTime } from '../billing/locks.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storableText } from '../storable.js';
import { ERASED_REASON, holdStay } from './begin-erasure.js';
import { erasureOf } from './list-erasures.js';

export async function completeErasure({ db, flush }: LedgerContext, asked: string, realNow: number): Promise<boolean> {
  const stayId = storableText(asked);
  const done = await db.transaction().execute(async (tx) => {
    await holdStay(tx, stayId);
    const erasure = await erasureOf(tx, stayId);
    if (erasure === undefined || erasure.historiesGoneAt === null) return false;
    // One at a time: of the last two stays of a person, each would leave what is of nobody else to the other.
    await allowTime(tx);
    await sql`select pg_advisory_xact_lock(hashtext('hemgang-erasure'), hashtext(${erasure.region}))`.execute(tx);
    // While it can still be asked who it was.
    await settleReadmissions(tx, stayId);
    await destroy(tx, stayId);
    await tx
      .updateTable('erasures')
      .set({ completed_at: realNow })
      .where('stay_id', '=', stayId)
      .where('completed_at', 'is', null)
      .execute();
    return true;
  });
  if (done) await flush();
  return done;
}

/** Whether the patient came back after this stay, and that this stay was a coming back after another: as the reports count it. */
async function settleReadmissions(tx: Db, stayId: string): Promise<void> {
  await sql`
    update stay_indicators i set readmitted = exists (
      select from person_admissions own
      join person_admissions again on again.person = own.person and again.stay_id <> own.stay_id and again.region = own.region
      where own.stay_id = i.stay_id and again.admitted_at >= i.discharged_at and again.admitted_at < i.readmission_until)
    where i.stay_id = ${stayId} and i.readmitted is null`.execute(tx);
  await sql`
    update stay_indicators i set readmitted = true
    from person_admissions own
    join person_admissions before on before.person = own.person and before.stay_id <> own.stay_id and before.region = own.region
    where own.stay_id = ${stayId} and i.stay_id = before.stay_id and i.readmitted is null
      and own.admitted_at >= i.discharged_at and own.admitted_at < i.readmission_until`.execute(tx);
}

async function destroy(tx: Db, stayId: string): Promise<void> {
  const { rows: persons } = await sql<{ region: string; person: string }>`
    delete from person_admissions where stay_id = ${stayId} returning region, person`.execute(tx);
  // All of the stay's identity and text, with the grounds of objections to it: what stands elsewhere are marks.
  await tx.deleteFrom('patients').where('stay_id', '=', stayId).execute();
  await tx
    .updateTable('hospital_stays')
    .set({ key_id: null, sealed: null, holder: null, held_until: 0 })
    .where('stay_id', '=', stayId)
    .execute();
  const messages = await tx.selectFrom('hospital_messages').select('id').where('stay_id', '=', stayId).execute();
  const told = await forgetMessages(
    tx,
    messages.map(({ id }) => id),
  );
  await forgetMerges(tx, [...persons, ...told]);
  // No digest of anything: whoever has the key, and guesses whose stay it was, finds nothing to try it against.
  await tx.updateTable('admissions').set({ digest: '' }).where('stay_id', '=', stayId).execute();
  await forgetAnswers(tx, stayId);
}

interface Person {
  region: string;
  person: string;
}

/** That a message came, when and from where, is kept; not what it said nor whom it was about. Answers whom. */
export async function forgetMessages(tx: Db, ids: readonly string[]): Promise<Person[]> {
  if (ids.length === 0) return [];
  await tx
    .updateTable('hospital_messages')
    .set({ digest: null, key_id: null, raw: null, said: null })
    .where('id', 'in', [...ids])
    .execute();
  await tx
    .updateTable('hospital_messages')
    .set({ state: 'avvisad', reason: ERASED_REASON, wait_until: null })
    .where('id', 'in', [...ids])
    .where('state', 'in', ['mottagen', 'vantar', 'parkerad'])
    .execute();
  return tx
    .deleteFrom('hospital_persons')
    .where('message', 'in', [...ids])
    .returning(['region', 'person'])
    .execute();
}

/** A change of identity that is of no stay in particular goes with the last stay of the persons that it is about. */
async function forgetMerges(tx: Db, persons: readonly Person[]): Promise<void> {
  if (persons.length === 0) return;
  const { rows } = await sql<{ id: string }>`
    select distinct m.id from hospital_messages m
    join hospital_persons p on p.message = m.id
    join unnest(${persons.map(({ region }) => region)}::text[], ${persons.map(({ person }) => person)}::text[]) as gone(region, person)
      on gone.region = p.region and gone.person = p.person
    where m.kind = 'merge' and m.stay_id is null and ${nobodyIsLeft(sql.ref('m.id'))}`.execute(tx);
  await forgetMessages(
    tx,
    rows.map(({ id }) => id),
  );
}

/** No stay that is not erased is of any of the persons whom the message is about. */
export const nobodyIsLeft = (message: ReturnType<typeof sql.ref>) => sql<boolean>`not exists (
  select from hospital_persons about
  where about.message = ${message} and (
    exists (select from person_admissions a where a.person = about.person and a.region = about.region)
    or exists (
      select from hospital_persons other join hospital_messages told on told.id = other.message
      where other.region = about.region and other.person = about.person and told.stay_id is not null and told.said is not null)))`;

/** Answers to repeated writes repeat what was written in objections to the stay, and are remembered for a time. */
async function forgetAnswers(tx: Db, stayId: string): Promise<void> {
  const objections = await tx.selectFrom('objections').select(['region', 'month', 'payer']).where('stay_id', '=', stayId).execute();
  if (objections.length === 0) return;
  const places = new Set(objections.map(({ region, month, payer }) => `/v1/billing/${region}/${month}/${payer}/objections`));
  const kept = await tx.selectFrom('used_keys').select(['scope', 'key']).where('scope', 'like', '%/objections%').execute();
  for (const { scope, key } of kept) {
    const place = placeOf(scope);
    if (![...places].some((one) => place === one || place.startsWith(`${one}/`))) continue;
    // Sent once more it is made anew, which changes nothing.
    await tx.deleteFrom('used_keys').where('scope', '=', scope).where('key', '=', key).execute();
  }
}

/** The path that a key was used on, however it was written. */
function placeOf(scope: string): string {
  try {
    const [, path] = JSON.parse(scope) as [string, string];
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
