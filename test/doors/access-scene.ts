/** Stays in every state that matters to who may know of them, and everybody who might ask. */
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../src/doors/access/caller.js';
import { tokenAuth } from '../../src/doors/access/tokens.js';
import type { AppDeps } from '../../src/doors/http/deps.js';
import { AUDIENCE, type TestIssuer } from './issuer.js';
import { type MemoryService, memoryService } from './memory-service.js';

export const ADDRESS = 'Skyddade gatan 7';
export const PERSON = 'Anna Exempel';
export const PERSONNUMMER = '189001019802';
export const AT = '2019-03-05T12:00:00+01:00';

type Who = Pick<Caller, 'party' | 'unit' | 'roles'>;
const who = (party: Caller['party'], unit: string, ...roles: string[]): Who => ({ party, unit, roles });

/** Units by what they are to the stay `told`. */
export const PEOPLE = {
  'ward nurse': who('slutenvard', 'W-NOW', 'sjukskoterska'),
  'ward doctor': who('slutenvard', 'W-NOW', 'lakare'),
  'ward loggranskare': who('slutenvard', 'W-NOW', 'loggranskare'),
  'former ward': who('slutenvard', 'W-BEFORE', 'sjukskoterska'),
  'other ward': who('slutenvard', 'W-OTHER', 'sjukskoterska'),
  vardsamordnare: who('vardcentral', 'VC-NOW', 'vardsamordnare'),
  verksamhetschef: who('vardcentral', 'VC-NOW', 'verksamhetschef'),
  'replaced vardcentral': who('vardcentral', 'VC-BEFORE', 'vardsamordnare'),
  'other vardcentral': who('vardcentral', 'VC-OTHER', 'vardsamordnare'),
  handlaggare: who('kommun', '0680', 'handlaggare'),
  'kommun nurse': who('kommun', '0680', 'sjukskoterska'),
  'kommun ekonom': who('kommun', '0680', 'ekonom'),
  'placing kommun': who('kommun', '0685', 'handlaggare'),
  'corrected-away kommun': who('kommun', '0682', 'handlaggare'),
  'other kommun': who('kommun', '0683', 'handlaggare'),
  'region ekonom': who('region', 'jonkoping', 'ekonom'),
  processledare: who('region', 'jonkoping', 'processledare'),
  'region loggranskare': who('region', 'jonkoping', 'loggranskare'),
  systemforvaltare: who('region', 'jonkoping', 'systemforvaltare'),
  'other region': who('region', 'vastmanland', 'ekonom', 'processledare', 'loggranskare'),
  reko: who('tolkningsinstans', 'reko', 'ledamot'),
  'other tolkningsinstans': who('tolkningsinstans', 'annan-namnd', 'ledamot'),
  journal: who('system', 'jonkoping/journal'),
  'other journal': who('system', 'vastmanland'),
} as const satisfies Record<string, Who>;
export type Person = keyof typeof PEOPLE;

export interface Scene {
  service: MemoryService;
  /** With tokens. */
  app: FastifyInstance;
  bearer(person: Person | Partial<Who & { name: string; sub: string }>): Promise<{ authorization: string }>;
}

/**
 * `told`: moved from W-BEFORE to W-NOW, its vårdcentral and its kommun put right after the message. `untold`: no message yet. `rejected`:
 * 0680 says that it is not theirs. `elsewhere`: of Västmanland. `protected`: protected identity, told.
 */
export const STAYS = ['told', 'untold', 'rejected', 'elsewhere', 'protected', 'nowhere'] as const;

