/** Stays in which every field that a person can write in holds something to look for, told by every door. */
import { createConnection } from 'node:net';
import { Connection } from '@temporalio/client';
import type { Actor, JsonObject } from '../../../src/domain/ids.js';
import { ACTION_NAMES, type ActionName } from '../../../src/domain/stay/actions.js';
import { createClient } from '../../../src/temporal/client.js';
import {
  ADMISSION,
  CASEWORKER,
  COORDINATOR,
  DATA,
  DOCTOR,
  ECONOMIST,
  KOMMUN_NURSE,
  MANAGER,
  NURSE,
  VARDCENTRAL,
  WARD,
} from '../../domain/stay/case.js';
import { encounter, patient as fhirPatient } from '../../doors/fhir/scene.js';
import { plantedData } from '../../support/planted.js';
import { KEYS, type Running } from './program.js';

/** Begins every text that a person writes about the patient, and the patient's name and address. */
export const PLANTED = 'Kvärnhöl';
export const NUMBERS = ['189001019802', '18900101-9802', '900101-9802', '9001019802'] as const;
/** A member of staff's name: theirs, not the patient's. */
export const STAFF = 'Sköterska Öberg';

const patient = {
  personnummer: NUMBERS[0],
  name: `${PLANTED} namn`,
  folkbokforingsadress: `${PLANTED} adress`,
};

type Step = readonly [at: string, action: ActionName, by: Actor, over?: JsonObject, shape?: number];

/** Codes and times that hold together, where the first of each does not. */
const STEPS: readonly Step[] = [
  ['03-04T09:00', 'bedom-behov', DOCTOR, { endastRegionensOppenvard: false }],
  ['03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, { beraknadUtskrivning: '2019-03-09' }],
  ['03-04T11:00', 'svara-inskrivning', CASEWORKER, { svar: 'kand', skal: undefined, rattKommun: undefined } as never],
  ['03-04T11:30', 'svara-inskrivning', KOMMUN_NURSE, { svar: 'kand', skal: undefined, rattKommun: undefined } as never, 1],
  ['03-04T12:00', 'utse-fast-vardkontakt', MANAGER],
  ['03-04T12:10', 'avboka-besok', CASEWORKER],
  ['03-04T13:00', 'bedom-vardtid', NURSE, { beraknadUtskrivning: '2019-03-09' }],
  [
    '03-05T09:00',
    'initiera-svpl',
    NURSE,
    {
      kontaktOnskasMed: [
        ...(DATA['initiera-svpl'].kontaktOnskasMed as JsonObject[]),
        { part: 'annan', profession: `${PLANTED} profession` },
      ],
    },
  ],
  ['03-05T10:00', 'bemanna', COORDINATOR],
  ['03-05T11:00', 'bemanna', CASEWORKER],
  ['03-05T11:10', 'papeka-saknad-profession', CASEWORKER],
  ['03-05T11:20', 'skjut-upp-svpl', COORDINATOR, { datum: '2019-03-29' }],
  ['03-05T12:00', 'foresla-tid', COORDINATOR, DATA['foresla-tid']],
  [
    '03-06T09:00',
    'kalla-till-svpl',
    COORDINATOR,
    {
      ...DATA['kalla-till-svpl'],
      kallade: (DATA['kalla-till-svpl'].kallade as JsonObject[]).map((one) =>
        one.part === 'annan' ? { ...one, profession: `${PLANTED} god man`, namn: `${PLANTED} namn på god man` } : one,
      ),
    },
  ],
  ['03-06T10:00', 'kvittera-kallelse', NURSE],
  ['03-07T09:00', 'skriv-vardplan', NURSE],
  ['03-07T10:00', 'skriv-vardplan', CASEWORKER],
  ['03-07T11:00', 'skriv-vardplan', COORDINATOR],
  ['03-07T12:00', 'signera-vardplan', NURSE],
  ['03-07T13:00', 'signera-vardplan', CASEWORKER],
  ['03-07T14:00', 'signera-vardplan', COORDINATOR],
  ['03-07T15:00', 'godkann-vardplan', NURSE],
  ['03-07T16:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-07T15:30:00Z' }],
  ['03-07T17:00', 'aterkalla-utskrivningsklar', DOCTOR],
  ['03-08T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-08T08:30:00Z' }],
  ['03-08T11:00', 'skicka-utskrivningsmeddelande', NURSE, { utskrivning: '2019-03-08T12:00:00Z', bedomd: '2019-03-08T08:30:00Z' }],
  ['03-08T12:00', 'meddela-hemkomst', CASEWORKER, { tid: '2019-03-09T12:00:00Z' }],
  ['03-08T12:10', 'meddela-oppenvard', COORDINATOR],
  ['03-09T08:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-09T07:00:00Z' }],
  ['03-09T08:30', 'angra-utskrivning', NURSE],
  ['03-14T10:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-14T09:00:00Z' }],
  ['03-14T11:00', 'overfor-information', NURSE],
  ['03-15T10:00', 'hall-svpl', COORDINATOR, { ...DATA['hall-svpl'], tidpunkt: '2019-03-15T09:00:00Z' }],
  [
    '03-15T11:00',
    'uppratta-sip',
    COORDINATOR,
    { samtycke: 'ja', uppfoljning: '2019-04-08', vantarPaBeslut: [{ part: 'kommun', senast: '2019-03-20' }] },
  ],
  ['03-15T12:00', 'lamna-beslut', CASEWORKER],
  ['03-15T12:10', 'uppratta-sip', COORDINATOR, { samtycke: 'ja', uppfoljning: '2019-04-08', vantarPaBeslut: [] }, 1],
  ['03-15T13:00', 'folj-upp-del', CASEWORKER],
  ['03-15T13:10', 'avsta-svpl', COORDINATOR],
  ['03-15T14:00', 'kommentera', NURSE],
  ['03-15T14:10', 'rapportera-avvikelse', COORDINATOR],
  ['03-15T14:20', 'andra-uppgifter', NURSE, { vardcentral: VARDCENTRAL, patient: { ...patient, name: `${PLANTED} nytt namn` } }],
  ['03-15T14:30', 'ratta-uppgift', NURSE, { actionId: 'kommentera-1', at: undefined, data: { text: `${PLANTED} rättat` } } as never],
  ['03-16T10:00', 'folj-upp', COORDINATOR, { resultat: 'nytt-mote', kontaktMedPatient: '2019-03-16T08:00:00Z' }],
];

