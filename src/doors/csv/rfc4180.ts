/** Reads CSV strictly by RFC 4180: what does not hold to it is a fault with its place, never a guess. */

export interface CsvRecord {
  /** The line on which it begins; the file's first is 1. */
  line: number;
  fields: string[];
}

export interface CsvFault {
  line: number;
  /** Index of the field in its record. */
  field: number;
  reason: string;
}

export interface Csv {
  /** The header first. Blank lines are no records. */
  records: CsvRecord[];
  faults: CsvFault[];
}

/** Reads text with or without BOM, lines ending in LF or CRLF; the delimiter is `;` when the header holds one, else `,`. */
export function readCsv(text: string): Csv {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const header = source.split('\n').find((line) => !isBlank(line)) ?? '';
  return readRecords(source, header.includes(';') ? ';' : ',');
}

const isBlank = (line: string): boolean => /^[ \t\r]*$/.test(line);

function readRecords(source: string, delimiter: string): Csv {
  const csv: Csv = { records: [], faults: [] };
  let at = 0;
  let line = 1;
  while (at < source.length) {
    const end = lineEnd(source, at);
    if (isBlank(source.slice(at, end))) {
      at = end + 1;
      line += 1;
      continue;
    }
    const record: CsvRecord = { line, fields: [] };
    for (;;) {
      const read = source[at] === '"' ? quoted(source, at, delimiter) : plain(source, at, delimiter);
      if (read.reason !== undefined) csv.faults.push({ line: record.line, field: record.fields.length, reason: read.reason });
      record.fields.push(read.value);
      line += source.slice(at, read.end).split('\n').length - 1;
      at = read.end;
      if (source[at] !== delimiter) break;
      at += 1;
    }
    csv.records.push(record);
    // The field stopped at LF, at CRLF or at the end of the file.
    at += source[at] === '\r' ? 2 : 1;
    line += 1;
  }
  return csv;
}

interface Read {
  value: string;
  /** Where the delimiter, the line's end or the file's end stands. */
  end: number;
  reason?: string;
}

function plain(source: string, from: number, delimiter: string): Read {
  const end = fieldEnd(source, from, delimiter);
  const value = source.slice(from, end);
  if (value.includes('"'))
    return { value, end, reason: 'citattecken mitt i ett fält; hela fältet ska stå inom citattecken, och tecknet självt dubblas' };
  if (value.includes('\r')) return { value, end, reason: 'vagnretur (CR) utan radmatning (LF)' };
  return { value, end };
}

function quoted(source: string, from: number, delimiter: string): Read {
  let value = '';
  let at = from + 1;
  for (;;) {
    const quote = source.indexOf('"', at);
    if (quote < 0) return { value: source.slice(from + 1), end: source.length, reason: 'citattecknet som öppnar fältet stängs aldrig' };
    value += source.slice(at, quote);
    if (source[quote + 1] !== '"') {
      const end = fieldEnd(source, quote + 1, delimiter);
      return end === quote + 1 ? { value, end } : { value, end, reason: 'text efter det stängande citattecknet' };
    }
    value += '"';
    at = quote + 2;
  }
}

/** The next delimiter, LF or CRLF, or the end of the file. A CR by itself ends nothing. */
function fieldEnd(source: string, from: number, delimiter: string): number {
  const end = lineEnd(source, from);
  const next = source.indexOf(delimiter, from);
  if (next >= 0 && next < end) return next;
  return end > from && source[end] === '\n' && source[end - 1] === '\r' ? end - 1 : end;
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}
