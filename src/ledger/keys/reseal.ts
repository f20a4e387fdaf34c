/** What was sealed under an older key is sealed anew under the newest, a few rows at a time; whoever else does it takes other rows. */
import { sql } from 'kysely';
import { initialStay } from '../../domain/stay/evolve.js';
import { heldName } from '../billing/kommun-state.js';
import type { Db } from '../connect.js';
import { digestOf, type Identities, type LedgerKey, open, openJson, putBack, type SealedJson, seal, sealJson } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { rawName, saidName } from '../messages/keep-messages.js';
import { digestsOf, personOf } from '../reports/persons.js';
import { openIdentities } from '../stay-secrets.js';
import { storableJson } from '../storable.js';

/** What only the door knows that a message came through. */
export interface MessageReader {
  /** What must be the same for it to be the same message; undefined when the bytes cannot be read. */
  contentOf(raw: Uint8Array): string | undefined;
  /** The identity numbers of those it is about. */
  personsOf(said: string): string[];
}

const AT_ONCE = 50;

/** Seals some rows of each table anew; answers how many. None: nothing is left that can be. */
export async function reseal({ db, keys }: LedgerContext, reader: MessageReader): Promise<number> {
  const active = keys[0]?.id;
  if (active === undefined) return 0;
  const work: Work = { keys: [...keys], active, known: keys.map(({ id }) => id), reader };
  let done = 0;
  for (const step of [patients, hospitalStays, hospitalMessages, admissions, persons, kommunStates]) {
    done += await db.transaction().execute((tx) => step(tx, work));
  }
  return done;
}

interface Work {
  keys: LedgerKey[];
  active: string;
  known: string[];
  reader: MessageReader;
}

/** Sealed under another key that is known, or not at all. */
const older = ({ active, known }: Work, column: string) =>
  sql<boolean>`${sql.ref(column)} is distinct from ${active} and (${sql.ref(column)} is null or ${sql.ref(column)} = any(${known}))`;
/** A stay that is being erased is left alone. */
const notErased = sql<boolean>`not exists (select from erasures e where e.stay_id = t.stay_id)`;

async function patients(tx: Db, work: Work): Promise<number> {
  const rows = await tx
    .selectFrom('patients as t')
    .select(['stay_id', 'key_id', 'sealed'])
    .where(older(work, 'key_id'))
    .where(notErased)
    .limit(AT_ONCE)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const { stay_id, key_id, sealed } of rows) {
    const anew = seal(open({ keyId: key_id, bytes: sealed }, stay_id, work.keys) as string, stay_id, work.keys);
    await tx.updateTable('patients').set({ key_id: anew.keyId, sealed: anew.bytes }).where('stay_id', '=', stay_id).execute();
  }
  return rows.length;
}

async function hospitalStays(tx: Db, work: Work): Promise<number> {
  const rows = await tx
    .selectFrom('hospital_stays as t')
    .select(['stay_id', 'door', 'key_id', 'sealed'])
    .where('sealed', 'is not', null)
    .where(older(work, 'key_id'))
    .where(notErased)
    .limit(AT_ONCE)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const { stay_id, door, key_id, sealed } of rows) {
    const name = `${door} ${stay_id}`;
    const anew = seal(open({ keyId: key_id, bytes: sealed as Buffer }, name, work.keys) as string, name, work.keys);
    await tx
      .updateTable('hospital_stays')
      .set({ key_id: anew.keyId, sealed: anew.bytes })
      .where('stay_id', '=', stay_id)
      .where('door', '=', door)
      .execute();
  }
  return rows.length;
}

/** The message's bytes, what it says, its own digest and those of whom it is about, all in one. */
async function hospitalMessages(tx: Db, work: Work): Promise<number> {
  const { keys, reader } = work;
  const rows = await tx
    .selectFrom('hospital_messages as t')
    .select(['id', 'region', 'key_id', 'raw', 'said'])
    .where((row) => row.or([row('raw', 'is not', null), row('said', 'is not', null)]))
    .where(older(work, 'key_id'))
    .where(notErased)
    .limit(AT_ONCE)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const { id, region, key_id, raw, said } of rows) {
    const openText = (bytes: Buffer | null, name: string) =>
      bytes === null ? undefined : (open({ keyId: key_id, bytes }, name, keys) as string);
    const [bytes, words] = [openText(raw, rawName(id)), openText(said, saidName(id))];
    const content = bytes === undefined ? undefined : reader.contentOf(Buffer.from(bytes, 'latin1'));
    await tx
      .updateTable('hospital_messages')
      .set({
        key_id: work.active,
        raw: bytes === undefined ? null : seal(bytes, rawName(id), keys).bytes,
        said: words === undefined ? null : seal(words, saidName(id), keys).bytes,
        ...(content === undefined ? {} : { digest: digestOf(content, keys) ?? null }),
      })
      .where('id', '=', id)
      .execute();
    const about = words === undefined || region === null ? [] : reader.personsOf(words);
    if (about.length > 0)
      await tx
        .insertInto('hospital_persons')
        .values(about.flatMap((one) => digestsOf(one, keys).map((person) => ({ region: region as string, person, message: id }))))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  }
  return rows.length;
}

