/** The Temporal UI as a process owner uses it, in a real browser on the real program: the list, a stay's page, its timeline, an action sent by clicking; with and without the codec. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoneReceiver, goneReceiver } from '../../scripts/pictures/gone-receiver.js';
import { type StandingService, standingService } from '../../scripts/pictures/standing-service.js';
import {
  CHROMIUM,
  COLUMNS,
  COLUMNS_KEY,
  chooseColumns,
  codecAway,
  fillMessage,
  hasChromium,
  metadataText,
  newVisitor,
  openList,
  openMessages,
  openTab,
  openWorkflow,
  rowsOf,
  startBrowser,
} from '../../scripts/pictures/temporal-ui.js';
import { ACTION_NAMES, ACTIONS } from '../../src/domain/stay/actions.js';
import type { AccessLog } from '../../src/doors/access/access-log.js';
import { tokenAuth } from '../../src/doors/access/tokens.js';
import { codecGate } from '../../src/doors/codec/gate.js';
import { startCodecServer } from '../../src/temporal/codec-server.js';
import { payloadKeysFile, readKeysFile } from '../../src/temporal/keys.js';
import { temporalCli } from '../../src/temporal/tools.js';
import { AUDIENCE, startIssuer } from '../doors/issuer.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

const AT = '2019-03-13T10:00:00+01:00';
/** Late and utskrivningsklar; refused once; moved; early ones. */
const STAYS = ['0680-11', '0684-03', '0687-02', '0662-03', '0642-13'];
const LATE = 'stay/jonkoping/0680-11';
const RUNNING = 'WorkflowType = "stay" AND ExecutionStatus = "Running"';
const ENCRYPTED = Buffer.from('binary/encrypted').toString('base64');
const MARKER = 'Anhörig ringer på torsdag';

const NURSE = { party: 'slutenvard', unit: 'SE2321000131-T00000000102', role: 'sjukskoterska', name: 'Inlagt av processledare Kim Prov' };
const COORDINATOR = { party: 'vardcentral', unit: 'SE2321000131-T00000000681', role: 'vardsamordnare' };

const hasServer = ((): boolean => {
  try {
    return temporalCli() !== '';
  } catch {
    return false;
  }
})();
if (!hasChromium()) console.log(`skipped: no browser at ${CHROMIUM}; install chromium, or set CHROMIUM_PATH`);
else if (!hasServer) console.log('skipped: no Temporal CLI');

