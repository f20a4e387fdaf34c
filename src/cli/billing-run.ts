/** `hemgang billing run`: starts the month's billing workflow, or shows how it stands. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainClock } from '../../workflows/clock.js';
import type { MonthlyBillingResult, MonthStage } from '../../workflows/month-messages.js';
import { isMonth } from '../../workflows/months.js';
import { loadAgreements } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import { openClock } from '../clock.js';
import type { Config } from '../config.js';
import { isInForceIn } from '../domain/agreement-in-force.js';
import { toSwedish } from '../domain/calendar.js';
import { TemporalUnavailable } from '../doors/gateway.js';
import { type BillingGateway, createBillingGateway } from '../temporal/billing-client.js';
import { connectLazily, createClient } from '../temporal/client.js';
import { loadKeys } from '../temporal/keys.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { kronor, table } from './swedish.js';
import { temporalAddress } from './temporal-connection.js';

export interface BillingRunOptions {
  region: string;
  /** `YYYY-MM` */
  month: string;
}

/** How long a month that is at work is waited for, in real milliseconds. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 250;

/** Answers 0 when the month is invoiced or waits for something, 1 when its billing failed, 2 when there is no such region or month. */
export async function run({ region, month }: BillingRunOptions, io: CommandIo): Promise<number> {
  return withConfig(io, async (config) => {
    const wrong = wrongUseOf(config, region, month);
    if (wrong.length > 0) return reportErrors(io, wrong, EXIT.wrongUse);
    const clock = clockOf(config);
    const connection = connectLazily(temporalAddress(config));
    try {
      const client = createClient(connection, config.temporal.namespace, loadKeys(config));
      return await startOrShow(createBillingGateway({ client, clock, timeoutMs: 5_000 }), { region, month }, io);
    } catch (error) {
      if (error instanceof TemporalUnavailable)
        return reportErrors(io, [`Temporal på ${temporalAddress(config).address} svarar inte: är tjänsten igång?`]);
      throw error;
    } finally {
      await connection.close();
    }
  });
}

/** The command itself, over whoever reaches the months. */
export async function startOrShow(billing: BillingGateway, { region, month }: BillingRunOptions, io: CommandIo): Promise<number> {
  const before = await billing.status(region, month);
  if (before.status !== 'done') {
    const started = before.status === 'running' ? 'running' : await billing.run(region, month);
    io.stdout.write(
      started === 'started'
        ? `Underlaget för ${month}, ${region}, är startat.\n`
        : `Underlaget för ${month}, ${region}, är redan på gång.\n`,
    );
  }
  const outcome = await outcomeOf(billing, { region, month });
  if ('error' in outcome) return reportErrors(io, [outcome.error.message]);
  if ('stage' in outcome) {
    const { stage } = outcome;
    io.stdout.write(
      `${month}, ${region}: ${STATES[stage?.state ?? 'lopande']}. ${(stage?.text ?? 'Den läses in.').replaceAll('**', '')}\n`,
    );
    return EXIT.done;
  }
  const { result } = outcome;
  io.stdout.write(`${month}, ${region}: fakturerad. Låst ${toSwedish(result.frozenAt)}, överenskommelse ${result.agreement}\n\n`);
  const rows = result.kommuner.map(({ payer, stays, amountOre }) => [payer, String(stays), kronor(amountOre)]);
  io.stdout.write(
    `${table(['Kommun', 'Vårdtillfällen', 'Belopp'], [...rows, ['Summa', String(result.stays), kronor(result.amountOre)]])}\n\n`,
  );
  io.stdout.write(`Fakturor: ${result.invoices.length === 0 ? 'inga' : result.invoices.join(', ')}\nUnderlaget: ${result.folder}\n`);
  return EXIT.done;
}

const STATES: Record<MonthStage['state'], string> = {
  lopande: 'pågår',
  preliminar: 'preliminär',
  last: 'låst',
  fakturerad: 'fakturerad',
};

type Outcome = { result: MonthlyBillingResult } | { error: Error } | { stage: MonthStage | undefined };

/** Its result; or where it stands when it waits for somebody, or has been at work for so long that nobody waits for it any longer. */
async function outcomeOf(billing: BillingGateway, { region, month }: BillingRunOptions): Promise<Outcome> {
  let ended: Outcome | undefined;
  billing.result(region, month).then(
    (result) => {
      ended = { result };
    },
    (error: Error) => {
      ended = { error };
    },
  );
  for (const until = Date.now() + PATIENCE_MS; ; ) {
    const stage = await billing.stage(region, month);
    if (ended !== undefined) return ended;
    if ((stage !== undefined && !stage.busy) || Date.now() >= until) return { stage };
    await sleep(LOOK_EVERY_MS);
  }
}

function wrongUseOf(config: Config, region: string, month: string): string[] {
  if (!isMonth(month)) return [`Månaden ${month} finns inte. Skriv den ÅÅÅÅ-MM.`];
  const loaded = loadAgreements(config.agreementsDir);
  if (!loaded.ok) return loaded.problems.map(problemText);
  const own = loaded.agreements.filter((agreement) => agreement.region === region);
  if (own.length === 0) {
    const known = [...new Set(loaded.agreements.flatMap((agreement) => agreement.region ?? []))].join(', ');
    return [`Regionen ${region} har ingen överenskommelse. De som har: ${known}.`];
  }
  return own.some((agreement) => isInForceIn(agreement.inForce, month)) ? [] : [`Ingen överenskommelse för ${region} gäller i ${month}.`];
}

/** The service's clock, when it has one; it is never made here. */
function clockOf(config: Config): DomainClock {
  if (!existsSync(join(config.dataDir, 'clock.json'))) return { start: Date.now(), realStart: Date.now(), scale: 1 };
  const { start, realStart, scale } = openClock(config);
  return { start, realStart, scale };
}
