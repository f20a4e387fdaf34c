/** The sample month's hospital facts as a patient administration system tells them in HL7 v2, and the rest of the month without them. */
import { loadHl7Mapping, type SenderMapping } from '../../src/doors/hl7/mapping.js';
import { writeHl7Time } from '../../src/doors/hl7/timestamp.js';
import { type FieldInput, hl7Of, type SegmentInput } from '../../src/doors/hl7/write.js';
import type { AdmissionBody, DischargedTo } from '../../src/doors/hospital/message.js';

interface ActionLine {
  stayId: string;
  action: string;
  id: string;
  at: string;
  data: Record<string, unknown>;
}
type FeedLine = { stay?: AdmissionBody & { stayId: string }; action?: ActionLine };

export interface SampleMessage {
  stayId: string;
  trigger: string;
  /** In milliseconds since 1970: when the system registered it. */
  at: number;
  bytes: Uint8Array;
}

export interface MonthInParts {
  /** In the order in which the system registered them. */
  messages: SampleMessage[];
  /** The lines of the feed that no hospital's system tells, as they are in it. */
  rest: string[];
}

/** What such a system is told of a stay while it goes on. */
interface Told {
  admission: AdmissionBody & { stayId: string };
  ward: string;
  legalForm: string;
}

interface Telling {
  stayId: string;
  trigger: string;
  /** When it was registered, and when it happened where that differs. */
  at: string;
  occurred?: string;
  /** The ward, and the legal form, from now on. */
  ward?: string;
  legalForm?: string;
  expectedBack?: string;
  pv1?: Fields;
  pid?: Fields;
}
type Fields = Record<number, FieldInput>;

/** Splits a feed. Both parts together say the same as the whole. */
export function monthInParts(feed: string): MonthInParts {
  const read = loadHl7Mapping();
  if ('problems' in read) throw new Error('the shipped HL7 mapping is wrong');
  const [sender] = read.mapping.senders as [SenderMapping];
  const stays = new Map<string, Told>();
  const discharges = new Map<string, Telling>();
  const tellings: Telling[] = [];
  const rest: string[] = [];
  for (const text of feed.trimEnd().split('\n')) {
    const { stay, action } = JSON.parse(text) as FeedLine;
    if (stay !== undefined) {
      stays.set(stay.stayId, { admission: stay, ward: stay.ward.hsaId, legalForm: stay.legalForm });
      tellings.push({ stayId: stay.stayId, trigger: 'A01', at: stay.admittedAt });
      continue;
    }
    const told = action === undefined ? [] : tellingsOf(action, sender, discharges);
    if (told.length === 0) rest.push(text);
    tellings.push(...told);
  }
  const ordered = [...tellings].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { messages: ordered.map((telling, index) => written(telling, index + 1, stays, sender)), rest };
}

/** The file that holds these messages; its lines end as those of other text files do. */
export const hl7FileOf = (messages: readonly SampleMessage[]): string =>
  messages.map(({ bytes }) => new TextDecoder().decode(bytes).replaceAll('\r', '\n')).join('\n');

/** What the system sends for an action; nothing for what it does not know of. */
function tellingsOf({ stayId, action, id, at, data }: ActionLine, sender: SenderMapping, discharges: Map<string, Telling>): Telling[] {
  const text = (field: string): string => data[field] as string;
  switch (action) {
    case 'flytta':
      return [{ stayId, trigger: 'A02', at, occurred: text('tidpunkt'), ward: (data['avdelning'] as { hsaId: string }).hsaId }];
    case 'permission':
      return [
        { stayId, trigger: 'A21', at, occurred: text('from'), expectedBack: text('until') },
        { stayId, trigger: 'A22', at: text('until'), occurred: text('until') },
      ];
    case 'andra-uppgifter':
      return [{ stayId, trigger: 'A08', at, legalForm: text('legalForm') }];
    case 'annullera':
      return [{ stayId, trigger: 'A11', at }];
    case 'skriv-ut': {
      const discharge = dischargeOf(stayId, at, text('tidpunkt'), text('till') as DischargedTo, sender);
      discharges.set(id, discharge);
      return [discharge];
    }
    case 'ratta-uppgift': {
      // A discharge that is put right is sent again, with the right time.
      if (!discharges.has(text('actionId'))) return [];
      const right = data['data'] as { tidpunkt: string; till: DischargedTo };
      return [dischargeOf(stayId, at, right.tidpunkt, right.till, sender)];
    }
    default:
      return [];
  }
}

