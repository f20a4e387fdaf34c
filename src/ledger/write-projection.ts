/** Rewrites those of a stay's projections that have changed. */
import { type Instant, localMonthOf } from '../domain/calendar.js';
import type { EpisodeFacts } from './billing/judged-row.js';
import type { RuleBooks } from './billing/rule-books.js';
import { writeEpisode } from './billing/write-episode.js';
import type { Db } from './connect.js';
import type { Projection } from './projection.js';
import { storableText } from './storable.js';

export interface ProjectedBefore {
  /** The digest of what the tables hold; empty for a new stay. */
  digest: string;
  /** When the patient was discharged, as far as the tables hold. */
  dischargedAt: Instant | null;
}

/** `seq`: the number of the stay's last event; `at`: when it was received. */
export async function writeProjection(
  tx: Db,
  books: RuleBooks,
  stay: { stayId: string; projection: Projection; seq: number; at: Instant },
  { digest: before, dischargedAt }: ProjectedBefore,
): Promise<void> {
  const { stayId, projection, seq, at } = stay;
  const [units, deadlines, episode] = before.split(' ');
  const [newUnits, newDeadlines, newEpisode] = projection.digest.split(' ');
  if (units !== newUnits) await writeUnits(tx, stayId, projection, before !== '');
  if (deadlines !== newDeadlines) await writeDeadlines(tx, stayId, projection, before !== '');
  if (episode === newEpisode) return;
  const monthBefore = dischargedAt === null ? null : localMonthOf(dischargedAt);
  await writeEpisode(tx, books, episodeFacts(stayId, projection, seq), { monthBefore, at });
}

async function writeUnits(tx: Db, stayId: string, { units, row }: Projection, replace: boolean): Promise<void> {
  if (replace) await tx.deleteFrom('stay_units').where('stay_id', '=', stayId).execute();
  if (units.length === 0) return;
  await tx
    .insertInto('stay_units')
    .values(units.map((u) => ({ stay_id: stayId, party: u.party, unit: storableText(u.unit), phase: row.phase, next_due: row.next_due })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function writeDeadlines(tx: Db, stayId: string, { deadlines }: Projection, replace: boolean): Promise<void> {
  if (replace) await tx.deleteFrom('open_deadlines').where('stay_id', '=', stayId).execute();
  if (deadlines.length === 0) return;
  await tx
    .insertInto('open_deadlines')
    .values(
      deadlines.map((d) => ({
        stay_id: stayId,
        key: storableText(d.key),
        id: d.id,
        owner_party: d.owner.party,
        owner_unit: storableText(d.owner.unit),
        started_at: d.startedAt,
        due_at: d.dueAt,
        reminder_at: d.reminderAt,
      })),
    )
    .execute();
}

function episodeFacts(stayId: string, { row, region, agreement, month, episode }: Projection, seq: number): EpisodeFacts {
  const { payer, discharged_at, vardcentral, ward, admitted_at } = row;
  return { stay_id: stayId, region, payer, agreement, discharged_at, month, episode, seq, vardcentral, ward, admitted_at };
}
