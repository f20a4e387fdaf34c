/** A region's month for those who look at it: as it was frozen, or as it stands now. */
import { previewOf } from '../src/domain/billing/preview.js';
import { regionMonth } from '../src/domain/billing/region-month.js';
import type { Basis } from '../src/out/basis.js';
import type { ActivityDeps } from './index.js';

/** The preview's fields, `state` (`lopande`, `last`, `fakturerad`), objections and documents; undefined when no agreement has such a month. */
export function monthReader({
  ledger,
  agreements,
  clock,
}: Pick<ActivityDeps, 'agreements' | 'clock'> & { ledger: Pick<ActivityDeps['ledger'], 'episodesOfMonth' | 'readMonth'> }) {
  return async (region: string, month: string): Promise<Record<string, unknown> | undefined> => {
    if (!agreements.agreements.some((agreement) => agreement.region === region)) return undefined;
    const frozen = await ledger.readMonth({ region, month });
    if (frozen !== undefined) {
      const { agreement, vardprisOre, kommuner, amountOre, agreementVersion, andraRegioner, utanBetalare } = JSON.parse(
        frozen.json,
      ) as Basis;
      // Files below DATA_DIR, as writeBasis names them.
      const documents = kommuner.map(({ payer }) => ({
        payer,
        files: [`billing/${region}/${month}/${payer}.json`, `billing/${region}/${month}/${payer}.csv`],
      }));
      const preview = { agreement, month, vardprisOre, kommuner, amountOre, andraRegioner, utanBetalare };
      return {
        region,
        ...preview,
        state: frozen.state,
        agreementVersion,
        hash: frozen.hash,
        frozenAt: new Date(frozen.frozenAt).toISOString(),
        objections: [],
        documents,
      };
    }
    const episodes = (await ledger.episodesOfMonth({ region, month })).map((row) => row.episode);
    const now = clock.now();
    const running = regionMonth({
      agreements: agreements.agreements,
      vardpriser: agreements.vardpriser,
      region,
      month,
      episodes,
      runningAsOf: now,
    });
    if (running === undefined || running.result.problems.some((problem) => problem.code === 'galler-inte')) return undefined;
    const { andraRegioner, utanBetalare, stays } = running.result;
    const waiting = stays.filter((stay) => stay.vantar).map((stay) => stay.stayId);
    return {
      region,
      ...previewOf(running.result),
      andraRegioner,
      utanBetalare,
      state: 'lopande',
      agreementVersion: running.agreement.version,
      vantar: waiting,
      objections: [],
      documents: [],
    };
  };
}
