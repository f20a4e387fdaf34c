/** A kommun's documents: made once for each invoice, kept in the ledger for ever, written below DATA_DIR; or made on demand before that. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stayOutcome } from '../src/domain/billing/kommun-month.js';
import { EVERYTHING_DUE } from '../src/domain/billing/preconditions.js';
import type { Instant } from '../src/domain/calendar.js';
import type { DocumentReader } from '../src/doors/document-reader.js';
import type { BillingLedger, DocumentKind, DocumentRef, MonthRef, PayerRef } from '../src/ledger/billing/billing-ledger.js';
import { basisCsv, type CsvStay, csvHead, csvStays, csvSum } from '../src/out/documents/basis-csv.js';
import type { BasisData } from '../src/out/documents/basis-data.js';
import { partiesOf } from '../src/out/documents/invoice/lacks.js';
import { peppolXml } from '../src/out/documents/invoice/peppol.js';
import { basisPdf } from '../src/out/documents/pdf/basis-pdf.js';
import { basisXlsx } from '../src/out/documents/xlsx/basis-xlsx.js';
import { permanent, withFailures } from './failures.js';
import { agreementOf, type GatherDeps, gatherBasis, gatherStay, kommunName, rowsOf, sumOf } from './gather-basis.js';
import type { ActivityDeps } from './index.js';
import { writeWhole } from './write-whole.js';

type BasisKind = Exclude<DocumentKind, 'faktura.xml'>;
const BASIS_KINDS: readonly BasisKind[] = ['underlag.pdf', 'underlag.xlsx', 'underlag.csv'];

export interface DocumentDeps extends GatherDeps {
  ledger: GatherDeps['ledger'] & Pick<BillingLedger, 'documents' | 'readDocument' | 'saveDocument' | 'monthStay'>;
}

const MAKE: Record<BasisKind, (data: BasisData) => Promise<Uint8Array>> = {
  'underlag.pdf': basisPdf,
  'underlag.xlsx': basisXlsx,
  'underlag.csv': async (data) => Buffer.from(basisCsv(data.kommun, data.stays, data.sum)),
};

export function documentActivities(
  deps: Pick<ActivityDeps, 'agreements' | 'dataDir' | 'log'> & { ledger: DocumentDeps['ledger']; allowExamples: boolean },
) {
  const { ledger, dataDir, log } = deps;
  return {
    /**
     * Makes the documents of one invoice or note, or of the zero basis (`n` 0): what is kept already is not made again. Fails for good when
     * the invoice lacks something of its parties; the basis is there all the same.
     */
    makeDocuments: ({ n, at, ...ref }: PayerRef & { n: number; at: Instant }): Promise<{ folder: string; files: string[] }> =>
      withFailures(log, { activity: 'makeDocuments', ...ref, n }, async () => {
        const folder = join(dataDir, 'billing', ref.region, ref.month, ref.payer);
        await mkdir(folder, { recursive: true });
        const basis = onceOnly(() => gatherBasis(deps, ref, n, at));
        const files: string[] = [];
        const keep = async (kind: DocumentKind, make: (data: BasisData) => Promise<Uint8Array>) => {
          let bytes = (await ledger.readDocument({ ...ref, n, kind }))?.bytes;
          if (bytes === undefined) {
            bytes = await make((await basis()) ?? missing(ref, n));
            bytes = await keptOr(bytes, ledger, { ...ref, n, kind }, at);
          }
          files.push(fileIn(kind, n));
          await writeWhole(join(folder, fileIn(kind, n)), bytes);
        };
        for (const kind of BASIS_KINDS) await keep(kind, MAKE[kind]);
        if (n > 0) await keep('faktura.xml', async (data) => Buffer.from(invoiceXml(deps, data)));
        return { folder, files };
      }),
  };
}

/** Keeps the bytes; where another run was quicker, its bytes are the document. */
async function keptOr(bytes: Uint8Array, ledger: DocumentDeps['ledger'], ref: DocumentRef, at: Instant): Promise<Uint8Array> {
  try {
    await ledger.saveDocument({ ...ref, bytes, at });
    return bytes;
  } catch (error) {
    const kept = await ledger.readDocument(ref);
    if (kept === undefined) throw error;
    return kept.bytes;
  }
}

/** `underlag.pdf` for the first, `underlag-2.pdf` for the note after it; invoices always by their number. */
function fileIn(kind: DocumentKind, n: number): string {
  const [name = '', ending = ''] = kind.split('.');
  return kind === 'faktura.xml' || n > 1 ? `${name}-${n}.${ending}` : kind;
}

