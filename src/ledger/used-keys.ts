/** Remembers with which key a write was made, of what content, and how it was answered: the same again is answered, not made. */
import { DAY, type Instant } from '../domain/calendar.js';
import { digestOf, openJson, sealJson } from './identity.js';
import type { LedgerContext } from './ledger.js';
import { storable, storableJson } from './storable.js';

export const KEYS_KEPT_DAYS = 90;

/** What the key stands for: whose it is and what was written to. */
export interface KeyRef {
  scope: string;
  key: string;
}

/** `new`: nobody used it before. `same`: with this very content; its answer, when it has one. `other`: with other content. */
export type KeyClaim = { outcome: 'new' } | { outcome: 'same'; answer: unknown } | { outcome: 'other' };

/** A write that was begun and never answered is `same` without an answer: to be made again, which must be harmless. */
export async function claimKey({ db, keys, flush }: LedgerContext, given: KeyRef & { digest: string; at: Instant }): Promise<KeyClaim> {
  const { scope, key, digest, at } = storable(given);
  await db
    .deleteFrom('used_keys')
    .where('at', '<', at - KEYS_KEPT_DAYS * DAY)
    .execute();
  const claimed = await db
    .insertInto('used_keys')
    .values({ scope, key, digest: digestOf(digest, keys) ?? '', at, answer: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('at')
    .executeTakeFirst();
  if (claimed !== undefined) {
    await flush();
    return { outcome: 'new' };
  }
  const known = await db
    .selectFrom('used_keys')
    .select(['digest', 'answer'])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst();
  // Forgotten for its age in this very moment.
  if (known === undefined) return { outcome: 'new' };
  if (known.digest !== digestOf(digest, keys, known.digest)) return { outcome: 'other' };
  // Not to be opened any more, it is as if it had never been given.
  return { outcome: 'same', answer: known.answer === null ? undefined : openJson(known.answer, nameOf({ scope, key }), keys) };
}

/** An answer repeats what was written. */
const nameOf = ({ scope, key }: KeyRef): string => `answer ${scope} ${key}`;

/** The first answer stands. */
export async function keepAnswer({ db, keys, flush }: LedgerContext, given: KeyRef & { answer: unknown }): Promise<void> {
  const { scope, key } = storable({ scope: given.scope, key: given.key });
  await db
    .updateTable('used_keys')
    .set({ answer: storableJson(sealJson(storable(given.answer), nameOf({ scope, key }), keys)) })
    .where('scope', '=', scope)
    .where('key', '=', key)
    .where('answer', 'is', null)
    .execute();
  await flush();
}
