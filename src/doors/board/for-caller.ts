/** The board for somebody who has shown who they are: where it begins for them, and which stays their pages were made from. */
import { localMonthOf } from '../../domain/calendar.js';
import type { Caller } from '../access/caller.js';
import type { BoardDeps, BoardLedger } from './deps.js';
import { kommunPath, regionPath } from './places.js';

/** A region's own page, a kommun's running month; nobody else has one. */
export function homeOf({ agreements, clock }: Pick<BoardDeps, 'agreements' | 'clock'>, { party, unit }: Caller): string | undefined {
  if (party === 'region') return regionPath(unit);
  if (party !== 'kommun') return undefined;
  const own = agreements.agreements.find(({ region, kommuner }) => region !== null && kommuner.some(({ code }) => code === unit));
  if (own === undefined || own.region === null) return undefined;
  return kommunPath({ region: own.region, month: localMonthOf(clock.now()), payer: unit });
}

/** The same ledger, which remembers the stays that it has told of. */
export function notingLedger(ledger: BoardLedger): { ledger: BoardLedger; seen: ReadonlySet<string> } {
  const seen = new Set<string>();
  const noteAll = <T extends { stayId: string }>(rows: readonly T[]): void => {
    for (const { stayId } of rows) seen.add(stayId);
  };
  return {
    seen,
    ledger: {
      ...ledger,
      async monthStays(query, now) {
        const page = await ledger.monthStays(query, now);
        noteAll(page.items);
        return page;
      },
      async monthStay(query, now) {
        const row = await ledger.monthStay(query, now);
        if (row !== undefined) noteAll([row]);
        return row;
      },
      async readyStays(query) {
        const rows = await ledger.readyStays(query);
        noteAll(rows);
        return rows;
      },
      async objections(query) {
        const rows = await ledger.objections(query);
        noteAll(rows);
        return rows;
      },
      async readStay(stayId) {
        const stored = await ledger.readStay(stayId);
        if (stored !== undefined) seen.add(stayId);
        return stored;
      },
    },
  };
}
