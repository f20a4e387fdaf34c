/** The pages that are made from the program are as the program is. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { actingPage } from '../scripts/gen-acting.js';
import { actionsPage } from '../scripts/gen-docs.js';
import { findingPage } from '../scripts/gen-finding.js';
import { guidePages, problemsPage } from '../scripts/gen-pages.js';
import { COLUMNS } from '../scripts/pictures/temporal-ui.js';
import { QUESTIONS } from '../src/temporal/questions.js';
import { ROOT } from './support/sources.js';

it('the table of actions is the catalogue: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/actions.md'), 'utf8')).toBe(actionsPage());
});

it('how a process owner acts is told of every action, as the catalogue has it: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/acting.md'), 'utf8')).toBe(actingPage());
});

it('process owners are told of the columns that the pictures show, and each picture is there and small', () => {
  const page = readFileSync(join(ROOT, 'docs/watching.md'), 'utf8');
  for (const column of COLUMNS) expect(page).toContain(`| \`${column}\` |`);
  const pictures = [...page.matchAll(/!\[[^\]]{20,}\]\((pictures\/[a-z]+\.png)\)/g)].map(([, path]) => path!);
  expect(pictures).toHaveLength(page.split('![').length - 1);
  expect(pictures.map((path) => path.slice('pictures/'.length)).sort()).toEqual(readdirSync(join(ROOT, 'docs/pictures')).sort());
  for (const path of pictures) expect(statSync(join(ROOT, 'docs', path)).size, path).toBeLessThan(250_000);
});

it('the questions and the search attributes are those of the program: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/finding.md'), 'utf8')).toBe(findingPage());
  for (const { title } of QUESTIONS) expect(findingPage()).toContain(`| ${title} |`);
  // What a question asks with is never left as it was when the page was made.
  expect(findingPage()).not.toMatch(/2000-0|\bundefined\b|\bnull\b/);
});

it('the list of problems, and the pages that the service shows, are as they would be made now: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/problems.md'), 'utf8')).toBe(problemsPage());
  expect(readFileSync(join(ROOT, 'src/doors/http/guide-pages.gen.ts'), 'utf8')).toBe(guidePages());
});
