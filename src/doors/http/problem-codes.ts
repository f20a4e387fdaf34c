/** Which problems a route can answer with: each status with its codes, told from what the route takes and touches. */
import { ACTION_NAMES } from '../../domain/stay/actions.js';
import { REFUSALS } from '../../domain/stay/refusals.js';
import { PROBLEMS, type ProblemCode } from '../problems.js';

/** A route as the document knows it. */
export interface Route {
  method: string;
  path: string;
  operationId: string;
  hasBody: boolean;
}

const OPEN = new Set(['/healthz', '/readyz']);
const UNCOUNTED = new Set(['/healthz', '/readyz', '/metrics']);
const ACTIONS: ReadonlySet<string> = new Set(ACTION_NAMES);

/** Whether whoever asks must show a token, where tokens are asked for. */
export const isGuarded = ({ path }: Route): boolean => !OPEN.has(path);
/** Whether requests are counted. */
export const isCounted = ({ path }: Route): boolean => !UNCOUNTED.has(path);

const refusals = (status: number): ProblemCode[] =>
  (Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]).filter((code) => REFUSALS[code].status === status);

/** Why what the parties of a month's cycle say is not taken. */
const CYCLE: Record<string, ProblemCode[]> = {
  objectionInvoice: ['id-anvant', 'manaden-inte-sand', 'vardtillfallet-ej-i-underlaget', 'invandning-finns', 'gallrad'],
  answerInvoice: ['id-anvant', 'redan-besvarad', 'inte-rattad', 'gallrad'],
  disputeInvoice: ['id-anvant', 'inte-avvisad', 'redan-avgjord', 'ingen-tolkningsinstans', 'gallrad'],
  decisionInvoice: ['id-anvant', 'redan-avgjord', 'inte-avvisad', 'ingen-tolkningsinstans', 'gallrad'],
};

/** By status, the codes in order; a status that cannot be is not there. */
export function problemsOf(route: Route): Map<number, ProblemCode[]> {
  const codes = [...bodyCodes(route), ...accessCodes(route), ...placeCodes(route), ...conflictCodes(route), ...alwaysCodes(route)];
  const found = new Map<number, ProblemCode[]>();
  for (const code of [...new Set(codes)].sort()) {
    const { status } = PROBLEMS[code];
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

function bodyCodes({ hasBody, operationId, path, method }: Route): ProblemCode[] {
  const codes: ProblemCode[] = hasBody ? ['not-json', 'not-json-type', 'too-large', 'ogiltig-data'] : [];
  if (ACTIONS.has(operationId)) codes.push(...refusals(422));
  if (method !== 'get' || TAKES_QUERY.some((end) => path.endsWith(end))) codes.push('ogiltig-data');
  return codes;
}
const TAKES_QUERY = [
  '/stays',
  '/accesses',
  '/deliveries',
  '/messages',
  '/notices',
  '{month}',
  '/episodes.jsonl',
  '.pdf',
  '.csv',
  '.xlsx',
  '.xml',
  '/reports/{region}',
];

function accessCodes(route: Route): ProblemCode[] {
  if (!isGuarded(route)) return [];
  const codes: ProblemCode[] = ['no-token', 'invalid-token', 'token-claims', 'not-allowed', 'issuer-unavailable'];
  if (ACTIONS.has(route.operationId)) codes.push('by-disagrees', 'only-systems', ...refusals(403));
  if (isCycle(route)) codes.push('fel-enhet');
  if (isCycle(route) && route.method !== 'get') codes.push('by-disagrees');
  return codes;
}

function placeCodes(route: Route): ProblemCode[] {
  const { path, operationId } = route;
  if (!path.includes('{')) return [];
  const codes: ProblemCode[] = ['no-such-route'];
  if (path.includes('{stayId}') && operationId !== 'admit') codes.push('no-such-stay');
  if (path.includes('{month}')) codes.push('no-such-month');
  if (isCycle(route)) codes.push('no-such-payer');
  if (path.includes('{objectionId}')) codes.push('okand-invandning');
  if (operationId === 'retryDelivery') codes.push('no-such-delivery');
  if (operationId === 'enableEndpoint') codes.push('no-such-endpoint');
  if (path.includes('/messages/{id}')) codes.push('no-such-message');
  if (path.includes('{noticeId}')) codes.push('no-such-notice');
  if (operationId === 'retryDelivery') codes.push('no-such-delivery');
  if (operationId === 'enableEndpoint') codes.push('no-such-endpoint');
  if (path.startsWith('/v1/reports/')) codes.push('no-such-region');
  if (path.endsWith('/invoice.xml') || path.includes('/basis.')) codes.push('ingen-faktura', 'fakturan-inte-gjord');
  return codes;
}

function conflictCodes(route: Route): ProblemCode[] {
  const { operationId } = route;
  if (ACTIONS.has(operationId)) return refusals(409);
  if (operationId === 'admit') return ['id-anvant', 'gallrad'];
  if (operationId === 'dropMessage') return ['inte-parkerad'];
  if (operationId === 'renewFeed') return ['clock-not-simulated', 'id-anvant'];
  if (operationId === 'retryDelivery') return ['leverans-inte-misslyckad', 'ingen-vag'];
  if (operationId === 'enableEndpoint') return [];
  if (operationId === 'retryDelivery') return ['leverans-inte-misslyckad', 'ingen-vag'];
  if (route.method === 'get' || operationId === 'acknowledgeNotice' || operationId === 'enableEndpoint') return [];
  return CYCLE[operationId] ?? ['id-anvant'];
}

const NEEDS_NO_LEDGER = new Set(['/v1/clock', '/healthz', '/metrics']);

function alwaysCodes(route: Route): ProblemCode[] {
  const { path, method, operationId } = route;
  const codes: ProblemCode[] = isCounted(route) ? ['internal', 'overloaded', 'too-many-requests'] : ['overloaded'];
  if (operationId === 'readNotices') codes.push('too-many-streams');
  if (!NEEDS_NO_LEDGER.has(path)) codes.push('ledger-unavailable');
  if (path === '/readyz' || path.startsWith('/v1/stays/') || (isCycle(route) && method !== 'get')) codes.push('temporal-unavailable');
  if (path.startsWith('/v1/stays/') && isGuarded(route)) codes.push('accesses-unavailable');
  return codes;
}

const isCycle = ({ path, hasBody }: Route): boolean => path.startsWith('/v1/billing/') && (hasBody || path.endsWith('/objections'));
