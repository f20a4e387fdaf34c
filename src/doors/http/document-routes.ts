/** A kommun's documents of a month, and the proof of each stay in it. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { KOMMUNKOD, STAY_ID } from '../../domain/ids.js';
import type { BillingLedger, DocumentKind, MonthStay, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { PAGE_LIMIT_MAX } from '../../ledger/page.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { noteSeen } from './note-seen.js';
import { problemError } from './problem-reply.js';
import { proofView, stayProofSchema } from './proof-view.js';
import { problems } from './schemas.js';

interface Served {
  kind: DocumentKind;
  path: string;
  type: string;
  summary: string;
  operationId: string;
  /** A browser shows it; others are saved. */
  inline: boolean;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const SERVED: readonly Served[] = [
  {
    kind: 'underlag.pdf',
    path: 'basis.pdf',
    type: 'application/pdf',
    summary: 'The basis as PDF',
    operationId: 'readBasisPdf',
    inline: true,
  },
  {
    kind: 'underlag.xlsx',
    path: 'basis.xlsx',
    type: XLSX,
    summary: 'The basis as a workbook',
    operationId: 'readBasisXlsx',
    inline: false,
  },
  {
    kind: 'underlag.csv',
    path: 'basis.csv',
    type: 'text/csv; charset=utf-8',
    summary: 'The basis as CSV',
    operationId: 'readBasisCsv',
    inline: false,
  },
  {
    kind: 'faktura.xml',
    path: 'invoice.xml',
    type: 'application/xml',
    summary: 'The invoice or note as Peppol BIS Billing 3',
    operationId: 'readInvoiceXml',
    inline: false,
  },
];

const DESCRIPTION =
  'Of a frozen month the same bytes each time. A basis that is not kept yet, of a month that runs or waits for its invoice, is made as the month stands and marked so.';

const payerParams = z.object({ region: z.string(), month: z.string().describe('YYYY-MM'), payer: z.string().describe('kommunkod') });
const stayParams = payerParams.extend({ stayId: z.string() });
const documentQuery = z.strictObject({
  n: z
    .string()
    .regex(/^\d{1,4}$/, 'a whole number')
    .optional()
    .describe('1 the first invoice, 2 the note after it …; 0 a zero basis. Default: the first invoice, or the zero basis'),
});

