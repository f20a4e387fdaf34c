/** Notices, receivers and routings for tests of what leaves. */
import type { OutgoingNotice } from '../../../src/ledger/deliveries/delivery-ledger.js';
import type { Routing, WebhookEndpoint } from '../../../src/out/notices/routing.js';
import { readRouting } from '../../../src/out/notices/routing-file.js';

/** Made up here; no receiver outside this machine knows them. */
export const SECRET = `whsec_${Buffer.from('en hemlighet av trettio byte!!').toString('base64')}`;
export const OLD_SECRET = `whsec_${Buffer.from('en aldre hemlighet av tretti!!').toString('base64')}`;

export const notice = (over: Partial<OutgoingNotice> = {}): OutgoingNotice => ({
  noticeId: 'vtf-1~4~meddela-utskrivningsklar~0680',
  to: { party: 'kommun', unit: '0680' },
  type: 'meddela-utskrivningsklar',
  stayId: 'vtf-1',
  reference: null,
  occurredAt: Date.parse('2019-03-05T11:00:00Z'),
  deadline: null,
  answered: 0,
  batch: null,
  ...over,
});

export const webhookAt = (url: string, secrets: readonly string[] = [SECRET]): WebhookEndpoint => ({
  kind: 'webhook',
  channel: 'webhook:test',
  url,
  secrets,
});

export const CONTEXT = {
  env: { SECRET, OLD_SECRET } as NodeJS.ProcessEnv,
  hasMail: true,
  withSecrets: true,
  agreements: [{ region: 'jonkoping', kommuner: [{ code: '0680', name: 'Jönköping', from: '2018-01-01', until: null }] }],
};

/** The routing of a text that is right. */
export function routingFrom(text: string): Routing {
  const read = readRouting('fordelning.yaml', text, CONTEXT);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.routing;
}
