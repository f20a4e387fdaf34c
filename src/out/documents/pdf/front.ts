/** The first page: whose basis it is, the sum and how it came about, what the kommun can do and until when. */
import type { Content, TableCell } from 'pdfmake';
import { arithmeticOf } from '../arithmetic.js';
import type { BasisData } from '../basis-data.js';
import { daysText, decimal, kronor, monthText, staysText, timeText } from '../format.js';
import { type Advice, adviceOf, wordsOf } from '../guidance.js';
import { stateText } from '../words.js';
import { ACCENT, BOX, cell, INK, LINE, MUTED, mark, ROWS, WAITS } from './style.js';

export function frontPage(data: BasisData): Content[] {
  return [
    heading(data),
    sumBox(data),
    ...notices(data),
    { text: 'Så blev summan', style: 'section' },
    arithmeticTable(data),
    ...staysInShort(data),
    { text: 'Det här kan ni göra', style: 'section' },
    adviceList(adviceOf(data)),
    { text: 'Orden i underlaget', style: 'section' },
    adviceList(wordsOf(data)),
  ];
}

function heading(data: BasisData): Content {
  return {
    columns: [
      {
        width: '*',
        stack: [
          { text: data.region.name, fontSize: 9, color: MUTED },
          { text: 'Underlag för betalningsansvar', style: 'title', margin: [0, 3, 0, 0] },
          { text: `${data.kommun.name}, ${monthText(data.month)}`, style: 'subtitle' },
        ],
      },
      {
        width: 'auto',
        table: {
          body: [[{ text: stateText(data), bold: true, color: 'white', fillColor: stateColour(data), fontSize: 9, margin: [8, 4, 8, 4] }]],
        },
        layout: 'noBorders',
      },
    ],
    margin: [0, 0, 0, 14],
  };
}

const stateColour = (data: BasisData): string => (data.frozenAt === null ? WAITS : ACCENT);

function sumBox(data: BasisData): Content {
  const { invoice, sum, frozenAt, madeAt } = data;
  const rows: [string, string][] = [
    ['Kommun', `${data.kommun.name} (${data.kommun.code})`],
    [data.agreement.region === null ? 'Lag' : 'Överenskommelse', data.agreement.name],
    ['Vårdpris', pricesText(data)],
    ...(invoice === null ? [] : ([['Faktura', invoice.number]] as [string, string][])),
    frozenAt === null ? ['Siffror från', timeText(madeAt)] : ['Låst', timeText(frozenAt)],
  ];
  const amount = invoice?.amountOre ?? sum.amountOre;
  return {
    table: {
      widths: ['42%', '*'],
      body: [
        [
          {
            stack: [
              { text: sumLabel(data), style: 'label' },
              { text: kronor(amount === null ? null : Math.abs(amount)), style: 'sum' },
              ...totalLine(data),
            ],
          },
          {
            table: {
              widths: ['auto', '*'],
              body: rows.map(([label, value]): TableCell[] => [
                { text: label, style: 'label', margin: [0, 1, 4, 1] },
                { text: value, fontSize: 9 },
              ]),
            },
            layout: {
              hLineWidth: () => 0,
              vLineWidth: () => 0,
              paddingTop: () => 0.6,
              paddingBottom: () => 0.6,
              paddingLeft: () => 0,
              paddingRight: () => 4,
              fillColor: () => null,
            },
          },
        ],
      ],
    },
    layout: BOX,
  };
}

function sumLabel({ invoice, frozenAt }: BasisData): string {
  if (invoice !== null)
    return invoice.kind === 'kreditfaktura' ? 'Att få tillbaka' : invoice.kind === 'debetfaktura' ? 'Att betala till' : 'Att betala';
  return frozenAt === null ? 'Att betala, om inget ändras' : 'Att betala';
}

function totalLine({ invoice }: BasisData): Content[] {
  if (invoice === null || invoice.n === 1) return [];
  return [{ text: `Månaden kostar därmed ${kronor(invoice.totalOre)}.`, fontSize: 9, color: INK }];
}

function pricesText({ vardpriser, month, agreement, sum }: BasisData): string {
  const years = agreement.priceYear === 'discharge' ? [month.slice(0, 4)] : Object.keys(sum.billableByYear).sort();
  const shown = years.length === 0 ? [month.slice(0, 4)] : years;
  return shown
    .map((year) => (vardpriser[year] === undefined ? `för ${year} är inte fastställt` : `${kronor(vardpriser[year])} per dag (${year})`))
    .join(', ');
}

