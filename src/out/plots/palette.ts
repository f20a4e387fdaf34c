/** The colours of plots: told apart by lightness as well as by hue, and known by name to the style sheets that swap them in the dark. */

export const PLOT_COLOURS = {
  ink: '#1d2b2a',
  muted: '#5a6967',
  grid: '#dfe5e3',
  /** Below the threshold. */
  under: '#2f7f6f',
  /** Close below it. */
  near: '#e3a72f',
  /** Above it. */
  above: '#a3293d',
  /** Where nothing is compared. */
  plain: '#2f6690',
  /** A second series beside `plain`. */
  second: '#9cc0da',
} as const;

/** Fonts of the reader's own machine; plots load nothing. */
export const PLOT_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
