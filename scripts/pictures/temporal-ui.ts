/** The pages of the Temporal UI 2.54 as somebody with a mouse goes about them: what the pictures and the test of the UI have in common. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

export const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
export const hasChromium = (): boolean => existsSync(CHROMIUM);

/** Nothing but the pages that it is told to open. */
const ARGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What process owners want to see of a list, in this order: docs/watching.md tells them to choose the same. */
export const COLUMNS = ['Workflow ID', 'Fas', 'Frist', 'FristTid', 'Avvikelser', 'BollenHos'] as const;
/** Where the UI keeps each namespace's columns, in the browser's own storage. */
export const COLUMNS_KEY = 'namespace-workflow-table-columns';

/** A machine that is busy with other things takes its time. */
const PATIENCE_MS = 90_000;

export const startBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGS });

/** A browser's profile of its own: Swedish, in Swedish time. */
export async function newVisitor(browser: Browser, viewport = { width: 1440, height: 1000 }): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport, locale: 'sv-SE', timezoneId: 'Europe/Stockholm' });
  context.setDefaultTimeout(PATIENCE_MS);
  context.setDefaultNavigationTimeout(PATIENCE_MS);
  return context;
}

export interface Place {
  uiUrl: string;
  namespace?: string;
}

const workflowsOf = ({ uiUrl, namespace = 'default' }: Place): string => `${uiUrl}/namespaces/${namespace}/workflows`;

/** Opens the list that a visibility query finds, and waits for its rows. */
export async function openList(page: Page, place: Place, query: string): Promise<void> {
  await page.goto(`${workflowsOf(place)}?query=${encodeURIComponent(query)}`);
  await page.getByTestId('workflows-summary-table-configuration-button').waitFor();
  await page.locator('tbody a[href*="/workflows/"]').first().waitFor();
}

/** Chooses the columns as anybody does it: the button below the list, then removing and adding one by one. */
export async function chooseColumns(page: Page): Promise<void> {
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  const wanted: readonly string[] = COLUMNS;
  const item = (column: string, act: 'add' | 'remove'): Locator => page.getByTestId(`orderable-list-item-${column}-${act}-button`);
  for (const column of ['Status', 'Run ID', 'Type', 'Start', 'End'].filter((name) => !wanted.includes(name)))
    await item(column, 'remove').click();
  for (const column of wanted.filter((name) => name !== 'Workflow ID')) await item(column, 'add').click();
  await page.getByTestId('drawer-close-button').click();
}

/** The cells of each row by their column's name. */
export async function rowsOf(page: Page): Promise<Record<string, string>[]> {
  const clean = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const heads = (await page.locator('thead tr').last().locator('th').allInnerTexts()).map(clean);
  const rows: Record<string, string>[] = [];
  for (const row of await page.locator('tbody tr').all()) {
    const cells = (await row.locator('td').allInnerTexts()).map(clean);
    rows.push(Object.fromEntries(heads.map((head, index) => [head, cells[index] ?? ''])));
  }
  return rows;
}

/** Opens a workflow at its timeline. */
export async function openWorkflow(page: Page, place: Place, workflowId: string): Promise<void> {
  await page.goto(`${workflowsOf(place)}/${encodeURIComponent(workflowId)}`);
  await page.waitForURL(/\/timeline/);
  await page.getByRole('button', { name: 'More Actions' }).waitFor();
}

/** For a visitor whose codec server is away; the page has a hidden text of the same words. */
export const codecAway = (page: Page): Locator => page.getByText('Codec Server could not connect').filter({ visible: true }).first();

export type Tab = 'Timeline' | 'Event History' | 'Queries' | 'User Metadata' | 'Search Attributes' | 'Memo';

export async function openTab(page: Page, tab: Tab): Promise<void> {
  const name = new RegExp(`^${tab}`);
  await page.getByRole('tab', { name }).or(page.getByRole('link', { name })).first().click();
}

/** What stands under User Metadata; it is shown in frames of its own, as Markdown. Pressing R reads it anew, as the page itself says. */
export async function metadataText(page: Page, isThere: (text: string) => boolean): Promise<string> {
  await openTab(page, 'User Metadata');
  const until = Date.now() + PATIENCE_MS;
  let text = '';
  for (let look = 1; Date.now() < until; look += 1) {
    const texts = await Promise.all(
      page
        .frames()
        .slice(1)
        .map((frame) =>
          frame
            .locator('body')
            .textContent({ timeout: 1_000 })
            .catch(() => ''),
        ),
    );
    text = texts.join('\n');
    if (isThere(text)) return text;
    if (look % 10 === 0) await page.keyboard.press('r');
    await page.waitForTimeout(500);
  }
  throw new Error(`User Metadata shows ${text === '' ? 'nothing' : text}`);
}

/** Opens the form of More Actions, and in it the list of what can be sent. */
export async function openMessages(page: Page, kind: 'Update' | 'Signal'): Promise<Locator> {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: kind === 'Update' ? 'Send an Update' : 'Send a Signal' }).click();
  const form = page.locator('dialog[open]');
  await form.getByRole('button', { name: `Select a${kind === 'Update' ? 'n Update' : ' Signal'}` }).click();
  await form.getByRole('option').first().waitFor();
  return form;
}

/** Chooses the name and fills in the envelope; leaves it to be sent. */
export async function fillMessage(page: Page, kind: 'Update' | 'Signal', name: string, envelope: object): Promise<Locator> {
  const form = await openMessages(page, kind);
  await form.getByRole('option', { name: new RegExp(`^\\s*${name}(\\s|$)`) }).click();
  await form.getByRole('textbox', { name: 'Data' }).fill(JSON.stringify(envelope, null, 2));
  return form;
}