/** Actions with a field for text, none of which the steps may leave out. */
export const WITH_TEXT = ACTION_NAMES.filter((action) => {
  let texts = 0;
  plantedData(action, { text: () => `${texts++}` });
  return texts > 0 && action !== 'annullera';
});
export const TOLD = new Set(STEPS.map(([, action]) => action));

const without = (data: JsonObject): JsonObject => Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));

async function post(url: string, body: unknown, method = 'POST', type = 'application/json'): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

export const admission = {
  ...ADMISSION,
  admittedAt: '2019-03-04T07:00:00Z',
  ward: WARD,
  patient,
};

/** All that is done in a whole stay, as it is sent. */
export function wholeStory(): { action: ActionName; envelope: JsonObject }[] {
  const counts = new Map<string, number>();
  return STEPS.map(([at, action, by, over = {}, shape = 0]) => {
    const count = (counts.get(action) ?? 0) + 1;
    counts.set(action, count);
    const planted = plantedData(action, { text: (path) => `${PLANTED} ${action} ${path}`, shape });
    const envelope = {
      id: `${action}-${count}`,
      at: `2019-${at}:00+01:00`,
      by: { ...by, name: STAFF },
      data: without({ ...planted, ...over }),
      imported: true,
    };
    return { action, envelope: envelope as unknown as JsonObject };
  });
}

/** A whole stay over HTTP. Throws at what is refused. */
export async function wholeStay({ http }: Running, stayId: string): Promise<void> {
  const begun = await post(`${http}/v1/stays/${stayId}`, admission, 'PUT');
  if (begun.status !== 201) throw new Error(`${stayId}: ${begun.status} ${begun.text}`);
  for (const { action, envelope } of wholeStory()) {
    const answer = await post(`${http}/v1/stays/${stayId}/actions/${action}`, envelope);
    if (answer.status !== 200) throw new Error(`${String(envelope['id'])}: ${answer.status} ${answer.text}`);
  }
}

/** What is refused, or not understood, with text where it should not be. */
export async function wrongDoings({ http }: Running, stayId: string): Promise<number[]> {
  const actions = `${http}/v1/stays/${stayId}/actions`;
  const text = `${PLANTED} på fel plats`;
  const told = [
    await post(`${actions}/aterkalla-utskrivningsklar`, { id: 'fel-1', by: ECONOMIST, data: { skal: text } }),
    await post(`${actions}/lamna-beslut`, { id: 'fel-2', by: NURSE, data: { beslut: text } }),
    await post(`${actions}/foresla-tid`, { id: 'fel-3', by: COORDINATOR, data: { tid: text, plats: text } }),
    await post(`${actions}/kommentera`, { id: 'fel-4', by: NURSE, data: { text: 'x', [text]: text } }),
    await post(`${actions}/kommentera`, { id: 'fel-5', at: text, by: { ...NURSE, role: text }, data: {}, [text]: 1 }),
    await post(`${actions}/kommentera`, `{"id": "fel-6", "data": {"text": "${text}`),
    await post(`${actions}/${encodeURIComponent(text)}`, { id: 'fel-7', by: NURSE, data: {} }),
    await post(`${http}/v1/stays/${NUMBERS[1]}`, admission, 'PUT'),
    await post(`${http}/v1/stays/fel-8`, { ...admission, careForm: text, ward: { hsaId: 'x', name: 'y', [text]: 1 } }, 'PUT'),
    await post(`${http}/v1/stays/${stayId}`, { ...admission, patient: { ...patient, name: `${PLANTED} annan` } }, 'PUT'),
    await post(`${actions}/kommentera?sok=${encodeURIComponent(text)}`, { id: 'fel-9', by: NURSE, data: { plats: text } }),
  ];
  for (const query of [`unit=${encodeURIComponent(text)}`, `unit=${NUMBERS[0]}&phase=${encodeURIComponent(text)}`])
    await fetch(`${http}/v1/stays?${query}`);
  return told.map(({ status }) => status);
}

