/** A region's month: reckoned from the closed episodes in the ledger, frozen once, and written as files that are the same each time. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { endOfMonth, problemText, type RegionMonth, regionMonth } from '../src/domain/billing/region-month.js';
import { toSwedish } from '../src/domain/calendar.js';
import type { FrozenMonth, MonthEpisode, MonthRef } from '../src/ledger/month.js';
import { type Basis, BOM, basisCsv, basisOf, kommunBasis, kommunCsv } from '../src/out/basis.js';
import { permanent, withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';

/** What a workflow's history needs to know of a month: totals, not stays. */
export interface MonthTotals extends MonthRef {
  agreement: string;
  agreementVersion: string;
  /** Discharges that some kommun answers for. */
  stays: number;
  vardprisOre: number | null;
  amountOre: number | null;
  /** In order of kommunkod. */
  kommuner: { payer: string; stays: number; amountOre: number | null }[];
}

export interface FrozenTotals extends MonthTotals {
  state: FrozenMonth['state'];
  /** SHA-256 of the frozen month's JSON. */
  hash: string;
  frozenAt: number;
  /** False when it was frozen before. */
  fresh: boolean;
}

export interface WrittenBasis {
  folder: string;
  files: string[];
  hash: string;
}

export function billingActivities(deps: Pick<ActivityDeps, 'ledger' | 'agreements' | 'dataDir' | 'clock' | 'log'>) {
  const { ledger, clock, log } = deps;
  return {
    /** The month as it is now, nothing kept: what is not due yet counts as met, a missing price leaves the kronor out. */
    computeMonth: (ref: MonthRef): Promise<MonthTotals> =>
      withFailures(log, { activity: 'computeMonth', ...ref }, async () => {
        const episodes = await ledger.episodesOfMonth(ref);
        return totalsOf(
          basisOf(
            ref.region,
            reckon(deps, ref, episodes, clock.now()),
            episodes.map((e) => e.episode),
          ),
        );
      }),

    /**
     * Reckons and freezes the month, once: a second call answers what the first one froze. Fails for good while the month is not
     * over, and when a price or an agreement is missing.
     */
    freezeMonth: (ref: MonthRef): Promise<FrozenTotals> =>
      withFailures(log, { activity: 'freezeMonth', ...ref }, async () => {
        const frozen = await ledger.freezeMonth(ref, clock.now(), (rows) => {
          const end = endOfMonth(ref.month);
          if (clock.now() < end) throw permanent('manaden-pagar', `Månaden ${ref.month} är slut först ${toSwedish(end)}.`);
          const month = reckon(deps, ref, rows);
          const episodes = rows.map((row) => row.episode);
          const { id, version } = month.agreement;
          return {
            agreementId: id,
            agreementVersion: version,
            json: `${JSON.stringify(basisOf(ref.region, month, episodes), null, 2)}\n`,
            csv: basisCsv(month, episodes),
          };
        });
        const { state, hash, frozenAt, fresh } = frozen;
        return { ...totalsOf(readBasis(frozen)), state, hash, frozenAt, fresh };
      }),

    /** Writes the frozen month to `DATA_DIR/billing/{region}/{month}/`: the whole, and each kommun's own part. The same bytes each time. */
    writeBasis: (ref: MonthRef): Promise<WrittenBasis> =>
      withFailures(log, { activity: 'writeBasis', ...ref }, async () => {
        const frozen = await ledger.readMonth(ref);
        if (frozen === undefined) throw permanent('manaden-inte-last', `Månaden ${ref.month} är inte låst ännu.`);
        const basis = readBasis(frozen);
        const payers = [...basis.kommuner, ...(basis.andraRegioner?.kommuner ?? [])].map((kommun) => kommun.payer);
        const folder = join(deps.dataDir, 'billing', ref.region, ref.month);
        const files: [name: string, text: string][] = [
          ['underlag.json', frozen.json],
          ['underlag.csv', BOM + frozen.csv],
          ...payers.flatMap((payer): [string, string][] => [
            [`${payer}.json`, `${JSON.stringify(kommunBasis(basis, payer), null, 2)}\n`],
            [`${payer}.csv`, BOM + kommunCsv(frozen.csv, payer)],
          ]),
        ];
        await mkdir(folder, { recursive: true });
        for (const [name, text] of files) await writeWhole(join(folder, name), text);
        return { folder, files: files.map(([name]) => name), hash: frozen.hash };
      }),
  };
}

/** The month, or a failure for good that says what is missing. `runningAsOf` absent: as it is to be frozen. */
function reckon(
  { agreements }: Pick<ActivityDeps, 'agreements'>,
  { region, month }: MonthRef,
  rows: MonthEpisode[],
  runningAsOf?: number,
): RegionMonth {
  const { agreements: known, vardpriser } = agreements;
  const reckoned = regionMonth({ agreements: known, vardpriser, region, month, episodes: rows.map((row) => row.episode), runningAsOf });
  if (reckoned === undefined) throw permanent('galler-inte', `Ingen överenskommelse och ingen lag gäller för ${region} i ${month}.`);
  const [problem] = reckoned.result.problems;
  if (problem !== undefined) throw permanent(problem.code, problemText(problem));
  return reckoned;
}

function readBasis(frozen: FrozenMonth): Basis {
  return JSON.parse(frozen.json) as Basis;
}

function totalsOf(basis: Basis): MonthTotals {
  return {
    region: basis.region,
    month: basis.month,
    agreement: basis.agreement,
    agreementVersion: basis.agreementVersion,
    stays: basis.stays.length,
    vardprisOre: basis.vardprisOre,
    amountOre: basis.amountOre,
    kommuner: basis.kommuner.map(({ payer, stays, amountOre }) => ({ payer, stays, amountOre })),
  };
}

/** A reader sees the old file or the new one, never a part; and a power cut leaves one of them. */
async function writeWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  const file = await open(aside, 'wx');
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}
