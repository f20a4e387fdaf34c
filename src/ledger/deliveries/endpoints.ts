/** How each receiver is, and who is sending to it. One dispatcher has a receiver at a time, so that it is never asked more than was agreed. */
import { sql } from 'kysely';
import type { LedgerContext } from '../ledger.js';
import type { DeliveryLedger, EndpointState } from './delivery-ledger.js';

const HEALTHY = { failures: 0, down_since: null, until_at: 0, disabled_at: null } as const;

export function endpointsOver({
  db,
}: LedgerContext): Pick<
  DeliveryLedger,
  | 'knowEndpoints'
  | 'takeEndpoint'
  | 'renewEndpoint'
  | 'releaseEndpoint'
  | 'endpointAnswered'
  | 'endpointFailed'
  | 'disableEndpoint'
  | 'enableEndpoint'
  | 'endpointStates'
> {
  return {
    async knowEndpoints(endpoints) {
      if (endpoints.length === 0) return;
      await db
        .insertInto('endpoints')
        .values(endpoints)
        .onConflict((conflict) =>
          conflict
            .column('endpoint')
            .doUpdateSet({ ...HEALTHY, last_error: null, address: sql`excluded.address` })
            .where(sql<boolean>`endpoints.address is distinct from excluded.address`),
        )
        .execute();
    },

    async takeEndpoint({ endpoints, holder, realNow, leaseMs }) {
      if (endpoints.length === 0) return undefined;
      return db
        .updateTable('endpoints')
        .set({ leased_until: realNow + leaseMs, holder, taken_at: realNow })
        .where('endpoint', '=', (of) =>
          of
            .selectFrom('endpoints as e')
            .select('e.endpoint')
            .where('e.endpoint', 'in', endpoints)
            .where('e.disabled_at', 'is', null)
            .where('e.until_at', '<=', realNow)
            .where('e.leased_until', '<=', realNow)
            .where((where) =>
              where.exists(
                where
                  .selectFrom('outgoing as o')
                  .select('o.notice_id')
                  .whereRef('o.channel', '=', 'e.endpoint')
                  .where('o.stage', '=', 'send')
                  .where('o.due_at', '<=', realNow),
              ),
            )
            .orderBy('e.taken_at')
            .limit(1)
            .forUpdate()
            .skipLocked(),
        )
        .returning(['endpoint', 'failures'])
        .executeTakeFirst();
    },

    async renewEndpoint({ endpoint, holder, realNow, leaseMs }) {
      const { numUpdatedRows } = await db
        .updateTable('endpoints')
        .set({ leased_until: realNow + leaseMs })
        .where('endpoint', '=', endpoint)
        .where('holder', '=', holder)
        .where('disabled_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async releaseEndpoint({ endpoint, holder, untilAt }) {
      await db
        .updateTable('endpoints')
        .set({ leased_until: 0, holder: null, ...(untilAt === undefined ? {} : { until_at: untilAt }) })
        .where('endpoint', '=', endpoint)
        .where('holder', '=', holder)
        .execute();
    },

    async endpointAnswered({ endpoint, realNow }) {
      await db
        .updateTable('endpoints')
        .set({ failures: 0, down_since: null, until_at: 0, last_success_at: realNow })
        .where('endpoint', '=', endpoint)
        .execute();
    },

    async endpointFailed({ endpoint, realNow, untilAt, error }) {
      await db
        .updateTable('endpoints')
        .set({
          failures: sql`failures + 1`,
          down_since: sql`coalesce(down_since, ${realNow}::bigint)`,
          until_at: untilAt,
          last_failure_at: realNow,
          last_error: error,
        })
        .where('endpoint', '=', endpoint)
        .execute();
    },

    async disableEndpoint({ endpoint, realNow, error }) {
      await db
        .updateTable('endpoints')
        .set({ disabled_at: realNow, last_failure_at: realNow, last_error: error, failures: sql`failures + 1` })
        .where('endpoint', '=', endpoint)
        .execute();
    },

    async enableEndpoint(endpoint) {
      const { numUpdatedRows } = await db
        .updateTable('endpoints')
        .set({ ...HEALTHY, last_error: null })
        .where('endpoint', '=', endpoint)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async endpointStates() {
      const rows = await db.selectFrom('endpoints').selectAll().orderBy('endpoint').execute();
      const waiting = await db
        .selectFrom('outgoing')
        .select(['channel', (of) => of.fn.countAll<number>().as('count')])
        .where('stage', '=', 'send')
        .groupBy('channel')
        .execute();
      const counts = new Map(waiting.map(({ channel, count }) => [channel, Number(count)]));
      return rows.map((row) => ({
        endpoint: row.endpoint,
        state: stateOf(row),
        failures: row.failures,
        downSince: row.down_since,
        retryAt: row.failures > 0 && row.disabled_at === null ? row.until_at : null,
        lastSuccessAt: row.last_success_at,
        lastFailureAt: row.last_failure_at,
        lastError: row.last_error,
        waiting: counts.get(row.endpoint) ?? 0,
      }));
    },
  };
}

function stateOf({ disabled_at, failures }: { disabled_at: number | null; failures: number }): EndpointState['state'] {
  if (disabled_at !== null) return 'disabled';
  return failures > 0 ? 'backing-off' : 'healthy';
}
