/** The month as the billing preview shows it: exactly the fields of the contract, in their order. */
import type { Ore } from '../money.js';
import type { KommunMonth } from './kommun-month.js';
import type { MonthResult } from './month.js';

export interface Preview {
  agreement: string;
  month: string;
  vardprisOre: Ore | null;
  kommuner: KommunMonth[];
  amountOre: Ore | null;
}

/** @source contract.md, Billing preview */
export function previewOf(result: MonthResult): Preview {
  return {
    agreement: result.agreement,
    month: result.month,
    vardprisOre: result.vardprisOre,
    kommuner: result.kommuner.map((kommun) => ({
      payer: kommun.payer,
      stays: kommun.stays,
      excluded: kommun.excluded.map(({ stayId, reason }) => ({ stayId, reason })),
      averageStays: kommun.averageStays,
      averageDaysTotal: kommun.averageDaysTotal,
      threshold: kommun.threshold,
      average: kommun.average,
      averageBillableDays: kommun.averageBillableDays,
      averageAmountOre: kommun.averageAmountOre,
      individual: kommun.individual.map(({ stayId, days, billableDays, amountOre }) => ({ stayId, days, billableDays, amountOre })),
      individualAmountOre: kommun.individualAmountOre,
      amountOre: kommun.amountOre,
    })),
    amountOre: result.amountOre,
  };
}
