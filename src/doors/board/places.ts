/** Addresses of the board and of what it links to, and the names of regions and kommuner. */
import type { Agreement } from '../../domain/agreement.js';
import { kommunerIn } from '../../domain/agreement-in-force.js';
import type { RuleBook } from '../../domain/billing/kommun-month.js';
import type { DocumentKind, DocumentRef, MonthRef, PayerRef } from '../../ledger/billing/billing-ledger.js';
import type { BoardDeps } from './deps.js';

export const BOARD = '/tavla';

export const regionPath = (region: string): string => `${BOARD}/${region}`;
export const rulesPath = (region: string): string => `${BOARD}/${region}/sa-raknas-det`;
export const monthPath = ({ region, month }: MonthRef): string => `${BOARD}/${region}/${month}`;
export const kommunPath = (ref: PayerRef): string => `${monthPath(ref)}/${ref.payer}`;
export const stayPath = (ref: PayerRef & { stayId: string }): string => `${kommunPath(ref)}/${encodeURIComponent(ref.stayId)}`;

/** A report's page. */
export const reportPath = (region: string, from: string, to: string): string => `/v1/reports/${region}?from=${from}&to=${to}&format=html`;

const FILES: Record<DocumentKind, string> = {
  'underlag.pdf': 'basis.pdf',
  'underlag.xlsx': 'basis.xlsx',
  'underlag.csv': 'basis.csv',
  'faktura.xml': 'invoice.xml',
};

/** Where a kommun's document is fetched; without `n` the first, or the one that is made on demand. */
export function documentPath({ region, month, payer, kind, n }: Omit<DocumentRef, 'n'> & { n?: number | undefined }): string {
  return `/v1/billing/${region}/${month}/${payer}/${FILES[kind]}${n === undefined || n < 2 ? '' : `?n=${n}`}`;
}

/** The regions that have an agreement, by name. */
export function regionsOf({ agreements }: Pick<BoardDeps, 'agreements'>): { region: string; name: string }[] {
  const regions = [...new Set(agreements.agreements.flatMap(({ region }) => (region === null ? [] : [region])))];
  return regions.map((region) => ({ region, name: regionName({ agreements }, region) })).sort((a, b) => a.name.localeCompare(b.name, 'sv'));
}

/** The region's own name, where the parties are known; else what its newest agreement is called. */
export function regionName({ agreements }: Pick<BoardDeps, 'agreements'>, region: string): string {
  const party = agreements.parties.regioner.find(({ id }) => id === region)?.name;
  return party ?? agreements.agreements.findLast((agreement) => agreement.region === region)?.name ?? region;
}

/** The kommun as it is spoken of: `Jönköping`. */
export function kommunName(
  { agreements }: Pick<BoardDeps, 'agreements'>,
  { agreement }: Pick<RuleBook, 'agreement'>,
  code: string,
): string {
  const all = [agreement, ...agreements.agreements].flatMap(({ kommuner }) => kommuner);
  return (
    all.find((kommun) => kommun.code === code)?.name ??
    agreements.parties.kommuner.find((kommun) => kommun.code === code)?.name ??
    `Kommun ${code}`
  );
}

/** What a payer pays under: the region's agreement, or the law for a kommun of another region. */
export function agreementOf({ agreement, fallback }: RuleBook, month: string, payer: string): Agreement {
  const isOwn = agreement.region === null || kommunerIn(agreement, month).some(({ code }) => code === payer);
  return isOwn ? agreement : (fallback ?? agreement);
}
