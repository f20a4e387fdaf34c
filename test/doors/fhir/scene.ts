/** A service that speaks FHIR, without Temporal and database, and made-up patients told of in the manner of MedCom's HospitalNotification. */
import type { FastifyInstance } from 'fastify';
import { parseInstant, toIso } from '../../../src/domain/calendar.js';
import type { StayView } from '../../../src/domain/stay/view.js';
import { type DeskDeps, hospitalDesk } from '../../../src/doors/hospital/desk.js';
import { buildApp } from '../../../src/doors/http/app.js';
import type { AppDeps } from '../../../src/doors/http/deps.js';
import { memoryMessages } from '../memory-messages.js';
import { type MemoryService, memoryService } from '../memory-service.js';

export const at = (text: string): number => parseInstant(text) as number;
export const NOW = at('2019-03-20T12:00:00+01:00');
export const WARD = { hsaId: 'SE2321000057-AVD1', name: 'Medicinavdelning A' };
export const OTHER_WARD = { hsaId: 'SE2321000057-AVD2', name: 'Geriatriken' };
export const VARDCENTRAL = { hsaId: 'SE2321000057-VC01', name: 'Rosenlunds vårdcentral' };
export const PERSONNUMMER = '192201159809';

/** As loose as what comes out of JSON. */
export type Json = Record<string, ReturnType<typeof JSON.parse>>;

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Json;
  /** `severity code expression` of each issue. */
  issues: string[];
}

export interface Scene {
  service: MemoryService;
  app: FastifyInstance;
  post(body: unknown, path?: string, headers?: Record<string, string>): Promise<Answer>;
  put(id: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** The stay as the API shows it. */
  stay(id: string): Promise<StayView>;
}

export async function scene(overrides: Partial<AppDeps> = {}): Promise<Scene> {
  const service = memoryService(NOW);
  const deps = service.deps(overrides);
  const messages = memoryMessages({
    exists: (id) => service.stays.has(id),
    ended: (id) => service.stays.get(id)?.stay.ended != null,
  });
  const ledger = { ...deps.ledger, ...messages.ledger } as unknown as DeskDeps['ledger'];
  const hospital = hospitalDesk({ submit: deps.submit, ledger, now: () => service.now, door: 'fhir', patienceMs: 500 });
  const app = await buildApp({ hospital, ...deps });
  const send = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      method,
      url,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json = answer.body === '' ? {} : answer.json();
    return { status: answer.statusCode, headers: answer.headers, body: json, issues: issuesOf(json) };
  };
  return {
    service,
    app,
    post: (body, path = '', headers) => send('POST', `/fhir/R4${path}`, body, headers),
    put: (id, body, headers) => send('PUT', `/fhir/R4/Encounter/${id}`, body, headers),
    get: (path, headers) => send('GET', `/fhir/R4${path}`, undefined, headers),
    stay: async (id) => (await app.inject(`/v1/stays/${id}`)).json() as StayView,
  };
}

const issuesOf = (body: Json): string[] =>
  (body['issue'] ?? []).map((issue: Json) => [issue['severity'], issue['code'], ...(issue['expression'] ?? [])].join(' '));
export const errorsOf = ({ issues }: Answer): string[] =>
  issues.filter((issue) => issue.startsWith('error ')).map((issue) => issue.slice(6));

const HSA = 'urn:oid:1.2.752.129.2.1.4.1';
export const unit = ({ hsaId, name }: { hsaId: string; name: string }): Json => ({
  identifier: { system: HSA, value: hsaId },
  display: name,
});
const code = (name: string, valueCode: string) => ({ url: `urn:hemgang:fhir:${name}`, valueCode });

export const patient = (over: Json = {}): Json => ({
  resourceType: 'Patient',
  id: 'p',
  extension: [code('kommun', '0680')],
  identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: PERSONNUMMER }],
  name: [{ use: 'official', family: 'Exempel', given: ['Bo'] }],
  address: [{ use: 'home', line: ['Storgatan 1'], postalCode: '553 18', city: 'Jönköping' }],
  generalPractitioner: [unit(VARDCENTRAL)],
  ...over,
});

