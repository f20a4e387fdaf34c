/** The basis as a workbook: the summary, the stays, their proofs and the objections, one sheet each. */
import writeXlsxFile, { type CellObject, type Row, type Sheet } from 'write-excel-file/node';
import { OBJECTION_NAMES, OBJECTION_STATE_NAMES } from '../../../domain/billing/objection-words.js';
import type { Objection, ObjectionState } from '../../../domain/billing/objections.js';
import type { ProofState } from '../../../domain/billing/proof.js';
import { REASON_NAMES } from '../../../domain/billing/words.js';
import type { Instant } from '../../../domain/calendar.js';
import type { UnitRef } from '../../../domain/ids.js';
import { arithmeticOf } from '../arithmetic.js';
import type { BasisData, BasisStay } from '../basis-data.js';
import { monthText, partyName } from '../format.js';
import { adviceOf } from '../guidance.js';
import { outcomeText, stateText } from '../words.js';
import { type Column, day, decimalCell, kronorCell, tableSheet, text, time, whole } from './cells.js';
import { withFixedTimes } from './fixed-zip.js';

export async function basisXlsx(data: BasisData): Promise<Buffer> {
  const sheets = [
    summary(data),
    tableSheet('Vårdtillfällen', stayColumns(data), data.stays),
    tableSheet('Bevis', PROOF_COLUMNS, proofRows(data)),
    tableSheet('Invändningar', OBJECTION_COLUMNS, objectionRows(data)),
  ];
  return withFixedTimes(await writeXlsxFile(sheets, { fontFamily: 'Calibri', fontSize: 11 }).toBuffer());
}

function summary(data: BasisData): Sheet<never> {
  const { invoice, sum, agreement, vardpriser, month } = data;
  const line = (label: string, value: CellObject | null, note?: string): Row => [
    { value: label, type: String, fontWeight: 'bold', alignVertical: 'top' },
    value === null ? null : { alignVertical: 'top', align: 'left', ...value },
    note === undefined ? null : { value: note, type: String, wrap: true, alignVertical: 'top' },
  ];
  const rows: Row[] = [
    [{ value: `Underlag för betalningsansvar, ${data.kommun.name}, ${monthText(month)}`, type: String, fontWeight: 'bold', fontSize: 14 }],
    [{ value: stateText(data), type: String, fontWeight: 'bold', textColor: '#0B5568' }],
    [],
    line('Region', text(data.region.name)),
    line('Kommun', text(data.kommun.name)),
    line('Kommunkod', text(data.kommun.code)),
    line('Månad', text(month)),
    line('Överenskommelse', text(agreement.name), `${agreement.id}, version ${agreement.version}`),
    line('Vårdpris per dag', kronorCell(vardpriser[month.slice(0, 4)])),
    line('Siffror från', time(data.madeAt)),
    line('Låst', time(data.frozenAt)),
    line('Kontrollsumma (SHA-256)', text(data.hash)),
    [],
    line('Vårdtillfällen', whole(sum.stays)),
    line('i snittet', whole(sum.averageStays)),
    line('dagar i snittet', whole(sum.averageDaysTotal)),
    line('Snitt', decimalCell(sum.average)),
    line('Tröskel', decimalCell(sum.threshold)),
    line('Betalda dagar, snittdel', decimalCell(sum.averageBillableDays)),
    line('Belopp, snittdel', kronorCell(sum.averageAmountOre)),
    line('Betalda dagar, enskilda', whole(Object.values(sum.billableByYear).reduce((all, days) => all + days, 0))),
    line('Belopp, enskilda', kronorCell(sum.individualAmountOre)),
    line('Månaden', kronorCell(invoice?.totalOre ?? sum.amountOre)),
    ...(invoice === null
      ? []
      : [
          line('Faktura', text(invoice.number)),
          line('Att betala', kronorCell(invoice.amountOre)),
          line('Förfaller', day(invoice.dueDate)),
          ...(invoice.refersTo === null ? [] : [line('Hänvisar till', text(invoice.refersTo))]),
        ]),
    [],
    ...arithmeticOf(invoice?.sum ?? sum, data).map(({ label, formula, amountOre }) => line(label, kronorCell(amountOre), formula)),
    [],
    ...adviceOf(data).map(({ title, text: advice }) => line(title, null, advice)),
  ];
  return { sheet: 'Sammanställning', columns: [{ width: 30 }, { width: 24 }, { width: 90 }], data: rows };
}

function stayColumns(data: BasisData): Column<BasisStay>[] {
  const at = (pick: (stay: BasisStay) => Instant | null | undefined) => (stay: BasisStay) => time(pick(stay));
  return [
    { title: 'Vårdtillfälle', width: 22, cell: (stay) => text(stay.stayId) },
    { title: 'Räknas', width: 16, cell: (stay) => text(outcomeText(stay, data)) },
    { title: 'Orsak', width: 34, cell: (stay) => text(stay.reason === null ? null : REASON_NAMES[stay.reason]) },
    { title: 'Orsakskod', width: 26, cell: (stay) => text(stay.reason) },
    {
      title: 'Paragraf',
      width: 22,
      cell: (stay) => text(stay.proof.preconditions.find((one) => one.state === 'nej' && one.reason === stay.reason)?.source),
    },
    { title: 'Inskriven', width: 17, cell: at((stay) => stay.episode.admittedAt) },
    { title: 'Inskrivningsmeddelande', width: 22, cell: at((stay) => stay.episode.inskrivningsmeddelandeAt) },
    { title: 'Vårdtid bedömd', width: 17, cell: at((stay) => stay.episode.vardtidAt) },
    { title: 'Utskrivningsklar', width: 17, cell: at((stay) => stay.episode.intervals.at(-1)?.from) },
    { title: 'Utskrivningsmeddelande', width: 22, cell: at((stay) => stay.episode.utskrivningsmeddelandeAt) },
    { title: 'Kallelse till SVPL', width: 17, cell: at((stay) => stay.episode.svplKallelseAt) },
    { title: 'Utskriven', width: 17, cell: at((stay) => stay.episode.dischargedAt) },
    { title: 'Dagar', width: 8, cell: (stay) => whole(stay.days) },
    { title: 'Betalda dagar', width: 13, cell: (stay) => whole(stay.billableDays) },
    { title: 'Belopp', width: 16, cell: (stay) => kronorCell(stay.amountOre) },
    { title: 'Väntar', width: 8, cell: (stay) => text(stay.vantar ? 'ja' : null) },
    { title: 'Omstritt', width: 9, cell: (stay) => text(stay.contested ? 'ja' : null) },
    { title: 'Ändrat', width: 8, cell: (stay) => text(stay.changed ? 'ja' : null) },
  ];
}