/** The hospital's messages, good and bad; answers what they were answered. */
export async function hospital({ http, mllp }: Running): Promise<string[]> {
  const pid = `PID|1||${NUMBERS[0]}^^^&1.2.752.129.2.1.3.1&ISO^NNSWE||${PLANTED}^Äldre^^^^^L||18900101||||${PLANTED} väg 1^^Jönköping^^55000^SWE^H^^0680`;
  const message = (type: string, id: string, rest: string[]) =>
    [
      `MSH|^~\\&|EXEMPEL-PAS|RYHOV|HEMGANG|JONKOPING|20190320080000||ADT^${type}^ADT_A01|${id}|P|2.5||||||UNICODE UTF-8`,
      `EVN|${type}|20190320080000||||20190320080000`,
      ...rest,
    ].join('\r');
  const visit = 'PV1|1|I|MED^12^1^RYHOV||||||||||||||||HL7-1|||||||||||||||||||||||||20190320080000';
  const listed = 'PD1|||Vårdcentralen Vätterstranden, Jönköping^^^^^^^^^VC680';
  const told = [
    message('A01', 'm1', [pid, listed, visit, 'ZPV|HSL']),
    message('A08', 'm2', [pid.replace('väg 1', 'väg 2'), listed, visit, 'ZPV|HSL']),
    message('A01', 'm3', [`PID|1||||${PLANTED}^Trasig`, `PV1|1|I|${PLANTED} okänd avdelning`]),
    message('A08', 'm4', [pid, listed, visit.replace('HL7-1', 'HL7-okand'), 'ZPV|HSL']),
    `MSH|^~\\&|PAS|${PLANTED}|ÄR INGET`,
  ];
  const answers: string[] = [];
  for (const text of told) answers.push(await overMllp(mllp, text));
  const who = fhirPatient({
    identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBERS[0] }],
    name: [{ use: 'official', family: `${PLANTED} FHIR`, given: ['Bo'] }],
    address: [{ use: 'home', line: [`${PLANTED} gata 1`], postalCode: '553 18', city: 'Jönköping' }],
  });
  const good = encounter('FHIR-1', { contained: [who], reasonCode: [{ text: `${PLANTED} orsak` }] });
  for (const [path, body] of [
    ['/Encounter', good],
    ['/Encounter', { ...good, status: PLANTED, period: { start: PLANTED } }],
    ['', { resourceType: 'Bundle', type: PLANTED, entry: [{ resource: good }] }],
  ] as const)
    answers.push(String((await post(`${http}/fhir/R4${path}`, body, 'POST', 'application/fhir+json')).status));
  return answers;
}

function overMllp(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer over MLLP')));
    socket.on('error', reject).on('data', (answer) => {
      socket.end();
      resolve(/MSA\|(..)/.exec(answer.toString('latin1'))?.[1] ?? '?');
    });
    socket.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(text), Buffer.from([0x1c, 0x0d])]));
  });
}

/** Signals of a process owner, who has the keys: one that is refused, and some that are no messages at all. */
export async function signals({ temporal }: Running, stayId: string): Promise<void> {
  const connection = await Connection.connect({ address: temporal });
  try {
    const handle = createClient(connection, 'default', KEYS).workflow.getHandle(`stay/jonkoping/${stayId}`);
    for (const body of [
      { id: 'sig-1', by: ECONOMIST, data: { text: `${PLANTED} signal` } },
      { id: 'sig-2', by: { party: 'kommun', unit: '0680', role: 'handlaggare' }, data: { [`${PLANTED} fält`]: `${PLANTED} värde` } },
      `${PLANTED} bara text`,
      [{ patient }],
    ])
      await handle.signal('kommentera', body);
    await handle.signal('aterkalla-utskrivningsklar', { id: 'sig-4', by: ECONOMIST, data: { skal: `${PLANTED} signal som avvisas` } });
    await handle.executeUpdate('kommentera', { args: [{ id: 'sig-3', by: NURSE, data: { text: 7, annat: `${PLANTED} fel i update` } }] });
  } finally {
    await connection.close();
  }
}
