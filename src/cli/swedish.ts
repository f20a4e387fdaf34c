/** Numbers and tables as people in Sweden read them. */

/** `488 280 kr`; öre only where there are any; `–` while the price is unknown. */
export function kronor(ore: number | null): string {
  if (ore === null) return '–';
  const whole = String(Math.trunc(ore / 100)).replace(/\B(?=(\d{3})+$)/g, ' ');
  return ore % 100 === 0 ? `${whole} kr` : `${whole},${String(Math.abs(ore % 100)).padStart(2, '0')} kr`;
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
