/** Notices that leave: the routing that the service starts with, and the dispatcher of the role worker. */
import type { Client } from '@temporalio/client';
import { type FileProblem, problemText } from '../agreements/yaml-file.js';
import type { Config } from '../config.js';
import type { Agreement } from '../domain/agreement.js';
import type { Instant } from '../domain/calendar.js';
import type { Ledger } from '../ledger/ledger.js';
import { dispatcher } from '../out/notices/dispatcher.js';
import { mailSender } from '../out/notices/mail.js';
import { type OpenRouting, openRouting } from '../out/notices/open-routing.js';
import { type LoadedRouting, loadRouting, type RoutingContext } from '../out/notices/routing-file.js';
import { webhookSender } from '../out/notices/webhook.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import { timedSender } from '../telemetry/metrics-out.js';
import { stayDeliveries } from '../temporal/stay-deliveries.js';

export type { LoadedRouting };

const contextOf = (
  config: Pick<Config, 'mail'>,
  agreements: readonly Agreement[],
  withSecrets: boolean,
  env: NodeJS.ProcessEnv,
): RoutingContext => ({ env, hasMail: config.mail !== undefined, withSecrets, agreements });

/** The routing as its file has it; its secrets only where something is sent. */
export function readRoutingOf(
  config: Pick<Config, 'routingFile' | 'mail'>,
  agreements: readonly Agreement[],
  withSecrets: boolean,
  env: NodeJS.ProcessEnv,
): LoadedRouting | { problems: FileProblem[] } {
  return loadRouting(config.routingFile, contextOf(config, agreements, withSecrets, env));
}

/** The routing that follows its file while the service runs; what can never match in it is warned about. */
export function followRouting(
  config: Pick<Config, 'routingFile' | 'mail'>,
  loaded: LoadedRouting,
  { agreements, withSecrets, log }: { agreements: readonly Agreement[]; withSecrets: boolean; log: Log },
): OpenRouting {
  for (const warning of loaded.warnings) log.warn(`ROUTING_FILE: ${problemText(warning)}`);
  return openRouting(config.routingFile, loaded, contextOf(config, agreements, withSecrets, process.env), log);
}

/** Starts sending; answers how it is stopped. */
export function startDispatcher({
  config,
  client,
  ledger,
  routing,
  clock,
  log,
  metrics,
}: {
  config: Pick<Config, 'mail' | 'publicUrl'>;
  client: Client;
  ledger: Ledger;
  routing: OpenRouting;
  clock: { now(): Instant };
  log: Log;
  metrics: Metrics;
}): () => Promise<void> {
  const { mail, publicUrl } = config;
  const post = mail === undefined ? undefined : mailSender({ smtpUrl: mail.smtpUrl, from: mail.from, publicUrl, now: Date.now });
  const running = dispatcher({
    ledger,
    routing,
    clock,
    log,
    senders: {
      webhook: timedSender(webhookSender({ publicUrl, now: Date.now }), 'webhook', metrics),
      epost: post && timedSender(post, 'epost', metrics),
    },
    stays: stayDeliveries(client),
    realNow: Date.now,
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  running.start();
  return async () => {
    await running.stop();
    post?.close();
  };
}
