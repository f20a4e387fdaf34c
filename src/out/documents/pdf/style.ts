/** How the PDF looks: its type, its colours, its tables. Colour never says anything alone; the word stands beside it. */
import type { Content, CustomTableLayout, Style, TableCell } from 'pdfmake';

export const INK = '#1d2b36';
export const MUTED = '#55636e';
export const ACCENT = '#0b5568';
export const BAND = '#eef3f5';
export const LINE = '#c9d3d9';
export const YES = '#1f6b3f';
export const NO = '#a3231a';
export const WAITS = '#7a5200';

export const PAGE_MARGINS: [number, number, number, number] = [46, 50, 46, 58];

export const STYLES: Record<string, Style> = {
  title: { fontSize: 20, bold: true, color: ACCENT },
  subtitle: { fontSize: 12.5, color: INK, margin: [0, 2, 0, 0] },
  section: { fontSize: 12.5, bold: true, color: ACCENT, margin: [0, 16, 0, 5] },
  stay: { fontSize: 11, bold: true, color: INK },
  sum: { fontSize: 24, bold: true, color: INK },
  label: { fontSize: 8, color: MUTED },
  head: { fontSize: 8, bold: true, color: MUTED },
  cell: { fontSize: 8.5 },
  small: { fontSize: 8, color: MUTED, lineHeight: 1.1 },
  advice: { fontSize: 9, bold: true, color: INK },
};

/** Thin lines between rows, a band behind the head. */
export const ROWS: CustomTableLayout = {
  hLineWidth: (line, node) => (line === 0 || line === node.table.body.length ? 0 : 0.5),
  vLineWidth: () => 0,
  hLineColor: () => LINE,
  paddingLeft: (column) => (column === 0 ? 5 : 4),
  paddingRight: () => 4,
  paddingTop: () => 2.6,
  paddingBottom: () => 2.6,
  fillColor: (row, node) => (row < (node.table.headerRows ?? 0) ? BAND : null),
};

/** A box with a ground of its own. */
export const BOX: CustomTableLayout = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  paddingLeft: () => 14,
  paddingRight: () => 14,
  paddingTop: () => 11,
  paddingBottom: () => 11,
  fillColor: () => BAND,
};

export const head = (text: string, alignment: 'left' | 'right' = 'left'): TableCell => ({ text, style: 'head', alignment });
export const cell = (text: string, alignment: 'left' | 'right' = 'left'): TableCell => ({ text, style: 'cell', alignment });

/** A word in a colour of its own, set as bold. */
export const mark = (text: string, color: string): Content => ({ text, bold: true, color, fontSize: 8.5 });
