/**
 * A sheet of what was done on paper while the service was away: CSV, one action a row, written off the forms by somebody who
 * was not there. It becomes a feed: in order of time, each row sent once, however often the sheet is played.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toIso } from '../domain/calendar.js';
import { canonical } from '../domain/canonical.js';
import type { Json, JsonObject } from '../domain/ids.js';
import { STAY_ID } from '../domain/ids.js';
import { readTime } from '../domain/local-time.js';
import { type ActionName, isActionName } from '../domain/stay/actions.js';
import { dataSchemas } from '../domain/stay/schemas.js';
import { readCsv } from '../doors/csv/rfc4180.js';
import type { BadLine, Feed, FeedLine } from './feed.js';

/** Beside them any number of columns `data.FIELD`; a field within a field is `data.FIELD.FIELD`. */
export const SHEET_COLUMNS = ['stayId', 'action', 'at', 'party', 'unit', 'role', 'name'] as const;
const NEEDED = ['stayId', 'action', 'at', 'party', 'unit'] as const;
const LIST = '|';
const YES_NO: Record<string, boolean> = { ja: true, nej: false, true: true, false: false };

interface Row {
  line: number;
  fields: Record<string, string>;
}

/**
 * Reads a sheet, with or without BOM, `;` or `,`; refused as a whole, with every bad row. Times are ISO 8601 with offset, or the wall
 * clock's (`2026-11-24 14:30`); yes and no are `ja` and `nej`; texts of a list are parted by `|`. Lists of anything but texts
 * (kallade, personer, narvarande) do not fit into a cell, and go into a feed of JSONL.
 */
export function readPaperSheet(bytes: Uint8Array): { feed: Feed } | { bad: BadLine[] } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { bad: [{ line: 1, reason: 'not UTF-8: save the sheet as CSV UTF-8' }] };
  }
  const { records, faults } = readCsv(text);
  const [header, ...rows] = records;
  const columns = header?.fields.map((field) => field.trim()) ?? [];
  const bad: BadLine[] = [...faults.map(({ line, reason }) => ({ line, reason })), ...columnErrors(columns, header?.line ?? 1)];
  if (bad.length > 0) return { bad };
  const lines: FeedLine[] = [];
  const seen = new Map<string, number>();
  for (const record of rows) {
    if (record.fields.length !== columns.length) {
      bad.push({ line: record.line, reason: `${record.fields.length} fields instead of ${columns.length}` });
      continue;
    }
    const fields = Object.fromEntries(columns.map((column, index) => [column, (record.fields[index] ?? '').trim()]));
    const read = readRow({ line: record.line, fields });
    if ('reasons' in read) bad.push(...read.reasons.map((reason) => ({ line: record.line, reason })));
    else {
      const { id } = read.envelope as { id: string };
      const twin = seen.get(`${read.stayId} ${id}`);
      if (twin === undefined) lines.push(read);
      else bad.push({ line: record.line, reason: `the same as line ${twin}` });
      seen.set(`${read.stayId} ${id}`, record.line);
    }
  }
  if (bad.length > 0) return { bad: bad.sort((a, b) => a.line - b.line) };
  // Forms lie in no order; what happened first is told first.
  lines.sort((a, b) => a.dueAt - b.dueAt);
  return { feed: { id: createHash('sha256').update(bytes).digest('hex'), lines } };
}

function columnErrors(columns: readonly string[], line: number): BadLine[] {
  const known = (column: string) => (SHEET_COLUMNS as readonly string[]).includes(column) || /^data(\.[A-Za-z]+){1,3}$/.test(column);
  return [
    ...columns.flatMap((column, index) => {
      if (!known(column)) return [{ line, reason: `no such column: ${JSON.stringify(column.slice(0, 40))}` }];
      return columns.indexOf(column) < index ? [{ line, reason: `the column ${column} is there twice` }] : [];
    }),
    ...NEEDED.filter((column) => !columns.includes(column)).map((column) => ({ line, reason: `the column ${column} is missing` })),
  ];
}

