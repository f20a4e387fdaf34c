/** Reads the files that a report needs beside the process: upplevd delaktighet, and the vårdcentraler; every error with its line and column. */
import type { Measurement, VardcentralRow } from '../../domain/reports/imported.js';
import { isMonthText } from '../../domain/reports/period.js';
import type { ImportedRows, ImportKind } from '../../ledger/reports/report-ledger.js';
import type { EpisodeFileError } from './episode-file.js';
import { type CsvRecord, readCsv } from './rfc4180.js';

/** What a file may speak of. */
export interface ReportFileRules {
  /** Kommunkoder of the region. */
  kommuner: ReadonlySet<string>;
  /** Nothing is measured after it, `YYYY-MM`. */
  thisMonth: string;
}

export const REPORT_COLUMNS = {
  delaktighet: ['manad', 'matning', 'kommun', 'vardcentral', 'svar', 'andel'],
  vardcentraler: ['hsaId', 'namn', 'listade', 'timmarPerVecka'],
} as const satisfies Record<ImportKind, readonly string[]>;

/** Larger numbers are slips of the pen. */
const MOST = 10_000_000;

/** Reads the whole file; refused as a whole when anything in it is wrong. */
export function readReportFile(kind: ImportKind, text: string, rules: ReportFileRules): ImportedRows | { errors: EpisodeFileError[] } {
  const { records, faults } = readCsv(text);
  const [header, ...rows] = records;
  const columns = header?.fields ?? [];
  const wanted: readonly string[] = REPORT_COLUMNS[kind];
  const columnAt = (field: number): string => shown(columns[field] ?? columns.at(-1) ?? (wanted[0] as string));
  const headerErrors = columnErrors(columns, wanted).map((error) => ({ line: header?.line ?? 1, ...error }));
  if (headerErrors.length > 0) return { errors: headerErrors };
  const errors: EpisodeFileError[] = faults.map(({ line, field, reason }) => ({ line, column: columnAt(field), reason }));
  const broken = new Set(faults.map(({ line }) => line));
  const whole = rows.filter((record) => {
    const complete = record.fields.length === columns.length;
    if (!complete && !broken.has(record.line))
      errors.push({
        line: record.line,
        column: columnAt(record.fields.length),
        reason: `raden har ${record.fields.length} fält i stället för ${columns.length}`,
      });
    return complete && !broken.has(record.line);
  });
  const fields = whole.map((record) => fieldsOf(record, columns, errors));
  const seen = new Map<string, number>();
  const imported: ImportedRows =
    kind === 'delaktighet'
      ? { kind, rows: fields.map((row) => measurementOf(row, rules, seen)) }
      : { kind, rows: fields.map((row) => vardcentralOf(row, seen)) };
  if (errors.length === 0 && imported.rows.length === 0)
    errors.push({ line: header?.line ?? 1, column: wanted[0] as string, reason: 'filen har inga rader' });
  return errors.length > 0 ? { errors: errors.sort((a, b) => a.line - b.line) } : imported;
}

function columnErrors(columns: readonly string[], wanted: readonly string[]): { column: string; reason: string }[] {
  return [
    ...columns.flatMap((column, index) => {
      if (!wanted.includes(column)) return [{ column: shown(column), reason: 'kolumnen finns inte' }];
      return columns.indexOf(column) < index ? [{ column, reason: 'kolumnen finns mer än en gång' }] : [];
    }),
    ...wanted.filter((column) => !columns.includes(column)).map((column) => ({ column, reason: 'kolumnen saknas' })),
  ];
}

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf(record: CsvRecord, columns: readonly string[], errors: EpisodeFileError[]) {
  const refuse = (column: string, reason: string): void => {
    errors.push({ line: record.line, column, reason });
  };
  const text = (column: string, { empty = false }: { empty?: boolean } = {}): string => {
    const value = (record.fields[columns.indexOf(column)] ?? '').trim();
    if (value === '' && !empty) refuse(column, 'får inte vara tomt');
    else if (value.includes('\uFFFD')) refuse(column, 'är inte UTF-8');
    else if (value.length > 200) refuse(column, 'är längre än 200 tecken');
    return value;
  };
  /** A number with at most one decimal, in tenths. */
  const tenths = (column: string, most: number): number => {
    const value = text(column);
    if (value === '') return 0;
    const [, whole = '', decimal = '0'] = /^(\d{1,8})(?:[.,](\d))?$/.exec(value) ?? [];
    const number = Number(whole) * 10 + Number(decimal);
    if (whole === '') refuse(column, `${quoted(value)} är inget tal med högst en decimal`);
    else if (number > most * 10) refuse(column, `${quoted(value)} är mer än ${most}`);
    return number;
  };
  const count = (column: string): number => {
    const value = text(column);
    if (value === '') return 1;
    const number = /^\d{1,8}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > MOST) refuse(column, `${quoted(value)} är inget helt tal från 1 till ${MOST}`);
    return number;
  };
  return { line: record.line, text, tenths, count, refuse };
}

function measurementOf(row: Fields, { kommuner, thisMonth }: ReportFileRules, seen: Map<string, number>): Measurement {
  const month = row.text('manad');
  if (month !== '' && !isMonthText(month)) row.refuse('manad', `${quoted(month)} är ingen månad; skriv ÅÅÅÅ-MM`);
  else if (month > thisMonth) row.refuse('manad', `${month} har inte varit än`);
  const matning = row.text('matning');
  const kommun = row.text('kommun', { empty: true });
  if (kommun !== '' && !kommuner.has(kommun)) row.refuse('kommun', `${quoted(kommun)} är ingen kommun i regionens överenskommelse`);
  const vardcentral = row.text('vardcentral', { empty: true });
  if (kommun !== '' && vardcentral !== '')
    row.refuse('vardcentral', 'en mätning gäller en kommun eller en vårdcentral; lämna båda tomma för hela regionen');
  const earlier = once(seen, [month, matning, kommun, vardcentral], row.line);
  if (earlier !== undefined) row.refuse('matning', `samma månad, mätning och enhet finns redan på rad ${earlier}`);
  return {
    month,
    matning,
    kommun: kommun || null,
    vardcentral: vardcentral || null,
    answers: row.count('svar'),
    shareTenths: row.tenths('andel', 100),
  };
}

function vardcentralOf(row: Fields, seen: Map<string, number>): VardcentralRow {
  const hsaId = row.text('hsaId');
  const earlier = once(seen, [hsaId], row.line);
  if (hsaId !== '' && earlier !== undefined) row.refuse('hsaId', `${quoted(hsaId)} finns redan på rad ${earlier}`);
  return { hsaId, name: row.text('namn'), listade: row.count('listade'), hoursTenths: row.tenths('timmarPerVecka', 10_000) };
}

/** The line on which the same stood before. */
function once(seen: Map<string, number>, key: readonly string[], line: number): number | undefined {
  const text = JSON.stringify(key);
  const earlier = seen.get(text);
  if (earlier === undefined) seen.set(text, line);
  return earlier;
}

const quoted = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
const shown = (column: string): string => JSON.stringify(column.slice(0, 60)).slice(1, -1);
