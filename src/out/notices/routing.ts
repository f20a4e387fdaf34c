/** Which unit's notices go where: the routing file as data, and the rule that picks the ways of a notice. */
import { createHash } from 'node:crypto';
import type { RoutedNotice, Ways } from '../../ledger/deliveries/router.js';
import { INBOX } from '../../ledger/notify.js';
import type { RoutingFile } from './routing-schema.js';

export interface WebhookEndpoint {
  kind: 'webhook';
  channel: string;
  url: string;
  /** `whsec_…`, the newest first: each of them signs. */
  secrets: readonly string[];
}

export interface MailEndpoint {
  kind: 'epost';
  channel: string;
  address: string;
}

export type Endpoint = WebhookEndpoint | MailEndpoint;

export interface RoutingSettings {
  firstMs: number;
  longestMs: number;
  giveUpMs: number;
  timeoutMs: number;
  perEndpoint: number;
  perSecond: number;
  total: number;
  gatherMs: number;
}

export interface Routing {
  endpoints: ReadonlyMap<string, Endpoint>;
  settings: RoutingSettings;
  waysOf(notice: RoutedNotice): Ways;
  /** The regions whose notices may go to a channel; null: any. */
  regionsOf(channel: string): ReadonlySet<string> | null;
}

export const DEFAULT_SETTINGS: RoutingSettings = {
  firstMs: 5_000,
  longestMs: 30 * 60_000,
  giveUpMs: 72 * 3_600_000,
  timeoutMs: 15_000,
  perEndpoint: 4,
  perSecond: 20,
  total: 32,
  gatherMs: 120_000,
};

export const webhookChannel = (id: string): string => `webhook:${id}`;
export const mailChannel = (address: string): string => `epost:${address.toLowerCase()}`;

/** The routing that a checked file and its secrets, by endpoint, give. */
export function routingOf(file: RoutingFile, secretsOf: (id: string) => readonly string[]): Routing {
  const endpoints = new Map<string, Endpoint>();
  const channels = new Map<string, string[]>();
  for (const [id, { webhook, epost }] of Object.entries(file.endpoints ?? {})) {
    if (webhook !== undefined) {
      const channel = webhookChannel(id);
      endpoints.set(channel, { kind: 'webhook', channel, url: webhook.url, secrets: secretsOf(id) });
      channels.set(id, [channel]);
    }
    // An address is a receiver of its own, however many endpoints name it: its mails are gathered.
    for (const address of epost?.to ?? []) {
      const channel = mailChannel(address);
      endpoints.set(channel, { kind: 'epost', channel, address });
      channels.set(id, [...(channels.get(id) ?? []), channel]);
    }
  }
  const waysTo = (to: readonly string[]): Ways => ({
    inbox: to.includes(INBOX),
    channels: [...new Set(to.flatMap((id) => channels.get(id) ?? []))],
  });
  const routes = (file.routes ?? []).map((route) => ({ ...route, rank: rankOf(route), ways: waysTo(route.to) }));
  const defaults = new Map(Object.entries(file.defaults ?? {}).map(([party, to]) => [party, waysTo(to)]));
  const noWay: Ways = { inbox: false, channels: [] };

  const waysOf = (notice: RoutedNotice): Ways => {
    const fitting = routes.filter((route) => fits(route, notice));
    if (fitting.length === 0) return defaults.get(notice.party) ?? defaults.get('*') ?? noWay;
    const best = Math.max(...fitting.map(({ rank }) => rank));
    const ways = fitting.filter(({ rank }) => rank === best).map((route) => route.ways);
    return { inbox: ways.some(({ inbox }) => inbox), channels: [...new Set(ways.flatMap((way) => way.channels))] };
  };
  const regionsOf = (channel: string): ReadonlySet<string> | null => {
    const reaching = [...routes.filter(({ ways }) => ways.channels.includes(channel)).map(({ region }) => region)];
    if ([...defaults.values()].some((ways) => ways.channels.includes(channel)) || reaching.includes(undefined)) return null;
    return new Set(reaching.filter((region) => region !== undefined));
  };
  return { endpoints, settings: settingsOf(file), waysOf, regionsOf };
}

type Route = NonNullable<RoutingFile['routes']>[number];

const matches = (pattern: string, text: string): boolean =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;

const fits = ({ party, unit, region, types }: Route, notice: RoutedNotice): boolean =>
  (party === undefined || party === notice.party) &&
  (unit === undefined || matches(unit, notice.unit)) &&
  (region === undefined || region === notice.region) &&
  (types === undefined || types.some((type) => matches(type, notice.type)));

/**
 * The route that says most about the unit decides: its very id, else the longest beginning of it, else region and party alone. Those that say
 * equally much are united; where they take another type of notice, the next ones are asked.
 */
function rankOf({ unit, region, party }: Route): number {
  const ofUnit = unit === undefined ? 0 : unit.endsWith('*') ? unit.length : 1_000;
  return ofUnit * 4 + (region === undefined ? 0 : 2) + (party === undefined ? 0 : 1);
}

function settingsOf({ retry = {}, limits = {}, mail = {} }: RoutingFile): RoutingSettings {
  const of = (value: number | undefined, unit: number, otherwise: number): number => (value === undefined ? otherwise : value * unit);
  return {
    firstMs: of(retry.firstSeconds, 1_000, DEFAULT_SETTINGS.firstMs),
    longestMs: of(retry.longestMinutes, 60_000, DEFAULT_SETTINGS.longestMs),
    giveUpMs: of(retry.giveUpAfterHours, 3_600_000, DEFAULT_SETTINGS.giveUpMs),
    timeoutMs: of(retry.timeoutSeconds, 1_000, DEFAULT_SETTINGS.timeoutMs),
    perEndpoint: limits.perEndpoint ?? DEFAULT_SETTINGS.perEndpoint,
    perSecond: limits.perSecond ?? DEFAULT_SETTINGS.perSecond,
    total: limits.total ?? DEFAULT_SETTINGS.total,
    gatherMs: of(mail.gatherSeconds, 1_000, DEFAULT_SETTINGS.gatherMs),
  };
}

/** What tells one address from another, without being it: an address may hold a secret. */
export function addressDigest(endpoint: Endpoint): string {
  return createHash('sha256')
    .update(endpoint.kind === 'webhook' ? endpoint.url : endpoint.address)
    .digest('hex')
    .slice(0, 32);
}
