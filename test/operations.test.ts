/** The handbook is about the site as it is: each service, each alert, each variable and each place that it names is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VARIABLE_NAMES } from '../src/config.js';
import { compose, composeText } from './support/compose.js';
import { ROOT } from './support/sources.js';
import { readAlerts, readDashboard } from './telemetry/dashboard.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/operations.md');
/** As GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the handbook', () => {
  test('says what to do at each alert, in the order of the rules, where their runbooks lead', () => {
    const sections = page.slice(page.indexOf('\n## Alerts')).split(/^### /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(readAlerts().map(({ alert }) => alert));
    for (const section of sections) expect(section.length, section.split('\n')[0]).toBeGreaterThan(150);
    const anchors = anchorsOf(page);
    for (const { annotations } of readAlerts()) {
      const [file, anchor = ''] = annotations.runbook.split('#');
      expect(file).toBe('docs/operations.md');
      expect(anchors).toContain(anchor);
    }
  });

  test('leads to pages and headings that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)].filter(([, path]) => !path?.startsWith('http'));
    expect(links.length).toBeGreaterThan(40);
    for (const [link, path = '', anchor] of links) {
      const file = path === '' ? 'docs/operations.md' : join('docs', path);
      expect(existsSync(join(ROOT, file)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(file)), link).toContain(anchor);
    }
  });

  test('knows every service, and speaks of none that is not there', () => {
    const table = page.slice(page.indexOf('\n## What runs'), page.indexOf('\n## How large'));
    const known = [...table.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
    for (const name of Object.keys(compose.services)) expect(known, name).toContain(name);
    // Of each command its first word that is neither an option nor an option's value.
    const spoken = [...page.matchAll(/docker compose (?:run|exec|restart|stop|up|logs)((?: [^`|#\n>&]+)?)/g)].flatMap(([, rest = '']) => {
      const word = rest
        .trim()
        .split(/ +/)
        .find((one) => /^[a-z]/.test(one) && !one.includes('='));
      return word === undefined ? [] : [word];
    });
    expect(spoken.length).toBeGreaterThan(20);
    expect(spoken.filter((name) => !(name in compose.services))).toEqual([]);
  });

  test('names variables, panels and scripts that there are', () => {
    const variables = [...page.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`/g)].map(([, name = '']) => name);
    const others = [...composeText.matchAll(/\b([A-Z][A-Z0-9_]+)\b/g)].map(([, name = '']) => name);
    expect(variables.length).toBeGreaterThan(10);
    expect(variables.filter((name) => !(VARIABLE_NAMES as string[]).includes(name) && !others.includes(name))).toEqual([]);
    const panels = readDashboard().panels.map(({ title }) => title);
    const shown = [...page.matchAll(/(?<!\*)\*((?:Parkerade|Väntan|Svarstid|Liggaren)[^*]*)\*(?!\*)/g)].map(([, title]) => title);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((title = '') => !panels.includes(title))).toEqual([]);
    for (const [path] of page.matchAll(/\b(?:ops|test)\/[\w/.-]+\w/g)) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});
