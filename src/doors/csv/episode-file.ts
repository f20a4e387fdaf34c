/** Turns the billing preview's CSV into episodes, or into every error with its line and column. */
import type { CareForm } from '../../domain/agreement.js';
import { type Episode, EXCLUSION_REASONS, type ExclusionReason } from '../../domain/billing/episode.js';
import type { Instant } from '../../domain/calendar.js';
import { KOMMUNKOD } from '../../domain/ids.js';
import { readTime } from '../../domain/local-time.js';
import { type CsvRecord, readCsv } from './rfc4180.js';

export interface EpisodeFileError {
  /** The header is 1, a record's is its first. */
  line: number;
  column: string;
  /** Swedish, one line. */
  reason: string;
}

/** What the agreement and the month make of a file's columns. */
export interface EpisodeFileRules {
  /** Kommunkoder that may pay; null: any. */
  payers: ReadonlySet<string> | null;
  /** The rule of 1990 applies, and needs its two columns. */
  needs1990: boolean;
}

const REQUIRED = [
  'stayId',
  'payer',
  'careForm',
  'utskrivningsklarAt',
  'dischargedAt',
  'inskrivningsmeddelandeAt',
  'admittedAt',
  'vardtidAt',
  'utskrivningsmeddelandeAt',
  'svplRequired',
  'svplKallelseAt',
  'openCareAvailable',
  'excluded',
] as const;
const OF_1990 = ['vardplanAt', 'kallelseMottagenAt'] as const;
const COLUMNS = [...REQUIRED, 'behovBedomtAt', ...OF_1990] as const;
type Column = (typeof COLUMNS)[number];

const CARE_FORMS: readonly string[] = ['somatisk', 'psykiatrisk'] satisfies CareForm[];

/** Reads the whole file; refused as a whole when anything in it is wrong, in rows of other months too. @source contract.md, Billing preview */
export function readEpisodeFile(bytes: Uint8Array, rules: EpisodeFileRules): { episodes: Episode[] } | { errors: EpisodeFileError[] } {
  const { text, isUtf8 } = decode(bytes);
  const { records, faults } = readCsv(text);
  const [header, ...rows] = records;
  const columns = header?.fields ?? [];
  const columnAt = (field: number): string => oneLine(columns[field] ?? columns.at(-1) ?? REQUIRED[0]);
  const headerLine = header?.line ?? 1;

  const headerErrors = [
    ...faults
      .filter((fault) => fault.line === headerLine)
      .map((fault) => ({ line: headerLine, column: columnAt(fault.field), reason: fault.reason })),
    ...columnErrors(columns, rules).map((error) => ({ line: headerLine, ...error })),
  ];
  if (headerErrors.length > 0) return { errors: headerErrors };

  const errors: EpisodeFileError[] = [];
  const episodes: Episode[] = [];
  const firstLines = new Map<string, number>();
  const faulty = new Map<number, EpisodeFileError[]>();
  for (const fault of faults)
    faulty.set(fault.line, [...(faulty.get(fault.line) ?? []), { line: fault.line, column: columnAt(fault.field), reason: fault.reason }]);
  for (const record of rows) {
    const broken = faulty.get(record.line) ?? (record.fields.length === columns.length ? [] : [countError(record, columns)]);
    if (broken.length > 0) {
      errors.push(...broken);
      continue;
    }
    const row = rowOf(record, columns);
    if (!isUtf8) refuseOtherBytes(row);
    const episode = episodeOf(row, rules);
    const earlier = firstLines.get(episode.stayId);
    if (earlier !== undefined) row.refuse('stayId', `${shown(episode.stayId)} finns redan på rad ${earlier}`);
    else if (episode.stayId !== '') firstLines.set(episode.stayId, record.line);
    errors.push(...row.errors());
    episodes.push(episode);
  }
  return errors.length > 0 ? { errors } : { episodes };
}

/** All the columns but the optional, once each, and no others. */
function columnErrors(columns: readonly string[], rules: EpisodeFileRules): { column: string; reason: string }[] {
  const errors: { column: string; reason: string }[] = [];
  columns.forEach((column, index) => {
    if (!(COLUMNS as readonly string[]).includes(column)) errors.push({ column: oneLine(column), reason: 'kolumnen finns inte' });
    else if (columns.indexOf(column) < index) errors.push({ column, reason: 'kolumnen finns mer än en gång' });
  });
  const required: readonly Column[] = rules.needs1990 ? [...REQUIRED, ...OF_1990] : REQUIRED;
  for (const column of required) {
    if (!columns.includes(column)) errors.push({ column, reason: 'kolumnen saknas' });
  }
  return errors;
}

function countError(record: CsvRecord, columns: readonly string[]): EpisodeFileError {
  const column = columns[record.fields.length] ?? columns.at(-1) ?? REQUIRED[0];
  return { line: record.line, column, reason: `raden har ${record.fields.length} fält i stället för ${columns.length}` };
}

/** One record, read field by field; what is wrong is kept, and told in the order of the columns. */
type Row = ReturnType<typeof rowOf>;

