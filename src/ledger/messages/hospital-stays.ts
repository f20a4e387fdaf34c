/** How far each stay has been told what its hospital claims: one teller at a time, in this process and every other. */
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import { open, seal } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { storableText } from '../storable.js';

/** A teller that keeps nothing for this long, in real time, is taken for dead. Longer than one step can take. */
export const HOLD_MS = 60_000;

export interface HospitalStayRef {
  stayId: string;
  /** What language the hospital speaks: what is told in one is remembered by itself. */
  door: string;
}

export interface HeldHospitalStay extends HospitalStayRef {
  /** Who tells the stay: a name of its own for each process. */
  holder: string;
}

/** A step that the stay refused; no identity in its words. */
export interface HospitalRefusal {
  revision: number;
  action: string;
  at: Instant;
  code: string;
  text: string;
}

/** `content` is the door's own, and holds identity. */
export interface KeptHospitalStay extends HeldHospitalStay {
  revision: number;
  content: string;
  refused?: readonly HospitalRefusal[] | undefined;
  /** Lets go of the stay in the same act. */
  release?: boolean | undefined;
}

// Not the name that the stay's own identities are sealed with: neither can be put in the other's place.
const nameOf = ({ stayId, door }: HospitalStayRef): string => `${door} ${stayId}`;

/** Takes the stay, for a time: false while another has it. */
export async function holdHospitalStay(
  { db }: LedgerContext,
  { stayId, door, holder }: HeldHospitalStay,
  realNow: number,
): Promise<boolean> {
  const taken = { holder, held_until: realNow + HOLD_MS };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('hospital_stays')
    .values({ stay_id: stayId, door, revision: 0, ...taken })
    .onConflict((conflict) =>
      conflict
        .columns(['stay_id', 'door'])
        .doUpdateSet(taken)
        .where((row) =>
          row.or([
            row('hospital_stays.holder', 'is', null),
            row('hospital_stays.holder', '=', holder),
            row('hospital_stays.held_until', '<=', realNow),
          ]),
        ),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** What was last kept of a stay; undefined when nothing was. Throws when its key is gone: what it was told is then not known. */
export async function readHospitalStay({ db, keys }: LedgerContext, ref: HospitalStayRef): Promise<string | undefined> {
  const row = await db
    .selectFrom('hospital_stays')
    .select(['key_id', 'sealed'])
    .where('stay_id', '=', ref.stayId)
    .where('door', '=', ref.door)
    .executeTakeFirst();
  if (row === undefined || row.sealed === null) return undefined;
  const content = open({ keyId: row.key_id, bytes: row.sealed }, nameOf(ref), keys);
  if (content === undefined) throw new Error(`PAYLOAD_KEYS lacks the key ${row.key_id}, which hospitals' messages are sealed with`);
  return content;
}

/** Keeps how far a stay has been told; false, and nothing kept, when somebody else has taken it meanwhile. */
export async function keepHospitalStay({ db, keys }: LedgerContext, kept: KeptHospitalStay, realNow: number): Promise<boolean> {
  const { stayId, door, holder, revision, content, refused = [], release = false } = kept;
  const { keyId, bytes } = seal(content, nameOf(kept), keys);
  const change = { revision, key_id: keyId, sealed: bytes, held_until: release ? 0 : realNow + HOLD_MS };
  return db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('hospital_stays')
      .set(release ? { ...change, holder: null } : change)
      .where('stay_id', '=', stayId)
      .where('door', '=', door)
      .where('holder', '=', holder)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) return false;
    if (refused.length > 0)
      await tx
        .insertInto('hospital_refusals')
        .values(refused.map(({ text, ...refusal }) => ({ stay_id: stayId, door, ...refusal, text: storableText(text) })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    return true;
  });
}

export async function releaseHospitalStay({ db }: LedgerContext, { stayId, door, holder }: HeldHospitalStay): Promise<void> {
  await db
    .updateTable('hospital_stays')
    .set({ holder: null, held_until: 0 })
    .where('stay_id', '=', stayId)
    .where('door', '=', door)
    .where('holder', '=', holder)
    .execute();
}

/** Lets go of every stay: for a ledger that one process owns, which has just started. */
export async function releaseHospitalStays(db: Db): Promise<void> {
  await db.updateTable('hospital_stays').set({ holder: null, held_until: 0 }).where('holder', 'is not', null).execute();
}

/** What a stay has refused and its ward has not been told of. */
export async function untoldRefusals({ db }: LedgerContext, { stayId, door }: HospitalStayRef): Promise<HospitalRefusal[]> {
  return db
    .selectFrom('hospital_refusals')
    .select(['revision', 'action', 'at', 'code', 'text'])
    .where('stay_id', '=', stayId)
    .where('door', '=', door)
    .where('told', '=', false)
    .orderBy('revision')
    .execute();
}

export async function refusalsTold({ db }: LedgerContext, { stayId, door }: HospitalStayRef, revisions: readonly number[]): Promise<void> {
  if (revisions.length === 0) return;
  await db
    .updateTable('hospital_refusals')
    .set({ told: true })
    .where('stay_id', '=', stayId)
    .where('door', '=', door)
    .where('revision', 'in', [...revisions])
    .execute();
}
