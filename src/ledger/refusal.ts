/** What the ledger refuses for good: trying again changes nothing. Everything else it throws may pass. */

import type { MonthProblem } from '../domain/billing/month.js';

export type LedgerRefusalCode =
  /** Events are missing before those that came. */
  | 'lucka-i-handelser'
  /** An event differs from the one that has its number already. */
  | 'handelse-skiljer-sig'
  /** The stay's id is taken by a stay of another region. */
  | 'id-upptaget'
  /** The batch is not what it must be. */
  | 'felaktig-handelse'
  /** What keeps a month from being sent or frozen. */
  | 'manaden-pagar'
  | MonthProblem['code']
  /** Asked of a month that is not frozen. */
  | 'manaden-inte-last'
  /** Another document has been kept under the same name. */
  | 'dokument-finns'
  /** The stay's identity has been destroyed: nothing is added to it. */
  | 'gallrad';

/** `message` is Swedish and holds no identity. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';
  constructor(
    readonly code: LedgerRefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/** Whether PostgreSQL says that the statement itself can never succeed: bad data, or a constraint. */
export function isPermanent(error: unknown): boolean {
  if (error instanceof LedgerRefusal) return true;
  const state = (error as { code?: unknown } | null)?.code;
  return typeof state === 'string' && /^(22|23)[0-9A-Z]{3}$/.test(state);
}