export function documentRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { documents, ledger, clock } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  for (const served of SERVED) {
    routes.get(`/v1/billing/:region/:month/:payer/${served.path}`, {
      schema: {
        tags: ['billing'],
        summary: served.summary,
        operationId: served.operationId,
        description:
          served.kind === 'faktura.xml' ? 'Without patients and stays; 404 `ingen-faktura` where there is nothing to pay.' : DESCRIPTION,
        params: payerParams,
        querystring: documentQuery,
        response: {
          200: {
            description: served.summary,
            content: { [served.type.split(';')[0] as string]: { schema: z.string().meta({ format: 'binary' }) } },
          },
          304: z.null().describe('Not changed since the ETag given in If-None-Match'),
          ...problems(401, 403, 404, 422, 429, 503),
        },
      },
      handler: async (request, reply) => {
        const { params: ref, query } = request;
        checkPayer(ref);
        const n = query.n === undefined ? undefined : Number(query.n);
        const found = await documents.readDocument({ ...ref, kind: served.kind, n });
        if (found === 'no-month') throw problemError('no-such-month', `no month ${ref.month} of ${ref.region} with ${ref.payer}`);
        if (found === 'no-invoice')
          throw problemError('ingen-faktura', `Kommunen har ingen ${n === undefined ? 'faktura' : `faktura nummer ${n}`} i ${ref.month}.`);
        if (found === 'not-made') throw problemError('fakturan-inte-gjord', 'Fakturan är ställd, men filen är inte gjord ännu.');
        // The invoice names no stay.
        if (callerOf(request) !== undefined && served.kind !== 'faktura.xml')
          await noteSeen(request, deps, served.operationId, await staysOf(ledger, ref, clock.now()));
        const etag = `"${found.sha256}"`;
        reply.header('etag', etag).header('cache-control', 'private, no-cache');
        if (request.headers['if-none-match'] === etag) return reply.code(304).send(null) as never;
        return sendFile(reply, served, fileName(served, ref, n), found.bytes) as never;
      },
    });
  }

  routes.get('/v1/billing/:region/:month/:payer/stays/:stayId/proof', {
    schema: {
      tags: ['billing'],
      summary: "Read a stay's proof",
      operationId: 'readStayProof',
      description:
        'Each precondition met or not with the paragraph that demands it, how the days were counted, and every step with its times and receivers. Times are ISO 8601.',
      params: stayParams,
      response: { 200: stayProofSchema, ...problems(401, 403, 404, 429, 503) },
    },
    handler: async (request) => {
      const { stayId, ...ref } = request.params;
      checkPayer(ref);
      const caller = callerOf(request);
      // Who interprets an agreement sees what has come before it, and no other stay.
      if (caller?.party === 'tolkningsinstans' && !(await isDisputed(ledger, { ...ref, stayId })))
        throw problemError('no-such-stay', 'Vårdtillfället finns inte i kommunens underlag.');
      const found = STAY_ID.test(stayId) ? await documents.readProof({ ...ref, stayId }) : 'no-stay';
      if (found === 'no-month') throw problemError('no-such-month', `no month ${ref.month} of ${ref.region} with ${ref.payer}`);
      if (found === 'no-stay') throw problemError('no-such-stay', 'Vårdtillfället finns inte i kommunens underlag.');
      await noteSeen(request, deps, 'readStayProof', [stayId]);
      return proofView(found);
    },
  });
}

/** The stays that a kommun's basis names. */
async function staysOf(ledger: Pick<BillingLedger, 'monthStays'>, ref: PayerRef, now: number): Promise<string[]> {
  const stayIds: string[] = [];
  for (let after: string | undefined | null; after !== null; ) {
    const page: { items: MonthStay[]; next: string | null } = await ledger.monthStays({ ...ref, after, limit: PAGE_LIMIT_MAX }, now);
    stayIds.push(...page.items.map(({ stayId }) => stayId));
    after = page.next;
  }
  return stayIds;
}

/** Whether a rejected objection to the stay is, or was, disputed. */
export async function isDisputed(
  ledger: Pick<BillingLedger, 'objections'>,
  { region, month, payer, stayId }: PayerRef & { stayId: string },
): Promise<boolean> {
  if (!STAY_ID.test(stayId)) return false;
  return (await ledger.objections({ region, month, payer, stayId })).some(({ dispute }) => dispute !== null);
}

/** A place that cannot be is one that is not found. */
function checkPayer({ region, month, payer }: { region: string; month: string; payer: string }): void {
  if (/^[a-z][a-z-]{1,39}$/.test(region) && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) && KOMMUNKOD.test(payer)) return;
  throw problemError('no-such-month', `no month ${month} of ${region} with ${payer}`);
}

/** `underlag-2019-03-0680.pdf`, `underlag-2019-03-0680-2.pdf`, `faktura-2019-03-0680-1.xml`. */
function fileName({ kind }: Served, { month, payer }: { month: string; payer: string }, n: number | undefined): string {
  const [name = '', ending = ''] = kind.split('.');
  const number = kind === 'faktura.xml' ? `-${n ?? 1}` : n !== undefined && n > 1 ? `-${n}` : '';
  return `${name}-${month}-${payer}${number}.${ending}`;
}

function sendFile(reply: FastifyReply, { type, inline }: Served, name: string, bytes: Uint8Array): FastifyReply {
  return reply
    .type(type)
    .header('content-disposition', `${inline ? 'inline' : 'attachment'}; filename="${name}"`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