type ActionLine = Extract<FeedLine, { kind: 'action' }>;

function readRow({ line, fields }: Row): ActionLine | { reasons: string[] } {
  const reasons: string[] = [];
  const { stayId = '', action = '', at: when = '', party = '', unit = '', role = '', name = '' } = fields;
  if (!STAY_ID.test(stayId)) reasons.push('stayId: not a stay id');
  if (!isActionName(action)) reasons.push('action: no such action');
  const at = readTime(when.replace(' ', 'T'));
  if (typeof at !== 'number')
    reasons.push(
      at === 'skipped' ? 'at: a time that the clock never showed (summer time began)' : 'at: not a time such as 2026-11-24 14:30',
    );
  for (const [column, value] of Object.entries({ party, unit })) if (value === '') reasons.push(`${column}: missing`);
  const data = isActionName(action) ? dataOf(action, fields, reasons) : {};
  if (reasons.length > 0 || typeof at !== 'number') return { reasons };
  const by = { party, unit, ...(role === '' ? {} : { role }), ...(name === '' ? {} : { name }) };
  const content = { stayId, action, at: toIso(at), by, data };
  const id = `papper-${createHash('sha256')
    .update(canonical(content as unknown as Json))
    .digest('hex')
    .slice(0, 32)}`;
  const envelope = { id, at: content.at, by, data, imported: true };
  return { kind: 'action', number: line, stayId, action, dueAt: at, cameLate: false, envelope };
}

interface Schema {
  type?: string;
  format?: string;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** The cells of a row as the action's data, by what its schema says each field is. Whether it is enough, the service says. */
function dataOf(action: ActionName, fields: Record<string, string>, reasons: string[]): JsonObject {
  const schema = z.toJSONSchema(dataSchemas[action], { io: 'input' }) as Schema;
  const data: JsonObject = {};
  for (const [column, cell] of Object.entries(fields)) {
    if (!column.startsWith('data.') || cell === '') continue;
    const path = column.split('.').slice(1);
    const value = cellOf(schemaAt(schema, path), cell);
    if (typeof value === 'object' && !Array.isArray(value)) reasons.push(`${column}: ${value.reason}`);
    else put(data, path, value);
  }
  return data;
}

function schemaAt(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  const [field, ...rest] = path;
  if (field === undefined || schema === undefined) return schema;
  const options = schema.anyOf ?? [schema];
  return schemaAt(
    options.map(({ properties }) => properties?.[field]).find((found) => found !== undefined),
    rest,
  );
}

function cellOf(schema: Schema | undefined, cell: string): string | boolean | string[] | { reason: string } {
  if (schema === undefined) return { reason: 'the action has no such field' };
  const options = schema.anyOf ?? [schema];
  const has = (type: string) => options.find((option) => option.type === type);
  if (has('boolean') !== undefined) return YES_NO[cell.toLowerCase()] ?? { reason: 'neither ja nor nej' };
  if (options.some(({ format }) => format === 'date-time')) {
    const at = readTime(cell.replace(' ', 'T'));
    if (typeof at === 'number') return toIso(at);
    // Some fields take a date as well.
    return options.some(({ format }) => format === 'date') ? cell : { reason: 'not a time such as 2026-11-24 14:30' };
  }
  const list = has('array');
  if (list !== undefined && has('string') === undefined) {
    if ((list.items?.anyOf ?? [list.items]).some((item) => item?.type === 'string')) return cell.split(LIST).map((text) => text.trim());
    return { reason: 'does not fit into a cell; write this action into a feed of JSONL' };
  }
  return has('object') !== undefined && has('string') === undefined ? { reason: 'has fields of its own: a column for each' } : cell;
}

function put(data: JsonObject, [field = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    data[field] = value;
    return;
  }
  const inner = data[field];
  const object: JsonObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  data[field] = object;
  put(object, rest, value);
}