export async function accessScene(issuer: TestIssuer, overrides: Partial<AppDeps> = {}): Promise<Scene> {
  const service = memoryService(Date.parse(AT));
  const open = await service.app();
  let count = 0;
  const put = async (stayId: string, over: object = {}) => {
    const payload = {
      region: 'jonkoping',
      admittedAt: '2019-03-01T09:30:00+01:00',
      ward: { hsaId: 'W-NOW', name: 'Avdelning Nu' },
      careForm: 'somatisk',
      legalForm: 'HSL',
      kommun: '0680',
      vardcentral: { hsaId: 'VC-NOW', name: 'Vårdcentralen Nu' },
      patient: { personnummer: PERSONNUMMER, name: PERSON, folkbokforingsadress: ADDRESS },
      ...over,
    };
    const { statusCode, body } = await open.inject({ method: 'PUT', url: `/v1/stays/${stayId}`, payload });
    if (statusCode !== 201) throw new Error(body);
  };
  const does = async (stayId: string, action: string, by: object, data: object, at: string) => {
    count += 1;
    const payload = { id: `scene-${count}`, at: `2019-03-0${at}:00+01:00`, by, data, imported: true };
    const { statusCode, body } = await open.inject({ method: 'POST', url: `/v1/stays/${stayId}/actions/${action}`, payload });
    if (statusCode !== 200) throw new Error(`${action}: ${body}`);
  };
  const nurse = (unit: string) => ({ party: 'slutenvard', unit, role: 'sjukskoterska' });
  const handlaggare = (unit: string) => ({ party: 'kommun', unit, role: 'handlaggare' });
  const tell = async (stayId: string, ward: string) => {
    const need = { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false };
    await does(stayId, 'bedom-behov', nurse(ward), need, '1T10:00');
    const message = { samtycke: 'ja', beraknadUtskrivning: '2019-03-08', inskrivningsorsak: 'Fallolycka' };
    await does(stayId, 'skicka-inskrivningsmeddelande', nurse(ward), message, '1T11:00');
  };

  await put('told', {
    ward: { hsaId: 'W-BEFORE', name: 'Avdelning Förut' },
    vardcentral: { hsaId: 'VC-BEFORE', name: 'Vårdcentralen Förut' },
    kommun: '0682',
  });
  await tell('told', 'W-BEFORE');
  await does('told', 'kommentera', handlaggare('0682'), { text: 'hos 0682' }, '1T12:00');
  await does(
    'told',
    'kommentera',
    { party: 'vardcentral', unit: 'VC-BEFORE', role: 'vardsamordnare' },
    { text: 'hos VC-BEFORE' },
    '1T12:30',
  );
  await does('told', 'andra-uppgifter', nurse('W-BEFORE'), { vardcentral: { hsaId: 'VC-NOW', name: 'Vårdcentralen Nu' } }, '1T13:00');
  await does('told', 'ratta-kommun', nurse('W-BEFORE'), { kommun: '0680', placerandeKommun: '0685' }, '1T14:00');
  const moved = { avdelning: { hsaId: 'W-NOW', name: 'Avdelning Nu' }, tidpunkt: '2019-03-02T09:00:00+01:00' };
  await does('told', 'flytta', nurse('W-BEFORE'), moved, '2T09:00');
  await does('told', 'kommentera', handlaggare('0680'), { text: 'nycklarna hos grannen' }, '3T09:00');
  await does('told', 'rapportera-avvikelse', handlaggare('0680'), { typ: 'fritext om patienten', text: 'hemligt' }, '3T10:00');

  await put('untold');
  await put('rejected');
  await tell('rejected', 'W-NOW');
  await does('rejected', 'kommentera', nurse('W-NOW'), { text: 'avdelningens text' }, '2T09:00');
  await does('rejected', 'svara-inskrivning', handlaggare('0680'), { svar: 'avvisad', skal: 'ej-folkbokford' }, '2T10:00');

  await put('elsewhere', {
    region: 'vastmanland',
    kommun: '1980',
    ward: { hsaId: 'W-V', name: 'V' },
    vardcentral: { hsaId: 'VC-V', name: 'V' },
  });

  await put('protected', { patient: { personnummer: PERSONNUMMER, skyddad: true } });
  await tell('protected', 'W-NOW');
  await does('protected', 'andra-uppgifter', nurse('W-NOW'), { patient: { name: PERSON, folkbokforingsadress: ADDRESS } }, '2T09:00');
  await open.close();

  // A desk that is never reached: FHIR's routes are there, and who may use them is asked before it.
  const app = await service.app({ hospital: {} as never, auth: tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE }), ...overrides });
  return {
    service,
    app,
    async bearer(person) {
      const claims = typeof person === 'string' ? { ...PEOPLE[person], sub: person } : person;
      return { authorization: `Bearer ${await issuer.token(claims as never)}` };
    },
  };
}
