/** Deliveries and receivers as operators ask for them: a region's own, or everything where nobody is asked who they are. */
import type { Instant } from '../domain/calendar.js';
import type { DeliveriesQuery, DeliveryLedger, DeliveryRow, EndpointState, Retried } from '../ledger/deliveries/delivery-ledger.js';
import type { Page } from '../ledger/page.js';
import type { Routing } from '../out/notices/routing.js';

/** `host`: a webhook's; its whole address may hold a secret. */
export type ShownEndpoint = EndpointState & { host?: string | undefined };

export interface DeliveryDesk {
  ofStay(stayId: string): Promise<DeliveryRow[]>;
  /** Undefined when the cursor is none of ours. */
  list(query: DeliveriesQuery): Promise<Page<DeliveryRow> | undefined>;
  retry(id: number, region?: string): Promise<Retried>;
  endpoints(region?: string): Promise<ShownEndpoint[]>;
  /** False when the region has no such receiver. */
  enable(endpoint: string, region?: string): Promise<boolean>;
}

export interface DeliveryDeskDeps {
  ledger: DeliveryLedger;
  routing: { current(): Routing; refresh(): void };
  /** Domain time. */
  clock: { now(): Instant };
}

export function deliveryDesk({ ledger, routing, clock }: DeliveryDeskDeps): DeliveryDesk {
  const now = (): Routing => {
    routing.refresh();
    return routing.current();
  };
  const isOf = (current: Routing, endpoint: string, region: string | undefined): boolean =>
    current.endpoints.has(endpoint) && (region === undefined || (current.regionsOf(endpoint)?.has(region) ?? true));
  return {
    ofStay: (stayId) => ledger.deliveriesOfStay(stayId),
    list: (query) => ledger.listDeliveries(query),
    async retry(id, region) {
      const delivery = await ledger.findDelivery(id);
      if (delivery === undefined || (region !== undefined && delivery.region !== region)) return 'no-such-delivery';
      return ledger.retryDelivery({ id, endpoints: [...now().endpoints.keys()], at: clock.now(), realNow: Date.now() });
    },
    async endpoints(region) {
      const current = now();
      const known = new Map((await ledger.endpointStates()).map((state) => [state.endpoint, state]));
      return [...current.endpoints.values()]
        .filter(({ channel }) => isOf(current, channel, region))
        .map((endpoint) => ({
          ...(known.get(endpoint.channel) ?? untried(endpoint.channel)),
          ...(endpoint.kind === 'webhook' ? { host: new URL(endpoint.url).host } : {}),
        }));
    },
    async enable(endpoint, region) {
      return isOf(now(), endpoint, region) && (await ledger.enableEndpoint(endpoint));
    },
  };
}

const untried = (endpoint: string): EndpointState => ({
  endpoint,
  state: 'healthy',
  failures: 0,
  downSince: null,
  retryAt: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  lastError: null,
  waiting: 0,
});
