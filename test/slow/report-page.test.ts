/** A report in a real browser: read by those who do not see it, on a phone, and printed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPORT_KINDS } from '../../src/domain/reports/period.js';
import { reportHtml } from '../../src/out/reports/report-html.js';
import { sampleReport } from '../domain/reports/sample-report.js';
import { missingPrograms, output, without } from '../support/program.js';
import { tempFolder } from '../support/temp-folder.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const found = BROWSERS.filter((name) => missingPrograms(name).length === 0);
const missing = found.length === 0 ? ['chromium'] : [];

describe.skipIf(missing.length > 0)(`the page of a report${without(missing)}`, () => {
  const dir = tempFolder('hemgang-report-page-');
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = (await output('sh', ['-c', `command -v ${found[0]}`])).trim();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  const open = async (kind: (typeof REPORT_KINDS)[number], width: number) => {
    const file = join(dir, `${kind}.html`);
    writeFileSync(file, await reportHtml(sampleReport({ from: '2018-04', to: '2019-03' }, { kind })));
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`file://${file}`);
    return { page, asked };
  };

  test.each(REPORT_KINDS)('of kind %s has nothing that shuts anybody out, fits a phone, and loads nothing', async (kind) => {
    for (const width of [390, 1200]) {
      const { page, asked } = await open(kind, width);
      expect(asked).toHaveLength(1);
      await page.addScriptTag({ content: axe.source });
      const violations = await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].html.slice(0, 120)))');
      expect(violations).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      await page.close();
    }
  });

  test('prints on A4', async () => {
    const { page } = await open('ar', 1200);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? [];
    expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.close();
  });
});
