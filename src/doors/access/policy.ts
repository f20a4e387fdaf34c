/** Who may use which route: one table, read by people and by the door. What a route shows of a stay is the stay's to judge. */
import type { Party } from '../../domain/ids.js';
import type { Caller } from './caller.js';
import { LOGGRANSKARE, WITHOUT_WORK } from './claims.js';

export interface Asked {
  params: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, unknown>>;
  /** Whether a tolkningsinstans interprets an agreement of the region. */
  interprets(tolkningsinstans: string, region: string): boolean;
}

export interface Rule {
  /** For people: docs/access.md has the same words. */
  who: string;
  may(caller: Caller, asked: Asked): boolean;
}

type May = Rule['may'];
const anyOf =
  (...rules: May[]): May =>
  (caller, asked) =>
    rules.some((may) => may(caller, asked));

/** Of the party, with one of the roles; without roles any role of the party's work. */
const of =
  (party: Party, ...roles: string[]): May =>
  (caller) =>
    caller.party === party && (roles.length === 0 ? works(caller) : caller.roles.some((role) => roles.includes(role)));
/** Reading who has read, and keeping the service running, is no work with patients. */
const works = ({ party, roles }: Caller): boolean => party === 'system' || roles.some((role) => !WITHOUT_WORK.includes(role));
const both =
  (one: May, other: May): May =>
  (caller, asked) =>
    one(caller, asked) && other(caller, asked);

const ownUnit: May = ({ unit }, { params }) => params['unit'] === unit;
const ownRegion: May = ({ unit }, { params }) => params['region'] === unit;
const ownPart: May = ({ unit }, { params }) => params['payer'] === unit;
const ownIfSaid =
  (name: string): May =>
  ({ unit }, { query }) =>
    query[name] === undefined || query[name] === unit;
const interprets: May = ({ unit }, asked) => asked.interprets(unit, asked.params['region'] ?? '');

const ECONOMY = ['ekonom', 'processledare'] as const;
const regionReads = both(of('region', ...ECONOMY), ownRegion);
const regionActs = both(of('region', 'ekonom'), ownRegion);
const kommunReads = both(of('kommun'), ownPart);
const kommunActs = both(of('kommun', 'ekonom'), ownPart);
const tolkReads = both(of('tolkningsinstans'), interprets);

const WHO = {
  stay: 'whoever is something to the stay (404 for a stranger); what is seen goes by the role',
  act: 'whoever is something to the stay (404 for a stranger), and whose role may do it (403)',
  region: 'region ekonom, processledare of the region',
  regionActs: 'region ekonom of the region',
  part: 'region ekonom, processledare of the region; kommun: its own part',
  disputed: 'region ekonom, processledare of the region; kommun: its own part; tolkningsinstans: what is, or was, disputed',
  kommunActs: 'kommun ekonom: its own part',
  anyone: 'every caller',
  system: 'system',
} as const;

const anyone: Rule = { who: WHO.anyone, may: () => true };
const judgedByStay: Rule = { who: WHO.stay, may: () => true };
const region: Rule = { who: WHO.region, may: regionReads };
const part: Rule = { who: WHO.part, may: anyOf(regionReads, kommunReads) };
const disputed: Rule = { who: WHO.disputed, may: anyOf(regionReads, kommunReads, tolkReads) };
const byRegion: Rule = { who: WHO.regionActs, may: regionActs };
const byKommun: Rule = { who: WHO.kommunActs, may: kommunActs };
const operator: Rule = { who: 'region processledare: what is of its region', may: of('region', 'processledare') };
const messages: Rule = {
  who: 'region processledare, system: what is of its region',
  may: anyOf(of('region', 'processledare'), of('system')),
};
const rules: Rule = {
  who: 'region of the region; every kommun; tolkningsinstans of the region',
  may: anyOf(regionReads, of('kommun'), tolkReads),
};
const inbox: Rule = {
  who: 'the unit itself',
  may: both(anyOf(of('slutenvard'), of('vardcentral'), of('kommun'), of('region'), of('tolkningsinstans'), of('system')), ownUnit),
};

const MONTH = '/v1/billing/:region/:month';
const PAYER = `${MONTH}/:payer`;
const BOARD = '/tavla/:region';

