/** Plots as SVG: deterministic, Swedish, named for those who do not see them. */
import { expect, test } from 'vitest';
import { type PlotShape, renderPlot } from '../../src/out/plots/render.js';

const SHAPE: PlotShape = {
  width: 400,
  height: { step: 24 },
  data: { name: 'rows' },
  layer: [
    { mark: { type: 'bar', cornerRadiusEnd: 3 } },
    { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'snitt', type: 'quantitative', format: '.1f' } } },
  ],
  encoding: { y: { field: 'kommun', type: 'nominal', sort: null }, x: { field: 'snitt', type: 'quantitative', axis: { format: '.1f' } } },
};
const rows = [
  { kommun: 'Jönköping', snitt: 2.3 },
  { kommun: '<script>alert(1)</script>', snitt: 1.5 },
];
const plot = { shape: SHAPE, rows, title: 'Snitt & "tröskel"', desc: 'Två <kommuner>.' };

test('a plot is one named picture with a decimal comma, and draws what it is given as text', async () => {
  const svg = await renderPlot(plot);
  expect(svg).toMatch(
    /^<svg [^>]*role="img" aria-labelledby="(\S+)" aria-describedby="(\S+)"[^>]*><title id="\1">Snitt &amp; &quot;tröskel&quot;<\/title><desc id="\2">Två &lt;kommuner&gt;\.<\/desc>/,
  );
  expect(svg).toContain('>2,3</text>');
  expect(svg).toContain('>Jönköping</text>');
  expect(svg).toContain('&lt;script&gt;');
  expect(svg).not.toContain('<script');
  expect(svg).not.toMatch(/ style=|<style|\son\w+=|aria-roledescription/);
});

test('the same rows give the same text, whatever was drawn between; other rows share no name with it', async () => {
  const first = await renderPlot({ ...plot, rows: [...rows] });
  const other = await renderPlot({ ...plot, rows: rows.slice(1) });
  // Pushed out of what is remembered, and drawn anew.
  await Promise.all(Array.from({ length: 210 }, (_, n) => renderPlot({ ...plot, rows: [{ kommun: 'A', snitt: n }] })));
  expect(await renderPlot(plot)).toBe(first);
  const ids = (svg: string) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids(first).filter((id) => ids(other).includes(id))).toEqual([]);
  for (const [, id] of first.matchAll(/url\(#([^)]+)\)/g)) expect(ids(first)).toContain(id);
});