describe.skipIf(!hasChromium() || !hasServer)('the Temporal UI', () => {
  const folder = tempFolder('temporal-ui');
  let receiver: GoneReceiver;
  let service: StandingService;
  let browser: Browser;
  let visitor: BrowserContext;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    receiver = await goneReceiver(folder, '0680');
    service = await standingService({ folder: join(folder, 'service'), at: AT, stays: STAYS, env: receiver.env });
    browser = await startBrowser();
    visitor = await newVisitor(browser);
    page = await visitor.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('requestfailed', (request) => {
      // A page that is left drops what it was still waiting for.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`${request.url()} ${request.failure()?.errorText}`);
    });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    receiver?.close();
  }, 60_000);

  /** Of the people in the sample: who must not be seen without the codec, nor ever on the page itself. */
  const names = (): string[] =>
    readFileSync(join(ROOT, 'samples/2019-03-jonkoping.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { stay?: { stayId: string; patient: { name: string; personnummer: string } } }).stay)
      .filter((stay) => stay !== undefined && STAYS.includes(stay.stayId))
      .flatMap((stay) => [stay!.patient.name, stay!.patient.personnummer]);

  it('lists the stays with the columns that are chosen: phase, next deadline and its time, deviations, who has the ball', async () => {
    await openList(page, service, RUNNING);
    await chooseColumns(page);
    await expect
      .poll(async () => Object.keys((await rowsOf(page))[0] ?? {}), { timeout: 30_000 })
      .toEqual(expect.arrayContaining([...COLUMNS]));
    const rows = await rowsOf(page);
    expect(rows).toHaveLength(STAYS.length);
    const late = rows.find((row) => row['Workflow ID'] === LATE);
    expect(late).toMatchObject({ Fas: 'utskrivningsklar', Frist: 'utskrivning', Avvikelser: 'utskrivning' });
    expect(late?.['FristTid']).toMatch(/^10 mars 2019 14:02/);
    expect(late?.['BollenHos']).toContain('kommun/0680');
    expect(rows.find((row) => row['Workflow ID'] === 'stay/jonkoping/0684-03')).toMatchObject({ Fas: 'planering', Frist: 'kvittering' });
    const stored = await page.evaluate(
      (key) => (globalThis as unknown as { localStorage: { getItem(name: string): string | null } }).localStorage.getItem(key),
      COLUMNS_KEY,
    );
    expect((JSON.parse(stored ?? '{}') as Record<string, { label: string }[]>)['default']?.map(({ label }) => label)).toEqual([...COLUMNS]);
  });

  it('is opened at a question by a link of the API’s page, with the columns that were chosen', async () => {
    await page.goto(`${service.url}/docs/fragor`);
    await page.getByRole('link', { name: 'Försenade nu', exact: true }).first().click();
    const list = visitor.pages().at(-1)!;
    await list.locator('tbody a[href*="/workflows/"]').first().waitFor();
    expect((await rowsOf(list)).map((row) => [row['Workflow ID'], row['Avvikelser']])).toEqual([[LATE, 'utskrivning']]);
    if (list !== page) await list.close();
  });

  it('shows on the page of a stay its headline and its checklist in Swedish, and nobody’s identity', async () => {
    await openWorkflow(page, service, LATE);
    const text = await metadataText(page, (shown) => /Gjort/.test(shown) && /levereras/.test(shown));
    const headline = '0680-11 · inskriven 2019-03-07 16.40 · Kirurgavdelning Eken, Länssjukhuset Ryhov · kommun Jönköping (0680)';
    // In the static summary, and at the top of the page itself.
    expect(text.split(headline)).toHaveLength(3);
    for (const part of [
      'Utskrivningsklar sedan 2019-03-09 14.02',
      'En frist har passerat',
      'Bollen hos: Kirurgavdelning Eken, Länssjukhuset Ryhov · kommun Jönköping (0680)',
      'FÖRSENAD Utskrivning – Kirurgavdelning Eken, Länssjukhuset Ryhov, skulle ha varit klar 2019-03-10 14.02',
      'Individuell beräkning av betalningsansvar – kommun Jönköping (0680), från 2019-03-17 14.02',
      'Inte i tid: Utskrivning, 2019-03-10 14.02',
      'Utskrivningsklar till kommun Jönköping (0680), 2019-03-13',
      '☐ Utskriven',
      '☑ Inskrivningsmeddelande, 2019-03-08 00.40',
    ])
      expect(text).toContain(part);
    for (const name of names()) expect(text).not.toContain(name);
  });

  it('names the timers and the activities of the timeline', async () => {
    await openWorkflow(page, service, LATE);
    await page
      .getByText('Påminnelse: Individuell beräkning av betalningsansvar – kommun Jönköping (0680), från 2019-03-17 14.02')
      .first()
      .waitFor();
    await page
      .getByText(/Sparar händelse \d+(–\d+)? i registret/)
      .first()
      .waitFor();
  });

  it('describes every action, as update and as signal, where it is chosen', async () => {
    for (const kind of ['Update', 'Signal'] as const) {
      await openWorkflow(page, service, LATE);
      const form = await openMessages(page, kind);
      const options = await form.getByRole('option').allInnerTexts();
      for (const name of ACTION_NAMES)
        expect(options.map((option) => option.replace(/\s+/g, ' ').trim())).toContain(`${name} ${ACTIONS[name].beskrivning}`);
    }
  });

  it('sends an action by clicking, encrypted, and shows that it was accepted', async () => {
    await openWorkflow(page, service, LATE);
    const form = await fillMessage(page, 'Update', 'kommentera', { id: 'nodlage-1', by: NURSE, data: { text: MARKER } });
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.waitFor({ state: 'hidden' });
    await openTab(page, 'Event History');
    await page
      .getByText(/"accepted":true,"stayId":"0680-11","action":"kommentera"/)
      .first()
      .waitFor();
    expect(await metadataText(page, (shown) => /Senast: Kommentar/.test(shown))).toContain('Kirurgavdelning Eken');
    const history = await (await fetch(`${service.uiUrl}/api/v1/namespaces/default/workflows/${encodeURIComponent(LATE)}/history`)).text();
    expect(history).toContain('kommentera');
    expect(history).toContain(ENCRYPTED);
    for (const said of [MARKER, 'Kim Prov']) for (const form of readings(said)) expect(history).not.toContain(form);
  });

  it('shows that an action was refused, and why: in the answer, and on the page', async () => {
    await openWorkflow(page, service, LATE);
    const data = { tidpunkt: '2019-03-13T09:00:00+01:00', plats: 'video', narvarande: [{ part: 'kommun' }] };
    const form = await fillMessage(page, 'Update', 'hall-svpl', { id: 'nodlage-2', by: COORDINATOR, data });
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.waitFor({ state: 'hidden' });
    await openTab(page, 'Event History');
    await page
      .getByText(/"accepted":false,"code":"svpl-ej-kallad"/)
      .first()
      .waitFor();
    const text = await metadataText(page, (shown) => /Avvisade åtgärder/.test(shown));
    expect(text).toMatch(/SVPL genomförd 2019-03-13 \S+: .+\./);
  });

  it('has nothing to complain of', () => {
    expect(problems).toEqual([]);
  });

  it('shows a processledare who is logged in what happens, and neither who the patient is nor what anybody wrote', async () => {
    const issuer = await startIssuer();
    const { rows, accesses } = countedRows();
    const codec = await startCodecServer({
      host: '127.0.0.1',
      port: 0,
      keys: readKeysFile(payloadKeysFile(join(folder, 'service/data'))) ?? [],
      uiOrigins: [service.uiUrl],
      gate: codecGate({
        auth: tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE }),
        accesses,
        ledger: { regionsOf: async () => new Map() },
        namespace: 'default',
        regions: ['jonkoping'],
      }),
    });
    const owner = await newVisitor(browser);
    const own = await owner.newPage();
    const token = await issuer.token({ party: 'region', unit: 'jonkoping', roles: ['processledare'] });
    // As a proxy does that has logged somebody in.
    await own.route(
      (url) => url.href.startsWith(service.codecUrl),
      async (route) => {
        const { pathname } = new URL(route.request().url());
        const headers = { ...route.request().headers(), host: new URL(codec.url).host, authorization: `Bearer ${token}` };
        // What was under way when the page is left has nobody to answer.
        const response = await route.fetch({ url: `${codec.url}${pathname}`, headers }).catch(() => undefined);
        await (response === undefined ? route.abort() : route.fulfill({ response })).catch(() => undefined);
      },
    );
    try {
      await openWorkflow(own, service, LATE);
      const text = await metadataText(own, (shown) => /Gjort/.test(shown));
      expect(text).toContain('Bollen hos: Kirurgavdelning Eken');
      await openWorkflow(own, service, LATE);
      await own
        .getByText(/Påminnelse: Individuell beräkning/)
        .first()
        .waitFor();
      const seen = [text, await own.locator('body').textContent()];
      await openTab(own, 'Event History');
      await own
        .getByText(/"accepted":true,"stayId":"0680-11","action":"kommentera"/)
        .first()
        .waitFor();
      seen.push(await own.locator('body').textContent());
      for (const word of [...names(), MARKER]) for (const one of seen) expect(one).not.toContain(word);
      expect(new Set(rows)).toEqual(new Set(['codec.decode seen']));
    } finally {
      // What the page still waits for is dropped with it.
      await own.unrouteAll({ behavior: 'ignoreErrors' });
      await owner.close();
      await codec.close();
      await issuer.stop();
    }
  });

  it('shows without the codec that there is a stay, where it stands and when, and not a word more', async () => {
    const outsider = await newVisitor(browser);
    const away = await outsider.newPage();
    await away.route(
      (url) => url.href.startsWith(service.codecUrl),
      (route) => route.abort(),
    );
    try {
      await openWorkflow(away, service, LATE);
      await codecAway(away).waitFor();
      await away.getByText(ENCRYPTED).first().waitFor();
      const seen = [await away.locator('body').textContent()];
      await openTab(away, 'Event History');
      await away.getByText('Workflow Execution Update Completed').first().waitFor();
      seen.push(await away.locator('body').textContent());
      const metadata = await metadataText(away, (shown) => shown.includes('No Current Details'));
      expect(metadata.trim()).toBe('No Current Details');
      await openTab(away, 'Search Attributes');
      await away.getByText('"utskrivningsklar"').first().waitFor();
      const attributes = await away.locator('body').textContent();
      expect(attributes).toContain('"Fas": "utskrivningsklar"');
      seen.push(attributes);
      for (const word of [...names(), MARKER, 'Kim Prov', 'Länssjukhuset', 'Påminnelse', 'Sparar', 'Bollen hos:'])
        for (const text of seen) expect(text).not.toContain(word);
    } finally {
      await outsider.close();
    }
  });
});

/** A log of accesses of which the test knows what was written. */
function countedRows(): { rows: string[]; accesses: AccessLog } {
  const rows: string[] = [];
  return { rows, accesses: { note: async (_caller, operation, outcome) => void rows.push(`${operation} ${outcome}`) } };
}

/** A text as it is, and as its bytes may stand in base64, whatever stands before it. */
function readings(text: string): string[] {
  const shifted = [0, 1, 2].map((before) => {
    const base64 = Buffer.from(' '.repeat(before) + text).toString('base64');
    return base64.slice(before === 0 ? 0 : before + 1, -4);
  });
  return [text, ...shifted];
}