export const ADMITTED = '2019-03-01T09:30:00+01:00';

/** An Encounter that needs nothing beside itself. */
export const encounter = (stayId: string, over: Json = {}): Json => ({
  resourceType: 'Encounter',
  contained: [patient()],
  extension: [code('region', 'jonkoping'), code('careForm', 'somatisk'), code('legalForm', 'HSL')],
  identifier: [{ system: 'urn:hemgang:fhir:stay', value: stayId }],
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: '#p' },
  period: { start: ADMITTED },
  serviceProvider: unit(WARD),
  ...over,
});

export const finished = (stayId: string, end: string, disposition = 'home', over: Json = {}): Json =>
  encounter(stayId, {
    status: 'finished',
    period: { start: ADMITTED, end },
    hospitalization: {
      dischargeDisposition: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/discharge-disposition', code: disposition }] },
    },
    ...over,
  });

export const leavePeriod = (start: string, end?: string): Json => ({
  url: 'http://medcomfhir.dk/ig/hospitalnotification/StructureDefinition/medcom-hospitalnotifiation-leave-period-extension',
  valuePeriod: { start, ...(end === undefined ? {} : { end }) },
});

const MEDCOM = 'http://medcomfhir.dk/ig/terminology/CodeSystem';
const fullUrl = (type: string, id: string) => `https://sjukhuset.example/fhir/${type}/${id}`;

export interface Told {
  id: string;
  activity: string;
  recorded: string;
  /** The message before it, which it follows, corrects or takes back. */
  after?: string;
  patient?: Json;
  ward?: typeof WARD;
}

/** A message Bundle as MedCom's: header, patient, Encounter, organisations and the chain of Provenance, each an entry. */
export function notification({ id, activity, recorded, after, ward = WARD, ...told }: Told, stated: Json): Json {
  const person = patient({ id: `${id}-p`, ...told.patient });
  const { contained: _, ...rest } = stated;
  const organization = { resourceType: 'Organization', id: `${id}-o`, identifier: [{ system: HSA, value: ward.hsaId }], name: ward.name };
  const stay = {
    ...rest,
    id: `${id}-e`,
    extension: [...(stated['extension'] ?? [])],
    subject: { reference: `Patient/${id}-p` },
    serviceProvider: { reference: `Organization/${id}-o` },
  };
  const provenance = (n: number, of: string, code: string, when: string, entity?: Json) => ({
    resourceType: 'Provenance',
    id: `${id}-${n}`,
    target: [{ reference: `MessageHeader/${of}` }],
    occurredDateTime: when,
    recorded: when,
    activity: { coding: [{ system: `${MEDCOM}/medcom-messaging-activityCodes`, code }] },
    agent: [{ who: { reference: `Organization/${id}-o` } }],
    ...(entity === undefined ? {} : { entity: [entity] }),
  });
  const role = activity.startsWith('cancel') ? 'removal' : 'revision';
  const resources: Json[] = [
    {
      resourceType: 'MessageHeader',
      id,
      eventCoding: { system: `${MEDCOM}/medcom-messaging-eventCodes`, code: 'hospital-notification-message' },
      source: { endpoint: 'https://sjukhuset.example' },
      sender: { reference: `Organization/${id}-o` },
      focus: [{ reference: `Encounter/${id}-e` }],
    },
    person,
    stay,
    organization,
    ...(after === undefined ? [] : [provenance(1, after, 'admit-inpatient', toIso(at(recorded) - 60_000))]),
    provenance(2, id, activity, recorded, after === undefined ? undefined : { role, what: { reference: `MessageHeader/${after}` } }),
  ];
  return {
    resourceType: 'Bundle',
    id: `${id}-b`,
    type: 'message',
    timestamp: recorded,
    entry: resources.map((resource) => ({ fullUrl: fullUrl(resource['resourceType'], resource['id']), resource })),
  };
}
