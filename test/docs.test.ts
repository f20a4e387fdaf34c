/** The pages that are made from the program are as the program is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { actingPage } from '../scripts/gen-acting.js';
import { actionsPage } from '../scripts/gen-docs.js';
import { findingPage } from '../scripts/gen-finding.js';
import { guidePages, problemsPage } from '../scripts/gen-pages.js';
import { QUESTIONS } from '../src/temporal/questions.js';
import { ROOT } from './support/sources.js';

it('the table of actions is the catalogue: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/actions.md'), 'utf8')).toBe(actionsPage());
});

it('how a process owner acts is told of every action, as the catalogue has it: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/acting.md'), 'utf8')).toBe(actingPage());
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