function dischargeOf(stayId: string, at: string, tidpunkt: string, till: DischargedTo, sender: SenderMapping): Telling {
  const code = sender.dischargedTo.codes.find((entry) => entry.till === till)?.codes[0];
  const died: Fields = till === 'avliden' ? { 29: time(tidpunkt), 30: 'Y' } : {};
  return { stayId, trigger: 'A03', at, occurred: tidpunkt, pv1: { 36: code, 45: time(tidpunkt) }, pid: died };
}

const time = (iso: string): string => writeHl7Time(Date.parse(iso)).slice(0, 14);

/** The fields of a segment from its first on. */
const fieldsOf = (fields: Fields): FieldInput[] =>
  Array.from({ length: Math.max(0, ...Object.keys(fields).map(Number)) }, (_, index) => fields[index + 1]);

function written(telling: Telling, number: number, stays: Map<string, Told>, sender: SenderMapping): SampleMessage {
  const { stayId, trigger, at, occurred = at, pid = {}, pv1 = {}, ward, legalForm, expectedBack } = telling;
  const told = stays.get(stayId);
  if (told === undefined) throw new Error(`${trigger} of ${stayId}, which the feed has not admitted`);
  const before = told.ward;
  told.ward = ward ?? before;
  told.legalForm = legalForm ?? told.legalForm;
  const location = placeOf(told.ward, sender);
  const prior: Fields = before === told.ward ? {} : { 6: placeOf(before, sender) };
  const segments: SegmentInput[] = [
    ['MSH', 'EXEMPEL-PAS', 'RYHOV', 'HEMGANG', 'JONKOPING', time(at), undefined, ...typeAndId(trigger, number), ...TAIL],
    ['EVN', trigger, time(at), ...[undefined, undefined, undefined], time(occurred)],
    ['PID', ...fieldsOf({ ...person(told), ...pid })],
    ['PD1', ...fieldsOf({ 3: [told.admission.vardcentral.name, ...Array<undefined>(8), codeOf(told, sender)] })],
    ['PV1', ...fieldsOf({ 1: '1', 2: 'I', 3: location, ...prior, 19: stayId, 44: time(told.admission.admittedAt), ...pv1 })],
    ...(expectedBack === undefined ? [] : [['PV2', ...fieldsOf({ 47: time(expectedBack) })] as const]),
    ['ZPV', told.legalForm],
  ];
  return { stayId, trigger, at: Date.parse(at), bytes: hl7Of(segments) };
}

const typeAndId = (trigger: string, number: number): FieldInput[] => [
  ['ADT', trigger, `ADT_${STRUCTURES[trigger] ?? trigger}`],
  `EXEMPEL${String(number).padStart(6, '0')}`,
];
const STRUCTURES: Record<string, string> = { A08: 'A01', A11: 'A09', A22: 'A21' };
/** MSH-11 to MSH-18. */
const TAIL: FieldInput[] = ['P', '2.5', ...[undefined, undefined, undefined, undefined, undefined], 'UNICODE UTF-8'];

/** PID as far as the feed knows the patient. */
function person({ admission }: Told): Fields {
  const { personnummer = '', name = '', folkbokforingsadress = '' } = admission.patient;
  const [given = '', family] = [name.slice(0, name.lastIndexOf(' ')), name.slice(name.lastIndexOf(' ') + 1)];
  const [, street, postnummer, city] = /^(.*), (\d{3} \d{2}) (.*)$/.exec(folkbokforingsadress) ?? [];
  const none = undefined;
  const home = [street, none, city, none, postnummer?.replace(' ', ''), 'SWE', 'H', none, admission.kommun];
  const placing = [none, none, none, none, none, none, 'C', none, admission.placerandeKommun];
  return {
    1: '1',
    3: [personnummer, none, none, ['', '1.2.752.129.2.1.3.1', 'ISO'], 'NNSWE'],
    5: [family, given, none, none, none, none, 'L'],
    7: personnummer.slice(0, 8),
    11: admission.placerandeKommun === undefined ? home : { repeat: [home, placing] },
  };
}

/** `MED^12^1^RYHOV`: room and bed are made up. */
function placeOf(hsaId: string, { wards }: SenderMapping): FieldInput {
  const code = wards.find((ward) => ward.hsaId === hsaId)?.codes.find((one) => one.includes('^'));
  if (code === undefined) throw new Error(`the shipped mapping has no place for ${hsaId}`);
  const [unit, , , house] = code.split('^');
  return [unit, '12', '1', house];
}

function codeOf({ admission }: Told, { vardcentraler }: SenderMapping): string {
  const code = vardcentraler.units.find(({ hsaId }) => hsaId === admission.vardcentral.hsaId)?.codes?.[0];
  if (code === undefined) throw new Error(`the shipped mapping has no code for ${admission.vardcentral.hsaId}`);
  return code;
}
