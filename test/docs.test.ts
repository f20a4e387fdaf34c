/** The pages that are made from the program are as the program is. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** As the pages are shown: what is no letter, digit, `_`, `-` or space is left out of a heading, and spaces become hyphens. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

it('every link in the pages leads to a file that there is, and to a heading in it', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
  ].filter((name) => name.endsWith('.md'));
  const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const anchorsOf = (page: string) => [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:|\/)([^)\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
  );
  expect(links.length).toBeGreaterThan(50);
  const broken = links.filter(({ page, target }) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
  });
  expect(broken.map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
});