/** One row per precondition, and one per step of the chain. */
interface ProofRow {
  stayId: string;
  kind: 'krav' | 'steg' | 'dagar';
  title: string;
  source?: string;
  state?: ProofState;
  by?: string;
  to?: string;
  at?: Instant | null;
  registeredAt?: Instant | null;
  countsFrom?: Instant | null;
  dueAt?: Instant | null;
  text?: string;
}

const STATE_WORDS: Record<ProofState, string> = { ja: 'ja', nej: 'nej', vantar: 'väntar', 'behovs-inte': 'krävs inte' };

const PROOF_COLUMNS: Column<ProofRow>[] = [
  { title: 'Vårdtillfälle', width: 22, cell: (row) => text(row.stayId) },
  { title: 'Rad', width: 8, cell: (row) => text(row.kind) },
  { title: 'Krav eller steg', width: 48, cell: (row) => text(row.title) },
  { title: 'Källa', width: 22, cell: (row) => text(row.source) },
  { title: 'Uppfyllt', width: 11, cell: (row) => text(row.state === undefined ? null : STATE_WORDS[row.state]) },
  { title: 'Av', width: 30, cell: (row) => text(row.by) },
  { title: 'Sänt till', width: 36, cell: (row) => text(row.to) },
  { title: 'Hände', width: 17, cell: (row) => time(row.at) },
  { title: 'Registrerat', width: 17, cell: (row) => time(row.registeredAt) },
  { title: 'Räknas från', width: 17, cell: (row) => time(row.countsFrom) },
  { title: 'Senast', width: 17, cell: (row) => time(row.dueAt) },
  { title: 'Förklaring', width: 80, cell: (row) => text(row.text) },
];

function proofRows(data: BasisData): ProofRow[] {
  const unit = ({ party, unit: id }: UnitRef): string => data.unitNames[id] ?? `${partyName(party)} ${id}`;
  return data.stays.flatMap(({ stayId, proof }): ProofRow[] => [
    ...proof.preconditions.map((one): ProofRow => ({ stayId, kind: 'krav', ...one })),
    { stayId, kind: 'dagar', title: 'Så räknades dagarna', text: `${proof.summary} ${proof.days.text}` },
    ...proof.steps.map(
      (step): ProofRow => ({
        stayId,
        kind: 'steg',
        title: step.title,
        by: unit(step.by),
        to: step.to.map(unit).join(', '),
        at: step.at,
        registeredAt: step.registeredAt,
        countsFrom: step.countsFrom,
        text: [
          ...(step.late ? ['Registrerades sent och räknas från registreringen.'] : []),
          ...(step.imported ? ['Ur en inspelad ström.'] : []),
          ...(step.corrected.length > 0 ? ['Rättat i efterhand.'] : []),
        ].join(' '),
      }),
    ),
  ]);
}

type ObjectionRow = { objection: Objection; state: ObjectionState };

const OBJECTION_COLUMNS: Column<ObjectionRow>[] = [
  { title: 'Vårdtillfälle', width: 22, cell: ({ objection }) => text(objection.stayId) },
  { title: 'Invändning', width: 38, cell: ({ objection }) => text(objection.objectionId) },
  { title: 'Lämnad', width: 17, cell: ({ objection }) => time(objection.at) },
  { title: 'I tid', width: 7, cell: ({ objection }) => text(objection.inTime ? 'ja' : 'nej') },
  { title: 'Kod', width: 20, cell: ({ objection }) => text(objection.code) },
  { title: 'Vad den säger', width: 40, cell: ({ objection }) => text(OBJECTION_NAMES[objection.code]) },
  { title: 'Text', width: 60, cell: ({ objection }) => text(objection.text) },
  { title: 'Läge', width: 30, cell: ({ state }) => text(OBJECTION_STATE_NAMES[state]) },
  { title: 'Svar senast', width: 17, cell: ({ objection }) => time(objection.answerDueAt) },
  { title: 'Svar', width: 17, cell: ({ objection }) => time(objection.answer?.at) },
  { title: 'Regionens svar', width: 60, cell: ({ objection }) => text(objection.answer?.text) },
  { title: 'Bestridd', width: 17, cell: ({ objection }) => time(objection.dispute?.at) },
  { title: 'Beslut', width: 17, cell: ({ objection }) => time(objection.decision?.at) },
  { title: 'Tolkningsinstansens beslut', width: 60, cell: ({ objection }) => text(objection.decision?.text) },
];

const objectionRows = ({ stays }: BasisData): ObjectionRow[] => stays.flatMap((stay) => stay.objections);
