/** A stay as it was after one of its events: what a frozen row rests on. */
import { evolve, initialStay } from '../../domain/stay/evolve.js';
import type { Stay, StayEvent } from '../../domain/stay/state.js';
import { putBack } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import type { StoredStay } from '../read-stay.js';
import { storableText } from '../storable.js';

const AT_ONCE = 500;

/** Folded from its facts, identity left out; undefined when nothing is recorded of it, or less than that event. */
export async function readStayAt({ db }: LedgerContext, asked: string, seq: number): Promise<StoredStay | undefined> {
  const stayId = storableText(asked);
  const kept = await db.selectFrom('stays').select(['region', 'rules']).where('stay_id', '=', stayId).executeTakeFirst();
  if (kept === undefined || kept.rules === null) return undefined;
  let stay: Stay | undefined;
  while ((stay?.seq ?? 0) < seq) {
    const rows = await db
      .selectFrom('facts')
      .select('event')
      .where('stay_id', '=', stayId)
      .where('seq', '>', stay?.seq ?? 0)
      .where('seq', '<=', seq)
      .orderBy('seq')
      .limit(AT_ONCE)
      .execute();
    if (rows.length === 0) return undefined;
    for (const row of rows) {
      const event: StayEvent = putBack(row.event, undefined);
      if (stay === undefined && event.type === 'admitted') stay = initialStay(stayId, event.admission);
      if (stay === undefined) return undefined;
      stay = evolve(stay, event);
    }
  }
  return stay && { region: kept.region, stay, rules: kept.rules };
}