function rowOf(record: CsvRecord, columns: readonly string[]) {
  const found: { index: number; error: EpisodeFileError }[] = [];
  const text = (column: Column): string => record.fields[columns.indexOf(column)] ?? '';
  const refuse = (column: Column, reason: string): void => {
    found.push({ index: columns.indexOf(column), error: { line: record.line, column, reason } });
  };
  const time = (column: Column): Instant | null => {
    const at = text(column) === '' ? null : readTime(text(column));
    if (at === 'skipped') refuse(column, `${shown(text(column))} finns inte: klockan ställdes fram`);
    else if (at === undefined)
      refuse(column, `${shown(text(column))} är ingen tid; skriv ÅÅÅÅ-MM-DDTTT:MM[:SS], gärna med +01:00 eller annan förskjutning`);
    return typeof at === 'number' ? at : null;
  };
  const truth = (column: Column, empty: boolean): boolean => {
    const value = text(column);
    if (!['', 'true', 'false'].includes(value)) refuse(column, `${shown(value)} är varken true eller false`);
    return value === '' ? empty : value === 'true';
  };
  const errors = (): EpisodeFileError[] => found.sort((a, b) => a.index - b.index).map(({ error }) => error);
  return { text, refuse, time, truth, errors };
}

/** Bytes that are not UTF-8 were read as U+FFFD. */
function refuseOtherBytes(row: Row): void {
  for (const column of COLUMNS) if (row.text(column).includes('\uFFFD')) row.refuse(column, 'är inte UTF-8');
}

function episodeOf(row: Row, rules: EpisodeFileRules): Episode {
  const stayId = row.text('stayId');
  if (stayId === '') row.refuse('stayId', 'får inte vara tomt');
  const utskrivningsklarAt = row.time('utskrivningsklarAt');
  const dischargedAt = row.time('dischargedAt');
  if (utskrivningsklarAt !== null && dischargedAt !== null && dischargedAt < utskrivningsklarAt) {
    row.refuse('dischargedAt', `${shown(row.text('dischargedAt'))} är före utskrivningsklarAt ${shown(row.text('utskrivningsklarAt'))}`);
  }
  const isBlocked = !row.truth('openCareAvailable', true);
  return {
    stayId,
    payer: payerOf(row, rules),
    careForm: careFormOf(row),
    admittedAt: row.time('admittedAt'),
    behovBedomtAt: row.time('behovBedomtAt'),
    inskrivningsmeddelandeAt: row.time('inskrivningsmeddelandeAt'),
    vardtidAt: row.time('vardtidAt'),
    utskrivningsmeddelandeAt: row.time('utskrivningsmeddelandeAt'),
    svplRequired: row.truth('svplRequired', false),
    svplKallelseAt: row.time('svplKallelseAt'),
    vardplanAt: row.time('vardplanAt'),
    kallelseMottagenAt: row.time('kallelseMottagenAt'),
    intervals: utskrivningsklarAt === null ? [] : [{ from: utskrivningsklarAt, until: dischargedAt }],
    // The file tells only that open care was not there at the discharge, not since when.
    blocked: isBlocked && dischargedAt !== null ? [{ from: dischargedAt, until: null }] : [],
    dischargedAt,
    deceased: false,
    excluded: excludedOf(row),
    outOfSight: false,
  };
}

function payerOf(row: Row, rules: EpisodeFileRules): string {
  const payer = row.text('payer');
  if (payer === '') row.refuse('payer', 'får inte vara tomt');
  else if (!KOMMUNKOD.test(payer)) row.refuse('payer', `${shown(payer)} är ingen kommunkod med fyra siffror`);
  else if (rules.payers !== null && !rules.payers.has(payer))
    row.refuse('payer', `${shown(payer)} är ingen kommun i överenskommelsens region`);
  return payer;
}

function careFormOf(row: Row): CareForm {
  const text = row.text('careForm');
  if (!CARE_FORMS.includes(text))
    row.refuse('careForm', text === '' ? 'får inte vara tomt' : `${shown(text)} är varken somatisk eller psykiatrisk`);
  return text === 'psykiatrisk' ? 'psykiatrisk' : 'somatisk';
}

function excludedOf(row: Row): ExclusionReason | null {
  const text = row.text('excluded');
  const reason = EXCLUSION_REASONS.find((known) => known === text);
  if (text !== '' && reason === undefined) row.refuse('excluded', `${shown(text)} är ingen känd orsakskod`);
  return reason ?? null;
}

function decode(bytes: Uint8Array): { text: string; isUtf8: boolean } {
  const keepBom = { ignoreBOM: true };
  try {
    return { text: new TextDecoder('utf-8', { ...keepBom, fatal: true }).decode(bytes), isUtf8: true };
  } catch {
    return { text: new TextDecoder('utf-8', keepBom).decode(bytes), isUtf8: false };
  }
}

/** A value as it stands in a message: on one line, and not longer than it helps. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function oneLine(column: string): string {
  return JSON.stringify(column.slice(0, 60)).slice(1, -1);
}
