/** The pages that are made from the program are as the program is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { actionsPage } from '../scripts/gen-docs.js';
import { guidePages, problemsPage } from '../scripts/gen-pages.js';
import { ROOT } from './support/sources.js';

it('the table of actions is the catalogue: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/actions.md'), 'utf8')).toBe(actionsPage());
});

it('the list of problems, and the pages that the service shows, are as they would be made now: npm run gen', () => {
  expect(readFileSync(join(ROOT, 'docs/problems.md'), 'utf8')).toBe(problemsPage());
  expect(readFileSync(join(ROOT, 'src/doors/http/guide-pages.gen.ts'), 'utf8')).toBe(guidePages());
});
