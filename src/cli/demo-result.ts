/** What the sample month came to, as a process owner reads it. Every number is the service's own. */
import { join } from 'node:path';
import { loadAgreements } from '../agreements/load.js';
import type { KommunMonth } from '../domain/billing/month.js';
import { DEADLINE_NAMES } from '../domain/stay/words.js';
import type { Played } from '../player/play.js';
import { decimal, kronor, table } from './swedish.js';

/** As `GET /v1/billing/{region}/{month}` answers. */
export interface Month {
  agreement: string;
  month: string;
  state: string;
  kommuner: KommunMonth[];
  amountOre: number | null;
  invoices: { number: string; payer: string; amountOre: number }[];
}

/** As `GET /v1/stays/{stayId}` answers, as far as it is read here. */
export interface StayRow {
  stayId: string;
  phase: string;
  endedAt?: string;
  deviations: { type: string; status: string }[];
}

export interface Result {
  month: Month;
  stays: StayRow[];
  played: Played;
  config: { dataDir: string; hemgangUrl: string };
  /** Further lines about where things are. */
  extra: string[];
}

export function resultText({ month, stays, played, config, extra }: Result): string {
  const ended = stays.filter((stay) => stay.endedAt !== undefined).length;
  return [
    '',
    `Mars 2019, Region Jönköpings län (${month.agreement}), ${month.state === 'last' ? 'låst' : month.state}`,
    '',
    kommunTable(month),
    '',
    `Att betala: ${kronor(month.amountOre)}`,
    '',
    ...invoiceLines(month),
    '',
    `Vårdtillfällen: ${stays.length}, varav ${ended} avslutade. Händelser: ${played.accepted} godtagna, ${played.refused.length} avvisade, ${played.failed.length} misslyckade.`,
    ...played.refused.map(({ stayId, what, detail }) => `  avvisad: ${stayId} ${what} – ${detail}`),
    '',
    'Avvikelser',
    deviationTable(stays),
    '',
    `Underlaget   ${join(config.dataDir, 'billing', 'jonkoping', month.month)}`,
    ...addressesOf(config, extra),
  ].join('\n');
}

function kommunTable({ kommuner, agreement }: Month): string {
  const names = kommunNames(agreement);
  const rows = kommuner.map((kommun) => [
    `${kommun.payer} ${names.get(kommun.payer) ?? ''}`.trim(),
    String(kommun.stays),
    kommun.average === null ? '–' : `${decimal(kommun.average)} mot ${decimal(kommun.threshold)}`,
    daysOf(kommun),
    kronor(kommun.amountOre),
  ]);
  return table(['Kommun', 'Vårdtillfällen', 'Snitt mot tröskel', 'Dagar att betala', 'Belopp'], rows);
}

function invoiceLines({ invoices }: Month): string[] {
  if (invoices.length === 0) return ['Inget att fakturera.'];
  return [
    table(
      ['Faktura', 'Belopp'],
      invoices.map(({ number, amountOre }) => [number, kronor(amountOre)]),
    ),
  ];
}

/** Those above the average's threshold, and each individual stay's. */
function daysOf({ averageBillableDays, individual }: KommunMonth): string {
  const parts = [
    ...(averageBillableDays === null ? [] : [decimal(averageBillableDays)]),
    ...individual.map((stay) => String(stay.billableDays)),
  ];
  return parts.filter((part, index) => index === 0 || part !== '0').join(' + ') || '0';
}

function kommunNames(agreementId: string): Map<string, string> {
  const loaded = loadAgreements();
  const agreement = loaded.ok ? loaded.agreements.find(({ id }) => id === agreementId) : undefined;
  return new Map(agreement?.kommuner.map(({ code, name }) => [code, name]));
}

function deviationTable(stays: StayRow[]): string {
  const counts = new Map<string, { oppen: number; avslutad: number; 'sen-registrering': number }>();
  for (const { type, status } of stays.flatMap((stay) => stay.deviations)) {
    const count = counts.get(type) ?? { oppen: 0, avslutad: 0, 'sen-registrering': 0 };
    if (status in count) count[status as keyof typeof count] += 1;
    counts.set(type, count);
  }
  const names: Record<string, string> = DEADLINE_NAMES;
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, count]) => [names[type] ?? type, String(count.avslutad), String(count.oppen), String(count['sen-registrering'])]);
  return rows.length === 0 ? 'inga' : table(['Frist eller iakttagelse', 'avslutade', 'öppna', 'sent registrerade'], rows);
}

function addressesOf({ hemgangUrl }: Result['config'], extra: string[]): string[] {
  return [`API          ${hemgangUrl}`, `API docs     ${hemgangUrl}/docs`, ...extra];
}