/** What must be seen before anything else: a correction, a dispute, something that waits. */
function notices(data: BasisData): Content[] {
  const { invoice, disputed, stays, earlier } = data;
  const texts: string[] = [];
  if (invoice !== null && invoice.n > 1) {
    const before = earlier.at(-1);
    const since = before === undefined ? `faktura ${invoice.refersTo}` : `${before.number} på ${kronor(before.amountOre)}`;
    const which = invoice.changed.length === 0 ? '' : ` Ändrat: ${invoice.changed.join(', ')}.`;
    texts.push(`Månaden har räknats om sedan ${since}. Denna ${invoice.kind} hänvisar till faktura ${invoice.refersTo}.${which}`);
  }
  if (disputed !== null) {
    const [many, them, they] =
      disputed.stays.length === 1 ? ['är omstritt och inte avgjort', 'det', 'det'] : ['är omstridda och inte avgjorda', 'dem', 'de'];
    texts.push(
      `${staysText(disputed.stays.length)} ${many}. Med ${them} kostar månaden ${kronor(disputed.withOre)}, utan ${them} ${kronor(disputed.withoutOre)}; bara det lägre faktureras. Resten när ${they} har avgjorts.`,
    );
  }
  const waiting = stays.filter((stay) => stay.vantar).length;
  if (waiting > 0)
    texts.push(
      `${staysText(waiting)} väntar: tiden för kallelsen till SVPL har inte gått ut. ${waiting === 1 ? 'Det' : 'De'} räknas tills vidare som om kallelsen hade gjorts.`,
    );
  if (data.changedAfterwards) texts.push('Uppgifter har ändrats efter att fakturan ställdes ut. Skillnaden kommer på en egen faktura.');
  return texts.map(
    (text): Content => ({
      table: { widths: ['*'], body: [[{ text, fontSize: 9, margin: [8, 4, 8, 4] }]] },
      layout: NOTICE,
      margin: [0, 8, 0, 0],
    }),
  );
}

const NOTICE = {
  hLineWidth: () => 0,
  vLineWidth: (line: number) => (line === 0 ? 3 : 0),
  vLineColor: () => WAITS,
  fillColor: () => '#fdf6e8',
};

const INVOICE_NAMES = { faktura: 'Denna faktura', kreditfaktura: 'Denna kreditfaktura', debetfaktura: 'Denna debetfaktura' };

function arithmeticTable(data: BasisData): Content {
  const steps = arithmeticOf(data.invoice?.sum ?? data.sum, data);
  const total = data.invoice?.totalOre ?? data.sum.amountOre;
  const before = data.earlier.reduce((sum, invoice) => sum + invoice.amountOre, 0);
  const rows: TableCell[][] = steps.map(({ label, formula, amountOre }) => [
    { text: label, bold: true, fontSize: 9 },
    { text: formula, fontSize: 9 },
    { text: amountOre === null ? '' : kronor(amountOre), fontSize: 9, alignment: 'right' },
  ]);
  rows.push([
    { text: 'Månaden', bold: true, fontSize: 9 },
    cell(''),
    { text: kronor(total), bold: true, fontSize: 9.5, alignment: 'right' },
  ]);
  if (data.invoice !== null && data.earlier.length > 0) {
    rows.push([
      cell('Redan fakturerat'),
      cell(data.earlier.map(({ number }) => number).join(', ')),
      { ...object(kronor(-before)), alignment: 'right' },
    ]);
    rows.push([
      { text: INVOICE_NAMES[data.invoice.kind], bold: true, fontSize: 9 },
      cell(''),
      { text: kronor(data.invoice.amountOre), bold: true, fontSize: 9.5, alignment: 'right' },
    ]);
  }
  return { table: { widths: [118, '*', 76], body: rows, dontBreakRows: true }, layout: ROWS };
}

const object = (text: string) => ({ text, fontSize: 9 });

/** How many stays, and what became of them. */
function staysInShort({ stays, sum, agreement }: BasisData): Content[] {
  if (stays.length === 0)
    return [{ text: 'Inget vårdtillfälle som kommunen svarar för skrevs ut under månaden.', fontSize: 9, margin: [0, 8, 0, 0] }];
  const count = (outcome: string) => stays.filter((stay) => stay.outcome === outcome).length;
  const individual = agreement.payment.some(({ rule }) => rule.kind === 'average') ? 'räknas enskilt' : 'med dagar att betala';
  const parts = [
    ...(count('snitt') > 0
      ? [
          `${count('snitt')} i snittet${sum.average === null ? '' : ` (${daysText(sum.averageDaysTotal ?? 0)}, snitt ${decimal(sum.average)})`}`,
        ]
      : []),
    ...(count('individuell') > 0 ? [`${count('individuell')} ${individual}`] : []),
    ...(count('fri') > 0 ? [`${count('fri')} utan dagar att betala`] : []),
    ...(count('utesluten') > 0 ? [`${count('utesluten')} ingår inte`] : []),
  ];
  const all = parts.length === 1 ? `alla ${parts[0]?.replace(/^\d+ /, '')}` : parts.join(', ');
  return [
    {
      text: [
        mark(`${staysText(stays.length)}`, INK),
        {
          text: ` skrevs ut under månaden: ${stays.length === 1 ? (parts[0] ?? '') : all}. ${stays.length === 1 ? 'Det står' : 'Alla står'} i tabellen på nästa sida, med bevisen därefter.`,
        },
      ],
      fontSize: 9,
      margin: [0, 8, 0, 0],
    },
  ];
}

function adviceList(advice: readonly Advice[]): Content {
  return {
    table: {
      widths: [118, '*'],
      body: advice.map(({ title, text }): TableCell[] => [
        { text: title, style: 'advice' },
        { text, fontSize: 9, lineHeight: 1.1 },
      ]),
      dontBreakRows: true,
    },
    layout: {
      hLineWidth: (line: number) => (line === 0 ? 0 : 0.5),
      vLineWidth: () => 0,
      hLineColor: () => LINE,
      paddingTop: () => 3,
      paddingBottom: () => 3,
      paddingLeft: () => 5,
      paddingRight: () => 4,
    },
  };
}
