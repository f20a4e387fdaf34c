/** Two rule books side by side, as an economist reads them in a terminal; and as JSON. */
import type { Agreement } from '../domain/agreement.js';
import { kommunerIn } from '../domain/agreement-in-force.js';
import type { Comparison } from '../domain/billing/compare.js';
import { previewOf } from '../domain/billing/preview.js';
import { kronorText, type Ore } from '../domain/money.js';
import { table } from './swedish.js';

/** The whole text, ending in a line break. */
export function comparisonTable(comparison: Comparison, first: Agreement, compared: Agreement): string {
  const { month, kommuner, months } = comparison;
  const names = new Map([...kommunerIn(compared, month), ...kommunerIn(first, month)].map(({ code, name }) => [code, name]));
  const [firstId, comparedId] = labels(first, compared);
  const rows = kommuner.map(({ payer, amountOre, comparedOre, differenceOre }) => [
    `${payer} ${names.get(payer) ?? ''}`.trimEnd(),
    kronor(amountOre),
    kronor(comparedOre),
    signed(differenceOre),
  ]);
  const total = ['Summa', kronor(comparison.amountOre), kronor(comparison.comparedOre), signed(comparison.differenceOre)];
  return [
    `Samma vårdtillfällen under två regelverk, ${month}. Vårdpris ${kronor(months[0].vardprisOre)} kr per dag. Skillnad över 0: kommunen hade betalat mer.`,
    `${firstId}: ${first.name}`,
    `${comparedId}: ${compared.name}`,
    '',
    table(['Kommun', firstId, comparedId, 'Skillnad'], [...rows, total]),
    '',
  ].join('\n');
}

/** What `--json` prints: both months in the shape of the preview, and the differences. */
export function comparisonJson(
  { month, kommuner, amountOre, comparedOre, differenceOre, months }: Comparison,
  first: Agreement,
  compared: Agreement,
): object {
  const [agreement, compare] = months.map(previewOf);
  return {
    month,
    agreement: first.id,
    agreementVersion: first.version,
    compare: compared.id,
    compareVersion: compared.version,
    vardprisOre: months[0].vardprisOre,
    kommuner,
    amountOre,
    comparedOre,
    differenceOre,
    months: [agreement, compare],
  };
}

/** Two versions of one agreement have the same id: then their versions tell them apart. */
function labels(first: Agreement, compared: Agreement): [string, string] {
  if (first.id !== compared.id) return [first.id, compared.id];
  const version = ({ id, version: of }: Agreement) => `${id} ${of.slice(0, 8)}`;
  return [version(first), version(compared)];
}

const kronor = (ore: Ore | null): string => (ore === null ? '–' : kronorText(ore));
const signed = (ore: Ore | null): string => (ore !== null && ore > 0 ? `+${kronorText(ore)}` : kronor(ore));
