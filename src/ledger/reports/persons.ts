/** That the same person was admitted again is known by keyed digests: nobody is named, and whoever has no key can look nobody up. */
import { factsOf } from '../../domain/stay/facts.js';
import type { Stay } from '../../domain/stay/state.js';
import type { Db } from '../connect.js';
import { digestOf, type LedgerKey } from '../identity.js';
import type { StaleTalliesTable } from './tables.js';

/**
 * Keeps under which digests the stay's person was admitted, one for each configured key: stays recorded before and after a new key came
 * match by the old one. Answers the sums that a re-admission has changed.
 */
export async function writePerson(tx: Db, keys: readonly LedgerKey[], before: Stay | null, stay: Stay): Promise<StaleTalliesTable[]> {
  const person = personOf(stay);
  const old = before === null ? null : personOf(before);
  if (person === old) return [];
  const stale = old === null ? [] : await dischargedBefore(tx, stay, await forget(tx, stay.stayId));
  if (person === null) return stale;
  const { region, admittedAt } = stay.admission;
  const digests = digestsOf(person, keys);
  await tx
    .insertInto('person_admissions')
    .values(digests.map((digest) => ({ person: digest, stay_id: stay.stayId, region, admitted_at: admittedAt })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return [...stale, ...(await dischargedBefore(tx, stay, digests))];
}

/** Null where nobody is known, and for a stay that never was. */
export function personOf(stay: Stay): string | null {
  const { patient, annulled } = factsOf(stay);
  return annulled === null ? (patient.personnummer ?? patient.reservnummer ?? null) : null;
}

/** A person's digests, one for each key. */
export function digestsOf(person: string, keys: readonly LedgerKey[]): string[] {
  const like = keys.length === 0 ? [':'] : keys.map(({ id }) => `${id}:`);
  return like.map((each) => digestOf({ admitted: person }, keys, each) as string);
}

async function forget(tx: Db, stayId: string): Promise<string[]> {
  const gone = await tx.deleteFrom('person_admissions').where('stay_id', '=', stayId).returning('person').execute();
  return gone.map(({ person }) => person);
}

/** The sums with a discharge of the same person that this admission follows soon enough. */
async function dischargedBefore(tx: Db, { stayId, admission }: Stay, digests: readonly string[]): Promise<StaleTalliesTable[]> {
  if (digests.length === 0) return [];
  return tx
    .selectFrom('person_admissions as p')
    .innerJoin('stay_indicators as i', 'i.stay_id', 'p.stay_id')
    .select(['i.region', 'i.month', 'i.payer', 'i.vardcentral'])
    .distinct()
    .where('p.person', 'in', [...digests])
    .where('p.stay_id', '!=', stayId)
    .where('p.region', '=', admission.region)
    .where('i.discharged_at', '<=', admission.admittedAt)
    .where('i.readmission_until', '>', admission.admittedAt)
    .execute();
}