/** The admission is in the stay's first fact: one that is not recorded yet waits until it is. */
async function admissions(tx: Db, work: Work): Promise<number> {
  const rows = await tx
    .selectFrom('admissions as t')
    .innerJoin('facts as f', (join) => join.onRef('f.stay_id', '=', 't.stay_id').on('f.seq', '=', 1))
    .leftJoin('patients as p', 'p.stay_id', 't.stay_id')
    .select(['t.stay_id', 'f.event', 'p.key_id', 'p.sealed'])
    .where(sql<boolean>`t.digest like '%:%' and split_part(t.digest, ':', 1) <> ${work.active}`)
    .where(sql<boolean>`(p.key_id is null or p.key_id = any(${work.known}))`)
    .where(notErased)
    .limit(AT_ONCE)
    .forUpdate('t')
    .skipLocked()
    .execute();
  for (const { stay_id, event, key_id, sealed } of rows) {
    const identities = identitiesIn(sealed, key_id, stay_id, work.keys);
    const first = putBack(event, identities);
    if (first.type !== 'admitted') continue;
    const digest = digestOf(initialStay(stay_id, first.admission).admission, work.keys) ?? '';
    await tx.updateTable('admissions').set({ digest }).where('stay_id', '=', stay_id).execute();
  }
  return rows.length;
}

/** Whom a stay is about, digested under every key there is; then what no key of ours has made is taken away. */
async function persons(tx: Db, work: Work): Promise<number> {
  const rows = await tx
    .selectFrom('stays as t')
    .innerJoin('patients as p', 'p.stay_id', 't.stay_id')
    .select(['t.stay_id', 't.region', 't.state', 'p.key_id', 'p.sealed'])
    .where(sql<boolean>`(p.key_id is null or p.key_id = any(${work.known}))`)
    .where(sql<boolean>`t.stay_id in (
      select stay_id from person_admissions group by stay_id having bool_and(split_part(person, ':', 1) <> ${work.active}))`)
    .where(notErased)
    .limit(AT_ONCE)
    .forUpdate('t')
    .skipLocked()
    .execute();
  let done = 0;
  for (const { stay_id, region, state, key_id, sealed } of rows) {
    if (state === null) continue;
    const stay = putBack(state, identitiesIn(sealed, key_id, stay_id, work.keys));
    const person = personOf(stay);
    if (person === null) continue;
    await tx
      .insertInto('person_admissions')
      .values(digestsOf(person, work.keys).map((digest) => ({ person: digest, stay_id, region, admitted_at: stay.admission.admittedAt })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    done++;
  }
  await sql`delete from person_admissions p where split_part(person, ':', 1) <> all(${work.known})
    and exists (select from person_admissions q where q.stay_id = p.stay_id and split_part(q.person, ':', 1) = ${work.active})`.execute(tx);
  await sql`delete from hospital_persons p where split_part(person, ':', 1) <> all(${work.known})
    and exists (select from hospital_messages m where m.id = p.message and m.key_id = ${work.active})`.execute(tx);
  return done;
}

async function kommunStates(tx: Db, work: Work): Promise<number> {
  const nyckel = sql<string | null>`held->'text'->'forseglat'->>'nyckel'`;
  const { rows } = await sql<{ region: string; month: string; payer: string; text: SealedJson }>`
    select region, month, payer, held->'text' as text from kommun_states
    where held->'text' ? 'forseglat' and ${nyckel} is distinct from ${work.active} and (${nyckel} is null or ${nyckel} = any(${work.known}))
    limit ${AT_ONCE} for update skip locked`.execute(tx);
  for (const { region, month, payer, text } of rows) {
    const name = heldName({ region, month, payer });
    const anew = sealJson(openJson(text, name, work.keys), name, work.keys);
    await sql`update kommun_states set held = jsonb_set(held, '{text}', ${storableJson(anew)}::jsonb)
      where region = ${region} and month = ${month} and payer = ${payer}`.execute(tx);
  }
  return rows.length;
}

function identitiesIn(sealed: Buffer | null, keyId: string | null, stayId: string, keys: readonly LedgerKey[]): Identities | undefined {
  if (sealed === null) return undefined;
  return openIdentities({ keyId, bytes: sealed }, stayId, keys);
}
