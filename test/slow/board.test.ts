/** The board in a real browser: by keyboard alone, on a phone, by day and by night, and without a fault that axe can find. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boardScene, INVOICED, MARCH, PRELIMINARY, RUNNING, type Scene } from '../doors/board-scene.js';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) console.log(`skipped: no browser at ${CHROMIUM}; install chromium, or set CHROMIUM_PATH`);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OWN = '/tavla/jonkoping/2019-03/0680';
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

interface Served extends Scene {
  url: string;
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser;
  const scenes: Served[] = [];
  beforeAll(async () => {
    for (const at of [RUNNING, PRELIMINARY, INVOICED]) {
      const scene = await boardScene(at);
      scenes.push({ ...scene, url: await scene.app.listen({ port: 0, host: '127.0.0.1' }) });
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(scenes.map(({ app }) => app.close()));
  });

  const scene = (index: 0 | 1 | 2): Served => scenes[index]!;
  const pagesOf = ({ stays }: Scene) => [
    '/tavla',
    '/tavla/jonkoping',
    '/tavla/jonkoping/sa-raknas-det',
    '/tavla/jonkoping/2019-03',
    OWN,
    `${OWN}/${stays[2]}`,
    '/tavla/finns-inte',
    '/docs/fragor',
    '/docs/fragor?region=jonkoping&kommun=0680&avdelning=SE2321000057-AVD1',
  ];
  const inPage = async (
    options: { viewport: typeof PHONE; dark?: boolean; scripts?: boolean },
    use: (page: Page, problems: string[]) => Promise<void>,
  ) => {
    const context = await browser.newContext({
      viewport: options.viewport,
      colorScheme: options.dark ? 'dark' : 'light',
      javaScriptEnabled: options.scripts ?? false,
      // For axe alone: the board itself runs no script.
      bypassCSP: options.scripts ?? false,
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('requestfailed', (request) => problems.push(`${request.url()} failed`));
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.url()} ${response.status()}`);
    });
    try {
      await use(page, problems);
    } finally {
      await context.close();
    }
  };

  test.each([
    ['by day, on a desk', DESK, false],
    ['by night, on a phone', PHONE, true],
  ])('axe finds no fault on any page, %s', async (_, viewport, dark) => {
    for (const served of scenes) {
      await inPage({ viewport, dark, scripts: true }, async (page) => {
        for (const path of pagesOf(served)) {
          await page.goto(served.url + path);
          // Folded forms are judged as well.
          await page.evaluate(() =>
            (globalThis as unknown as { document: { querySelectorAll(q: string): { open: boolean }[] } }).document
              .querySelectorAll('details')
              .forEach((one) => {
                one.open = true;
              }),
          );
          await page.evaluate(AXE);
          const found = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as {
              axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
            };
            const { violations } = await axe.run({ resultTypes: ['violations'] });
            return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
          });
          expect(found, path).toEqual([]);
        }
      });
    }
  });

  test.each([
    ['a phone', PHONE],
    ['a small phone', { width: 320, height: 600 }],
    ['a desk', DESK],
  ])('no page is wider than %s, and the browser has nothing to complain of', async (_, viewport) => {
    for (const served of scenes) {
      await inPage({ viewport, scripts: true }, async (page) => {
        for (const path of pagesOf(served)) {
          await page.goto(served.url + path);
          const width = await page.evaluate(
            () =>
              (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }).document.documentElement.scrollWidth,
          );
          expect(width, path).toBeLessThanOrEqual(viewport.width);
        }
      });
      await inPage({ viewport }, async (page, problems) => {
        // The browser itself complains of a page that there is not.
        for (const path of pagesOf(served).filter((one) => !one.includes('finns-inte'))) await page.goto(served.url + path);
        expect(problems).toEqual([]);
      });
    }
  });

  test('one plot is seen on a desk and another on a phone, both with letters that can be read', async () => {
    for (const [viewport, shown, hidden] of [
      [DESK, '.wide', '.narrow'],
      [PHONE, '.narrow', '.wide'],
    ] as const) {
      await inPage({ viewport, scripts: true }, async (page) => {
        await page.goto(`${scene(0).url}/tavla/jonkoping`);
        expect(await page.locator(`.figure ${hidden} svg`).first().isVisible()).toBe(false);
        const plot = page.locator(`.figure ${shown} svg`).first();
        expect(await plot.isVisible()).toBe(true);
        const box = (await plot.boundingBox())!;
        // Letters are 13 px as drawn.
        expect((box.width / Number(await plot.getAttribute('width'))) * 13).toBeGreaterThanOrEqual(11);
      });
    }
  });

  test('by keyboard alone, without a script, one comes from the region to an objection that is received', async () => {
    const served = scene(1);
    await inPage({ viewport: DESK }, async (page) => {
      const focused = () => page.locator(':focus');
      /** Tab until that is focused: what a person without a mouse does. */
      const tabTo = async (what: { name: RegExp; role: string }) => {
        for (let presses = 0; presses < 250; presses += 1) {
          await page.keyboard.press('Tab');
          const snapshot = await focused().ariaSnapshot();
          if (snapshot.startsWith(`- ${what.role}`) && what.name.test(snapshot)) return;
        }
        throw new Error(`no ${what.role} ${what.name} is reached by keyboard`);
      };
      const enter = async () => {
        await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      };
      await page.goto(`${served.url}/tavla`);
      await page.keyboard.press('Tab');
      expect(await focused().textContent()).toBe('Till innehållet');
      expect((await focused().boundingBox())!.y).toBeGreaterThanOrEqual(0);
      await page.keyboard.press('Enter');
      await tabTo({ role: 'link', name: /Region Jönköpings län/ });
      await enter();
      await tabTo({ role: 'link', name: /"Mars 2019"/ });
      await enter();
      await tabTo({ role: 'link', name: /"Jönköping"/ });
      await enter();
      expect(await page.title()).toMatch(/^Jönköping, mars 2019 – /);
      const stay = served.stays[6]!;
      await tabTo({ role: 'link', name: new RegExp(`"${stay}"`) });
      await enter();
      expect(await page.locator('h1').textContent()).toBe(stay);

      await tabTo({ role: 'combobox', name: /Vad gäller det/ });
      await page.keyboard.press('Tab');
      await page.keyboard.type('Kallelsen kom efter tre dagar.');
      await tabTo({ role: 'button', name: /Skicka invändningen/ });
      await enter();
      // The reason was not chosen: it is said, and what was written is there.
      expect(await page.getByRole('alert').textContent()).toContain('Välj vad invändningen gäller.');
      expect(await page.locator('textarea[name="text"]').inputValue()).toBe('Kallelsen kom efter tre dagar.');

      await tabTo({ role: 'combobox', name: /Vad gäller det/ });
      await page.keyboard.type('Kallelsen');
      await tabTo({ role: 'button', name: /Skicka invändningen/ });
      await enter();
      expect(await page.getByRole('status').textContent()).toContain('Invändningen är mottagen.');
      expect(new URL(page.url()).pathname).toBe(`${OWN}/${stay}`);
    });
    const made = await served.billing.objections({ ...MARCH, stayId: served.stays[6] });
    expect(made).toMatchObject([{ code: 'kallelse-sen', text: 'Kallelsen kom efter tre dagar.', by: { party: 'kommun', unit: '0680' } }]);
  });

  test('what is focused can be seen, everywhere', async () => {
    await inPage({ viewport: DESK, scripts: true }, async (page) => {
      await page.goto(`${scene(1).url}${OWN}`);
      let seen = 0;
      for (let presses = 0; presses < 200; presses += 1) {
        await page.keyboard.press('Tab');
        const outline = await page.evaluate(() => {
          const { document, getComputedStyle } = globalThis as unknown as {
            document: { activeElement: object; body: object };
            getComputedStyle(of: object): { outlineStyle: string; outlineWidth: string };
          };
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          return document.activeElement === document.body ? 'none' : `${outlineStyle} ${outlineWidth}`;
        });
        if (outline === 'none') break;
        seen += 1;
        expect(outline).toBe('solid 3px');
      }
      expect(seen).toBeGreaterThan(50);
    });
  });

  test('a form that another site sends is refused', async () => {
    const served = scene(1);
    await inPage({ viewport: DESK, scripts: true }, async (page) => {
      await page.setContent(
        `<form method="post" action="${served.url}${OWN}"><input name="gor" value="hall"><input name="text" value="x"><button>Go</button></form>`,
      );
      const [answer] = await Promise.all([page.waitForNavigation(), page.click('button')]);
      expect(answer?.status()).toBe(403);
    });
    expect((await served.billing.kommunState({ ...MARCH, payer: '0680' })).held).toBeNull();
  });

  test('on paper there are no forms and no menus, and the plot is the wide one', async () => {
    await inPage({ viewport: DESK, scripts: true }, async (page) => {
      await page.goto(`${scene(1).url}${OWN}`);
      await page.emulateMedia({ media: 'print' });
      for (const selector of ['form', '.crumbs', '.top', 'summary'])
        expect(await page.locator(selector).first().isVisible(), selector).toBe(false);
      expect(await page.locator('.sum').isVisible()).toBe(true);
    });
  });
});
