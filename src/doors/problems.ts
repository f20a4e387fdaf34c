/** Every code that the API can answer with, its HTTP status and its title: those of the doors here, those of the rules in the core. */
import { REFUSALS, type RefusalCode } from '../domain/stay/refusals.js';
import type { ObjectionRefusal } from '../ledger/billing/billing-ledger.js';

const DOOR_PROBLEMS = {
  'not-json': { status: 400, title: 'The body is not JSON' },
  'no-token': { status: 401, title: 'A bearer token is needed' },
  'invalid-token': { status: 401, title: 'The token is not accepted' },
  'token-claims': { status: 403, title: 'The token does not say which party, unit and roles its bearer has' },
  'not-allowed': { status: 403, title: 'Not for this party, unit or role' },
  'by-disagrees': { status: 403, title: '`by` does not agree with the token' },
  'only-systems': { status: 403, title: 'Only a token of party `system` transports what others have done' },
  'no-such-route': { status: 404, title: 'No such route' },
  'no-such-stay': { status: 404, title: 'No such stay' },
  'no-such-notice': { status: 404, title: 'No such notice in this inbox' },
  'no-such-message': { status: 404, title: 'No such message' },
  'inte-parkerad': { status: 409, title: 'Meddelandet är inte parkerat: bara det som väntar på sitt vårdtillfälle kan slängas.' },
  'no-such-delivery': { status: 404, title: 'No such delivery' },
  'no-such-endpoint': { status: 404, title: 'No such receiver of notices' },
  'leverans-inte-misslyckad': { status: 409, title: 'Meddelandet är framme, eller på väg: bara det som misslyckats sänds om.' },
  'ingen-vag': { status: 409, title: 'Fördelningen (ROUTING_FILE) har ingen väg för enheten.' },
  'no-such-region': { status: 404, title: 'No such region' },
  'no-such-month': { status: 404, title: 'No such month' },
  'ingen-faktura': { status: 404, title: 'There is no such invoice: nothing to pay, or not that many notes' },
  'fakturan-inte-gjord': { status: 404, title: 'The invoice exists, but its file has not been made yet' },
  'no-such-payer': { status: 404, title: 'The month has no such payer' },
  'too-large': { status: 413, title: 'The body is larger than 1 MiB' },
  'not-json-type': { status: 415, title: 'A body must be sent as application/json' },
  'clock-not-simulated': { status: 409, title: 'Only a simulated clock is held back by feeds' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'too-many-streams': { status: 429, title: 'Too many streams of this inbox are open' },
  'headers-too-large': { status: 431, title: 'The headers, or the address, are too large' },
  'too-slow': { status: 408, title: 'The request did not come in time' },
  'not-http': { status: 400, title: 'The request is not HTTP' },
  internal: { status: 500, title: 'Something went wrong in the service' },
  'temporal-unavailable': { status: 503, title: 'Temporal cannot be reached just now' },
  'ledger-unavailable': { status: 503, title: 'The ledger cannot be reached just now' },
  'issuer-unavailable': { status: 503, title: "The tokens' issuer cannot be reached just now" },
  'accesses-unavailable': { status: 503, title: 'The access could not be logged just now, so nothing is shown' },
  overloaded: { status: 503, title: 'The service has too much to do just now' },
} as const satisfies Record<string, { status: number; title: string }>;

/** Why something in a month's cycle is not taken. */
const CYCLE_PROBLEMS = {
  'okand-invandning': { status: 404, title: 'Invändningen finns inte.' },
  'vardtillfallet-ej-i-underlaget': { status: 409, title: 'Vårdtillfället finns inte i kommunens underlag.' },
  'manaden-inte-sand': { status: 409, title: 'Månadens underlag är inte sänt än.' },
  'redan-besvarad': { status: 409, title: 'Invändningen är redan besvarad.' },
  'inte-avvisad': { status: 409, title: 'Invändningen är inte avvisad, eller kan inte längre bestridas.' },
  'redan-avgjord': { status: 409, title: 'Invändningen är redan avgjord.' },
  'ingen-tolkningsinstans': { status: 409, title: 'Överenskommelsen har ingen tolkningsinstans.' },
  'inte-rattad': { status: 409, title: 'Vårdtillfällets uppgifter har inte rättats sedan invändningen.' },
  'invandning-finns': { status: 409, title: 'Det finns redan en öppen invändning mot vårdtillfället.' },
} as const satisfies Record<Exclude<ObjectionRefusal, 'id-anvant' | 'gallrad'>, { status: number; title: string }>;

export type DoorProblemCode = keyof typeof DOOR_PROBLEMS;
export type ProblemCode = DoorProblemCode | RefusalCode | ObjectionRefusal;

/** A field that is wrong: its path from the body's root, parts joined by dots; empty for the whole. */
export interface FieldError {
  path: string;
  message: string;
}

/** Why something was not done. `detail` is for whoever reads it: Swedish for a rule of care, English for a technical reason. */
export interface Problem {
  code: ProblemCode;
  detail?: string | undefined;
  errors?: FieldError[] | undefined;
  retryAfterSeconds?: number | undefined;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** All codes, for the API's documentation and for tests. */
export const PROBLEMS: Record<ProblemCode, { status: number; title: string }> = {
  ...(Object.fromEntries(Object.entries(REFUSALS).map(([code, { status, sv }]) => [code, { status, title: sv }])) as Record<
    RefusalCode,
    { status: number; title: string }
  >),
  ...CYCLE_PROBLEMS,
  ...DOOR_PROBLEMS,
};

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

export const refuse = (code: ProblemCode, detail?: string, errors?: FieldError[]): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { code, detail, errors },
});