function invoiceXml({ agreements, allowExamples }: GatherDeps, data: BasisData): string {
  const { invoice, hash } = data;
  if (invoice === null || hash === null) throw permanent('ingen-faktura', `Månaden ${data.month} har ingen faktura.`);
  const found = partiesOf(agreements.parties, data.region.id, data.kommun.code, allowExamples);
  if ('lacks' in found) throw permanent('parter-saknas', `Fakturan ${invoice.number} kan inte göras. ${found.lacks.join('. ')}.`);
  return peppolXml({ ...found, invoice, hash, earlier: data.earlier, agreement: data.agreement, vardpriser: data.vardpriser });
}

function missing(ref: PayerRef, n: number): never {
  throw permanent('ingen-faktura', `${ref.payer} har ingen faktura ${n} i ${ref.month}.`);
}

/** The region's month as one CSV file, every kommun with its stays and its sum; undefined where there is no such month. */
export async function monthCsv(deps: Pick<GatherDeps, 'ledger' | 'agreements'>, ref: MonthRef, now: Instant): Promise<string | undefined> {
  const sums = await deps.ledger.monthSums(ref, now);
  if (sums === undefined) return undefined;
  const parts = [csvHead()];
  for (const sum of [...sums.kommuner, ...sums.others]) {
    const payer = { ...ref, payer: sum.payer };
    const agreement = agreementOf(sums.rules, payer);
    const kommun = { code: sum.payer, name: kommunName(deps, agreement, sum.payer) };
    for await (const { stayId, episode, judgement } of rowsOf(deps, { ...payer, as: 'frozen' }, now)) {
      const outcome = stayOutcome(stayId, sum.payer, judgement, agreement, { month: ref.month, vardpriser: sums.rules.vardpriser });
      parts.push(csvStays(kommun, [csvStay(outcome, episode)]));
    }
    parts.push(csvSum(kommun, sum));
  }
  return parts.join('');
}

function csvStay(
  { stayId, outcome, reason, averageDays, individual }: ReturnType<typeof stayOutcome>,
  episode: CsvStay['episode'],
): CsvStay {
  return {
    stayId,
    outcome,
    reason,
    days: individual?.days ?? averageDays,
    billableDays: individual?.billableDays ?? null,
    amountOre: individual?.amountOre ?? null,
    episode,
  };
}

export function documentReader({ clock, ...deps }: DocumentDeps & { clock: { now(): Instant } }): DocumentReader {
  const { ledger } = deps;
  return {
    async readDocument({ kind, n, ...ref }) {
      const now = clock.now();
      const sums = await ledger.monthSums({ region: ref.region, month: ref.month }, now);
      if (sums === undefined || sumOf(sums, ref.payer) === undefined) return 'no-month';
      const invoices = await ledger.invoices(ref);
      const wanted = n ?? (invoices.length > 0 ? 1 : 0);
      const kept = await ledger.readDocument({ ...ref, kind, n: wanted });
      if (kept !== undefined) return { bytes: kept.bytes, sha256: kept.note.sha256, preliminary: false };
      // An invoice is never made for whoever asks; a basis only where nothing of it is kept yet.
      if (kind === 'faktura.xml') return invoices.some((invoice) => invoice.n === wanted) ? 'not-made' : 'no-invoice';
      const data = await gatherBasis(deps, ref, wanted, now);
      if (data === undefined) return 'no-invoice';
      const bytes = await MAKE[kind](data);
      return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), preliminary: true };
    },

    async readProof({ stayId, ...ref }) {
      const now = clock.now();
      const month = { region: ref.region, month: ref.month };
      const sums = await ledger.monthSums(month, now);
      if (sums === undefined || sumOf(sums, ref.payer) === undefined) return 'no-month';
      const row = await ledger.monthStay({ ...month, stayId }, now);
      if (row === undefined || row.payer !== ref.payer) return 'no-stay';
      const agreement = agreementOf(sums.rules, ref);
      const found = await gatherStay(deps, row, agreement, sums.frozenAt === null ? now : EVERYTHING_DUE);
      if (found === undefined) return 'no-stay';
      const by = { month: ref.month, vardpriser: sums.rules.vardpriser };
      const { individual } = stayOutcome(stayId, ref.payer, row.judgement, agreement, by);
      return { proof: found.proof, amountOre: individual?.amountOre ?? null, billableDays: individual?.billableDays ?? null };
    },
  };
}

/** The work done at its first call, and its answer at the others. */
function onceOnly<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}
