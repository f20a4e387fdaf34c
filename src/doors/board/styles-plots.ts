/** Plots by night: each colour that they are drawn with, swapped for one that is seen on dark paper. */
import { PLOT_COLOURS } from '../../out/plots/palette.js';

const DARK: Record<keyof typeof PLOT_COLOURS, string> = {
  ink: '#e6edeb',
  muted: '#a7b7b3',
  grid: '#30403d',
  under: '#5dbba6',
  near: '#f0c25c',
  above: '#f08497',
  plain: '#7fb2dc',
  second: '#42698a',
};

export function plotCss(): string {
  const rules = (Object.keys(PLOT_COLOURS) as (keyof typeof PLOT_COLOURS)[]).flatMap((name) => [
    `.plot [fill="${PLOT_COLOURS[name]}"] { fill: ${DARK[name]}; }`,
    `.plot [stroke="${PLOT_COLOURS[name]}"] { stroke: ${DARK[name]}; }`,
  ]);
  return `@media screen and (prefers-color-scheme: dark) {\n${rules.join('\n')}\n}`;
}
