/** Numbers and tables as people in Sweden read them. */
import { kronorInText } from '../domain/money.js';

/** `488 280 kr`; öre only where there are any; `–` while the price is unknown. */
export function kronor(ore: number | null): string {
  return ore === null ? '–' : kronorInText(ore, ' ');
}

/** A decimal number as the API writes it, with a comma. */
export function decimal(text: string | null): string {
  return text === null ? '–' : text.replace('.', ',');
}

/** Columns side by side: the first to the left, the others to the right. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), title.length));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
