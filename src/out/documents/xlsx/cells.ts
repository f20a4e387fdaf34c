/** Cells of the workbook: real numbers and dates, and texts that can never become formulas. */
import type { CellObject, Row, Sheet } from 'write-excel-file/node';
import { type Instant, startOfDay, wallClockMs } from '../../../domain/calendar.js';
import type { Ore } from '../../../domain/money.js';

/** A column of a table: its heading, its width in characters, and what it shows of a row. */
export interface Column<T> {
  title: string;
  width: number;
  cell: (row: T) => CellObject | null;
}

/** Always text, whatever it begins with: it is stored as a shared string, which no spreadsheet reckons. */
export const text = (value: string | null | undefined): CellObject | null =>
  value === null || value === undefined || value === '' ? null : { value, type: String };

export const whole = (value: number | null | undefined): CellObject | null =>
  value === null || value === undefined ? null : { value, type: Number, format: '0' };

/** A decimal as the API writes it: exact, with the decimals it has. */
export const decimalCell = (value: string | null): CellObject | null =>
  value === null ? null : { value: Number(value), type: Number, format: `0.0${'#'.repeat(3)}` };

export const kronorCell = (ore: Ore | null | undefined): CellObject | null =>
  ore === null || ore === undefined ? null : { value: ore / 100, type: Number, format: '#,##0.00" kr"' };

/** The local wall clock: a spreadsheet knows no time zones. */
export const time = (at: Instant | null | undefined): CellObject | null =>
  at === null || at === undefined ? null : { value: new Date(wallClockMs(at)), type: Date, format: 'yyyy-mm-dd hh:mm' };

export const day = (date: string | null | undefined): CellObject | null =>
  date === null || date === undefined ? null : { value: new Date(wallClockMs(startOfDay(date))), type: Date, format: 'yyyy-mm-dd' };

const HEAD = { fontWeight: 'bold', backgroundColor: '#EEF3F5', bottomBorderStyle: 'thin', wrap: true, alignVertical: 'top' } as const;

/** A sheet with one row of headings that stays in sight. */
export function tableSheet<T>(name: string, columns: readonly Column<T>[], rows: readonly T[]): Sheet<never> {
  return {
    sheet: name,
    stickyRowsCount: 1,
    columns: columns.map(({ width }) => ({ width })),
    data: [
      columns.map(({ title }) => ({ value: title, type: String, ...HEAD })),
      ...rows.map((row): Row => columns.map(({ cell }) => cell(row))),
    ],
  };
}
