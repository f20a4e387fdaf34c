/** Rewrites those of a stay's projections that have changed. */
import type { Db } from './connect.js';
import type { Projection } from './projection.js';
import { storableJson, storableText } from './storable.js';

/** `before`: the digest of what the tables hold; empty for a new stay. */
export async function writeProjection(tx: Db, stayId: string, projection: Projection, before: string): Promise<void> {
  const [units, deadlines, episode] = before.split(' ');
  const [newUnits, newDeadlines, newEpisode] = projection.digest.split(' ');
  if (units !== newUnits) await writeUnits(tx, stayId, projection, before !== '');
  if (deadlines !== newDeadlines) await writeDeadlines(tx, stayId, projection, before !== '');
  if (episode !== newEpisode) await writeEpisode(tx, stayId, projection);
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

async function writeEpisode(tx: Db, stayId: string, projection: Projection): Promise<void> {
  const row = {
    region: projection.region,
    payer: projection.row.payer,
    agreement: projection.agreement,
    discharged_at: projection.row.discharged_at,
    month: projection.month,
    episode: storableJson(projection.episode),
  };
  await tx
    .insertInto('episodes')
    .values({ stay_id: stayId, ...row })
    .onConflict((conflict) => conflict.column('stay_id').doUpdateSet(row))
    .execute();
}
