/** Makes the pictures of docs/watching.md, from the sample month and the real Temporal UI: `npm run pictures`. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { goneReceiver } from './pictures/gone-receiver.js';
import { type StandingService, standingService } from './pictures/standing-service.js';
import {
  CHROMIUM,
  chooseColumns,
  codecAway,
  fillMessage,
  hasChromium,
  metadataText,
  newVisitor,
  openList,
  openTab,
  openWorkflow,
  startBrowser,
} from './pictures/temporal-ui.js';

const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const MAX_BYTES = 250_000;

/** A Wednesday morning in the middle of the month, and stays of every kind that is open then. */
const AT = '2019-03-13T10:00:00+01:00';
const STAYS = [
  '0604-01',
  '0604-02',
  '0617-05',
  '0642-10',
  '0642-13',
  '0662-02',
  '0662-03',
  '0680-11',
  '0680-15',
  '0683-01',
  '0684-01',
  '0684-03',
  '0685-01',
  '0687-02',
];
const LATE = 'stay/jonkoping/0680-11';
const WITH_TIMERS = 'stay/jonkoping/0617-05';
const WIDE = { width: 1600, height: 780 };
const TALL = { width: 1600, height: 1900 };
/** What stands to the left of every page is the UI's own menu. */
const MENU = 256;

const COORDINATOR = {
  party: 'vardcentral',
  unit: 'SE2321000131-T00000000681',
  role: 'vardsamordnare',
  name: 'Inlagt av processledare Kim Prov',
};
const REFUSED = {
  id: 'nodlage-2019-03-13-1',
  by: COORDINATOR,
  data: { tidpunkt: '2019-03-13T09:00:00+01:00', plats: 'video', narvarande: [{ part: 'kommun' }] },
};

async function list(page: Page, service: StandingService): Promise<void> {
  await page.setViewportSize(WIDE);
  await openList(page, service, 'WorkflowType = "stay" AND ExecutionStatus = "Running"');
  await chooseColumns(page);
  await page.getByText('utskrivningsklar').first().waitFor();
  await settled(page);
  await page.screenshot({ path: picture('lista') });
}

async function timeline(page: Page, service: StandingService): Promise<void> {
  await page.setViewportSize(TALL);
  await openWorkflow(page, service, WITH_TIMERS);
  await page.getByText('Påminnelse: ').first().waitFor();
  await page.getByText('Sparar händelse').first().waitFor();
  await below(page, 'Timeline', 560, 'tidslinje');
}

async function acting(page: Page, service: StandingService): Promise<void> {
  await page.setViewportSize(TALL);
  await openWorkflow(page, service, LATE);
  const form = await fillMessage(page, 'Update', 'hall-svpl', REFUSED);
  await settled(page);
  await form.screenshot({ path: picture('atgard') });
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.waitFor({ state: 'hidden' });
  await openTab(page, 'Event History');
  const answer = page.getByText(/"accepted":false/).first();
  await answer.waitFor();
  await page.locator('tbody tr').filter({ has: answer }).first().click();
  await below(page, 'Event History', 640, 'svar');
}

/** Last, so that what was refused is on it. */
async function stay(page: Page, service: StandingService): Promise<void> {
  await page.setViewportSize(TALL);
  await openWorkflow(page, service, LATE);
  await metadataText(page, (text) => /Avvisade åtgärder/.test(text) && /levereras/.test(text));
  await settled(page);
  const clip = { x: MENU, y: 60, width: TALL.width - MENU, height: TALL.height - 60 };
  await page.screenshot({ path: picture('vardtillfalle'), clip });
}

async function encrypted(browser: Browser, service: StandingService): Promise<void> {
  const outsider = await newVisitor(browser, WIDE);
  const page = await outsider.newPage();
  await page.route(
    (url) => url.href.startsWith(service.codecUrl),
    (route) => route.abort(),
  );
  await openWorkflow(page, service, LATE);
  await codecAway(page).waitFor();
  await settled(page);
  await page.screenshot({ path: picture('krypterat') });
  await outsider.close();
}

const picture = (name: string): string => join(PICTURES, `${name}.png`);

/** What is still on its way is there, and no notice covers it. */
async function settled(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(2_000);
}

/** The part of the page that begins with that heading. */
async function below(page: Page, heading: string, height: number, name: string): Promise<void> {
  await settled(page);
  const box = await page.getByRole('heading', { name: heading, exact: true }).first().boundingBox();
  if (box === null) throw new Error(`no heading ${heading}`);
  const { width } = TALL;
  await page.screenshot({ path: picture(name), clip: { x: box.x - 16, y: box.y - 16, width: width - box.x + 16, height } });
}

async function main(): Promise<void> {
  if (!hasChromium()) throw new Error(`no browser at ${CHROMIUM}; install chromium, or set CHROMIUM_PATH`);
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const receiver = await goneReceiver(folder, '0680');
  try {
    const service = await standingService({ folder: join(folder, 'service'), at: AT, stays: STAYS, env: receiver.env });
    const browser = await startBrowser();
    try {
      mkdirSync(PICTURES, { recursive: true });
      const page = await (await newVisitor(browser, WIDE)).newPage();
      for (const make of [list, timeline, acting, stay]) await make(page, service);
      await encrypted(browser, service);
    } finally {
      await browser.close();
      await service.stop();
    }
  } finally {
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const name of ['lista', 'vardtillfalle', 'tidslinje', 'atgard', 'svar', 'krypterat']) {
    const { size } = statSync(picture(name));
    if (size > MAX_BYTES) throw new Error(`${name}.png is ${size} bytes, more than ${MAX_BYTES}`);
    process.stderr.write(`docs/pictures/${name}.png ${size} bytes\n`);
  }
}

await main();
