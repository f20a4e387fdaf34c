/** What has been judged anew while a feed was played: each stay as it was read before and after, and the months that it moved. */
import { parseInstant, toSwedish } from '../domain/calendar.js';
import { DEADLINE_NAMES } from '../domain/stay/words.js';
import { kronor } from './swedish.js';

/** As `GET /v1/stays/{stayId}` answers, as far as it is compared. */
export interface StayRead {
  stayId: string;
  region: string;
  phase: string;
  deviations?: { id: string; type: string; at: string; status: string; owner?: { party: string; unit: string } }[];
  episode?: { utskrivningsklarAt?: string | null; missing?: string[]; dischargedAt?: string; days?: number | null };
}

/** As `GET /v1/billing/{region}/{month}` answers, as far as it is compared. */
export interface MonthRead {
  month: string;
  state: string;
  kommuner: { payer: string; amountOre: number | null }[];
}

const STATUS: Record<string, string> = {
  oppen: 'missed, not made good',
  avslutad: 'missed, made good late',
  'sen-registrering': 'kept, registered afterwards',
};
const timeOf = (text: string | null | undefined): string => {
  const at = text == null ? undefined : parseInstant(text);
  return at === undefined ? 'none' : toSwedish(at);
};

/** One line for each thing that was judged otherwise before; none for a stay that has only gone on. */
export function stayChanges(before: StayRead, after: StayRead): string[] {
  const deviations = (after.deviations ?? []).flatMap(({ id, type, at, status, owner }) => {
    const was = before.deviations?.find((deviation) => deviation.id === id)?.status;
    if (was === status) return [];
    const name = (DEADLINE_NAMES as Record<string, string>)[type] ?? type;
    return [
      `${name}${owner === undefined ? '' : ` (${owner.party} ${owner.unit})`}, ${timeOf(at)}: ${was === undefined ? '' : `${STATUS[was] ?? was} → `}${STATUS[status] ?? status}`,
    ];
  });
  const was = before.episode ?? {};
  const is = after.episode ?? {};
  const changed = (name: string, from: string, to: string) => (from === to ? [] : [`${name}: ${from} → ${to}`]);
  return [
    ...deviations,
    ...changed('phase', before.phase, after.phase),
    ...changed('utskrivningsklar', timeOf(was.utskrivningsklarAt), timeOf(is.utskrivningsklarAt)),
    ...changed('discharged', timeOf(was.dischargedAt), timeOf(is.dischargedAt)),
    ...changed('days', String(was.days ?? '–'), String(is.days ?? '–')),
    ...changed('missing for payment', listed(was.missing), listed(is.missing)),
  ].map((line) => `${after.stayId}: ${line}`);
}

const listed = (codes: readonly string[] = []): string => (codes.length === 0 ? 'nothing' : [...codes].sort().join(', '));

/** One line for each kommun whose sum has changed. */
export function monthChanges(region: string, before: MonthRead, after: MonthRead): string[] {
  return after.kommuner.flatMap(({ payer, amountOre }) => {
    const was = before.kommuner.find((kommun) => kommun.payer === payer)?.amountOre ?? null;
    return was === amountOre ? [] : [`${region} ${after.month}, kommun ${payer}: ${kronor(was)} → ${kronor(amountOre)} (${after.state})`];
  });
}