/** By method and path, as the router has them. A route that is not here is nobody's. */
export const POLICY: Readonly<Record<string, Rule>> = {
  'PUT /v1/stays/:stayId': {
    who: 'slutenvard: to its own ward; system: to its own region',
    may: anyOf(of('slutenvard'), of('system')),
  },
  'GET /v1/stays/:stayId': judgedByStay,
  'POST /v1/stays/:stayId/actions/*': { who: WHO.act, may: () => true },
  'GET /v1/stays/:stayId/accesses': {
    who: "region processledare, loggranskare of the stay's region (404 for a stranger, 403 for everybody else)",
    may: () => true,
  },
  'GET /v1/stays': {
    who: 'slutenvard, vardcentral, kommun, region: the cases of their own unit',
    may: both(anyOf(of('slutenvard'), of('vardcentral'), of('kommun'), of('region')), ownIfSaid('unit')),
  },
  'GET /v1/units/:unit/notices': inbox,
  'POST /v1/units/:unit/notices/:noticeId/ack': inbox,
  'GET /v1/units/:unit/accesses': {
    who: 'loggranskare of the unit; verksamhetschef of the vårdcentral; region processledare, loggranskare: where it is about stays of the region',
    may: anyOf(
      both((caller) => caller.roles.includes(LOGGRANSKARE), ownUnit),
      both(of('vardcentral', 'verksamhetschef'), ownUnit),
      of('region', 'processledare', LOGGRANSKARE),
    ),
  },
  'GET /v1/messages': messages,
  'GET /v1/messages/:message': messages,
  'POST /v1/messages/:message/drop': operator,
  'GET /v1/deliveries': operator,
  'POST /v1/deliveries/:deliveryId/retry': operator,
  'GET /v1/endpoints': operator,
  'POST /v1/endpoints/:endpoint/enable': operator,
  [`GET ${MONTH}`]: { who: WHO.part, may: anyOf(regionReads, both(of('kommun'), ownIfSaid('payer'))) },
  [`GET ${MONTH}/episodes.jsonl`]: { who: WHO.part, may: anyOf(regionReads, of('kommun')) },
  [`GET ${MONTH}/rules`]: rules,
  [`GET ${PAYER}/basis.pdf`]: part,
  [`GET ${PAYER}/basis.xlsx`]: part,
  [`GET ${PAYER}/basis.csv`]: part,
  [`GET ${PAYER}/invoice.xml`]: part,
  [`GET ${PAYER}/stays/:stayId/proof`]: disputed,
  [`GET ${PAYER}/objections`]: disputed,
  [`POST ${PAYER}/objections`]: byKommun,
  [`POST ${PAYER}/objections/:objectionId/answer`]: byRegion,
  [`POST ${PAYER}/objections/:objectionId/dispute`]: byKommun,
  [`POST ${PAYER}/objections/:objectionId/decision`]: {
    who: 'tolkningsinstans ledamot; where the agreement has none, whoever gives in: region ekonom, or kommun ekonom',
    may: anyOf(both(of('tolkningsinstans', 'ledamot'), interprets), regionActs, kommunActs),
  },
  [`POST ${PAYER}/hold`]: byRegion,
  [`POST ${PAYER}/release`]: byRegion,
  [`POST ${PAYER}/approve`]: byRegion,
  'GET /v1/reports/:region': {
    who: 'region ekonom, processledare of the region; tolkningsinstans of the region',
    may: anyOf(regionReads, tolkReads),
  },
  'POST /v1/reports/:region/imports/:kind': region,
  'GET /v1/clock': anyone,
  'GET /metrics': { who: 'region processledare, system', may: anyOf(of('region', 'processledare'), of('system')) },
  'PUT /v1/clock/feeds/:feedId': { who: WHO.system, may: of('system') },
  'GET /tavla/': { who: 'region, kommun, tolkningsinstans: each its own', may: anyOf(of('region'), of('kommun'), of('tolkningsinstans')) },
  [`GET ${BOARD}`]: region,
  [`GET ${BOARD}/sa-raknas-det`]: rules,
  [`GET ${BOARD}/:month`]: region,
  [`GET ${BOARD}/:month/:payer`]: part,
  [`POST ${BOARD}/:month/:payer`]: { who: `${WHO.part}; each form by whose act it is`, may: anyOf(regionReads, kommunReads) },
  [`GET ${BOARD}/:month/:payer/:stayId`]: disputed,
  [`POST ${BOARD}/:month/:payer/:stayId`]: { who: `${WHO.disputed}; each form by whose act it is`, may: disputed.may },
  'GET /fhir/R4/Encounter/:id': judgedByStay,
  'GET /fhir/R4/Encounter': judgedByStay,
  'POST /fhir/R4': { who: WHO.system, may: of('system') },
  'POST /fhir/R4/Encounter': { who: WHO.system, may: of('system') },
  'PUT /fhir/R4/Encounter/:id': { who: WHO.system, may: of('system') },
};

/** Nothing of a patient is in these. */
export const OPEN: readonly string[] = [
  'GET /',
  'GET /docs*',
  'GET /openapi.json',
  'GET /healthz',
  'GET /readyz',
  'GET /fhir/R4/metadata',
  'GET /tavla/stil-*',
];

/** The table's key of a route: `HEAD` is as `GET`, and all actions are alike. */
export function routeKey(method: string, path: string): string {
  const verb = method === 'HEAD' ? 'GET' : method;
  if (path === '/tavla') return `${verb} /tavla/`;
  return `${verb} ${path.replace(/^\/v1\/stays\/:stayId\/actions\/.+$/, '/v1/stays/:stayId/actions/*')}`;
}

export const isOpen = (key: string): boolean =>
  OPEN.some((open) => (open.endsWith('*') ? key.startsWith(open.slice(0, -1)) : key === open));
