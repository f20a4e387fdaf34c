/** The basis as a PDF: the same bytes for the same data. */

import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import pdfmake from 'pdfmake';
import type { BasisData } from '../basis-data.js';
import { monthText } from '../format.js';
import { stateText } from '../words.js';
import { frontPage } from './front.js';
import { proofPages } from './proofs.js';
import { stayTable } from './stay-table.js';
import { INK, MUTED, PAGE_MARGINS, STYLES } from './style.js';

const FONTS = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto');
const font = (name: string): string => join(FONTS, `Roboto-${name}.ttf`);

pdfmake.setFonts({ Roboto: { normal: font('Regular'), bold: font('Medium'), italics: font('Italic'), bolditalics: font('MediumItalic') } });
// Nothing is fetched, and nothing is read but the fonts.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path.startsWith(FONTS + sep));

export async function basisPdf(data: BasisData): Promise<Buffer> {
  return pdfmake.createPdf(definition(data)).getBuffer();
}

function definition(data: BasisData): Parameters<typeof pdfmake.createPdf>[0] {
  const title = `Underlag för betalningsansvar, ${data.kommun.name}, ${monthText(data.month)}`;
  return {
    version: '1.7',
    language: 'sv-SE',
    displayTitle: true,
    pageSize: 'A4',
    pageMargins: PAGE_MARGINS,
    info: {
      title,
      author: data.region.name,
      subject: stateText(data),
      creator: 'Hemgång',
      producer: 'Hemgång',
      creationDate: new Date(data.madeAt),
      modDate: new Date(data.madeAt),
    },
    defaultStyle: { font: 'Roboto', fontSize: 9.5, color: INK, lineHeight: 1.08 },
    styles: STYLES,
    content: [...frontPage(data), ...stayTable(data), ...proofPages(data)],
    header: (page) =>
      page === 1
        ? null
        : { text: `${title}. ${stateText(data)}`, fontSize: 7.5, color: MUTED, margin: [PAGE_MARGINS[0], 24, PAGE_MARGINS[2], 0] },
    footer: (page, pages) => ({
      columns: [
        { width: '*', text: seal(data), fontSize: 6.5, color: MUTED },
        { width: 'auto', text: `Sida\u00a0${page}\u00a0av\u00a0${pages}`, noWrap: true, fontSize: 8, color: MUTED },
      ],
      columnGap: 12,
      margin: [PAGE_MARGINS[0], 20, PAGE_MARGINS[2], 0],
    }),
  };
}

/** By what a reader tells that the figures are those that were frozen. */
function seal({ hash, agreement }: BasisData): string {
  const rules = `Överenskommelse ${agreement.id}, version ${agreement.version.slice(0, 16)}.`;
  return hash === null ? `Preliminärt: inte låst, kan ändras. ${rules}` : `Låst underlag, kontrollsumma SHA-256 ${hash}. ${rules}`;
}
