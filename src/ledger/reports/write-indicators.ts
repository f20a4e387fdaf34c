/** A stay's indicators brought along when it changes, and the sums that they are part of marked as stale, in the same transaction. */
import type { ProcessRules } from '../../domain/agreement.js';
import { canonical } from '../../domain/canonical.js';
import { indicatorsOf, type StayIndicators } from '../../domain/reports/stay-indicators.js';
import { shownType } from '../../domain/reports/tally.js';
import type { Stay } from '../../domain/stay/state.js';
import type { Db } from '../connect.js';
import type { LedgerKey } from '../identity.js';
import { storableText } from '../storable.js';
import { writePerson } from './persons.js';
import type { StaleTalliesTable, StayIndicatorsTable } from './tables.js';

/** `before`: the stay as the tables have it; null when they do not know it. */
interface Change {
  before: Stay | null;
  stay: Stay;
  rules: ProcessRules;
}

/** Call it last: what it marks, others may be marking too. */
export async function writeIndicators(tx: Db, keys: readonly LedgerKey[], change: Change): Promise<void> {
  const stale = await writePerson(tx, keys, change.before, change.stay);
  await writeStay(tx, change, stale);
}

/** The stay's own row. `stale`: sums that have to be made anew besides. */
export async function writeStay(tx: Db, { before, stay, rules }: Change, stale: StaleTalliesTable[] = []): Promise<void> {
  const { region } = stay.admission;
  const old = before === null ? null : indicatorsOf(before, rules);
  const now = indicatorsOf(stay, rules);
  if (canonical(old) === canonical(now)) return markStale(tx, stale);
  const [rowBefore, row] = [old, now].map((each) => (each === null ? null : rowOf(stay.stayId, region, each)));
  if (row == null) await tx.deleteFrom('stay_indicators').where('stay_id', '=', stay.stayId).execute();
  else
    await tx
      .insertInto('stay_indicators')
      .values(row)
      .onConflict((conflict) => conflict.column('stay_id').doUpdateSet(row))
      .execute();
  await markStale(tx, [...stale, ...[rowBefore, row].filter((each) => each != null)]);
}

function rowOf(stayId: string, region: string, indicators: StayIndicators): Omit<StayIndicatorsTable, 'readmitted'> {
  const { kallelse, uppfoljning } = indicators;
  return {
    stay_id: stayId,
    region,
    month: indicators.month,
    payer: storableText(indicators.payer ?? ''),
    vardcentral: storableText(indicators.vardcentral.hsaId),
    vardcentral_name: storableText(indicators.vardcentral.name),
    discharged_at: indicators.dischargedAt,
    inskrivning: indicators.inskrivning,
    vardtid: indicators.vardtid,
    kallelse: kallelse?.met ?? null,
    kallelse_due: kallelse?.dueAt ?? null,
    uppfoljning: uppfoljning?.met ?? null,
    uppfoljning_due: uppfoljning?.dueAt ?? null,
    ready_days: indicators.readyDays,
    readmission_until: indicators.readmissionUntil,
    late: indicators.late,
    corrections: indicators.corrections,
    deviations: indicators.deviations.map(({ type }) => shownType(type)),
  };
}

/** In one order, so that no two wait for each other. */
async function markStale(tx: Db, stale: readonly StaleTalliesTable[]): Promise<void> {
  if (stale.length === 0) return;
  const marks = new Map(
    stale.map(({ region, month, payer, vardcentral }) => [
      [region, month, payer, vardcentral].join('\n'),
      { region, month, payer, vardcentral },
    ]),
  );
  await tx
    .insertInto('stale_tallies')
    .values([...marks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mark]) => mark))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
