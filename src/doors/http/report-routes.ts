/** Reports of a region's months, as page, JSON and CSV; and the files that they need beside the process. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { localMonthOf } from '../../domain/calendar.js';
import { isMonthText, MAX_MONTHS, monthsIn, type Period, REPORT_KINDS } from '../../domain/reports/period.js';
import { IMPORT_KINDS } from '../../ledger/reports/report-ledger.js';
import { reportCsv } from '../../out/reports/report-csv.js';
import { reportHtml } from '../../out/reports/report-html.js';
import { parseWith } from '../field-errors.js';
import type { FieldError } from '../problems.js';
import type { AppDeps } from './deps.js';
import { bodyOf } from './json-body.js';
import { once } from './once.js';
import { problemError } from './problem-reply.js';
import { importedSchema, reportSchema } from './report-answers.js';
import { idempotencyHeaders, problems } from './schemas.js';

const query = z.strictObject({
  from: z.string().describe('first month, YYYY-MM'),
  to: z.string().describe(`last month, YYYY-MM; at most ${MAX_MONTHS} months, none of them to come`),
  format: z.enum(['html', 'json', 'csv']).default('json'),
  kind: z
    .enum(REPORT_KINDS)
    .optional()
    .describe('for which audience: månad, kvartal, halvår, år; default by the length of the period (1, 2–3, 4–6, more months)'),
});
const importBody = z.strictObject({ csv: z.string().describe("the file's text") });

export function reportRoutes(app: FastifyInstance, { reports, ledger, clock }: AppDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get('/v1/reports/:region', {
    schema: {
      tags: ['reports'],
      summary: 'A report of some months',
      operationId: 'readReport',
      description: [
        'Indicators per kommun and vårdcentral with the period before, quality of the basis, outcome, deviations, objections. Sums only: no stay and no person is in it.',
        'The page shows what its audience needs, definitions beside the figures, and prints on A4. The CSV has a row for each indicator and unit.',
      ].join('\n\n'),
      params: z.object({ region: z.string() }),
      querystring: query,
      response: {
        200: {
          description: 'The report',
          content: {
            'application/json': { schema: reportSchema },
            'text/html': { schema: z.string() },
            'text/csv': { schema: z.string() },
          },
        },
        ...problems(401, 403, 404, 422, 429, 503),
      },
    },
    handler: async ({ params: { region }, query: { from, to, format, kind } }, reply) => {
      const period = { from, to };
      const errors = periodErrors(period, localMonthOf(clock.now()));
      if (errors.length > 0) throw problemError('ogiltig-data', undefined, errors);
      const report = await reports.read({ region, period, kind });
      if (report === undefined) throw problemError('no-such-region', `no agreement of a region ${region}`);
      if (format === 'json') return report as z.infer<typeof reportSchema>;
      if (format === 'html') return reply.type('text/html; charset=utf-8').send(await reportHtml(report));
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="rapport-${region}-${from}-${to}.csv"`)
        .send(reportCsv(report));
    },
  });

  routes.post('/v1/reports/:region/imports/:kind', {
    schema: {
      tags: ['reports'],
      summary: 'Bring in a file',
      operationId: 'importReportFile',
      description: [
        'CSV with `,` or `;`, as text. `delaktighet`: `manad;matning;kommun;vardcentral;svar;andel` (kommun or vårdcentral, or neither for the region; andel 0–100 with at most one decimal); it takes the place of what was known of the same months.',
        '`vardcentraler`: `hsaId;namn;listade;timmarPerVecka`; it takes the place of all that were known. Refused as a whole when anything is wrong: the `path` of an error is `LINE:COLUMN`, the header being line 1.',
      ].join('\n\n'),
      params: z.object({ region: z.string(), kind: z.enum(IMPORT_KINDS) }),
      headers: idempotencyHeaders,
      body: importBody.meta({
        examples: [{ csv: 'hsaId;namn;listade;timmarPerVecka\nSE2321000057-VC1;Vårdcentralen Öster;10000;20\n' }],
      }),
      response: { 200: importedSchema, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request) => {
      const { region, kind } = request.params;
      const checked = parseWith(importBody, bodyOf(request));
      if ('errors' in checked) throw problemError('ogiltig-data', undefined, checked.errors);
      const { csv } = checked.value;
      return once(request, { ledger, clock }, csv, async () => {
        const done = await reports.importFile(region, kind, csv);
        if (done === undefined) throw problemError('no-such-region', `no agreement of a region ${region}`);
        if ('errors' in done)
          throw problemError(
            'ogiltig-data',
            undefined,
            done.errors.map(({ line, column, reason }) => ({ path: `${line}:${column}`, message: reason })),
          );
        return { region, kind, ...done };
      });
    },
  });
}

function periodErrors(period: Period, thisMonth: string): FieldError[] {
  const errors = (['from', 'to'] as const).flatMap((path) =>
    isMonthText(period[path]) ? [] : [{ path, message: `${JSON.stringify(period[path])} is no month: YYYY-MM` }],
  );
  if (errors.length > 0) return errors;
  if (period.from > period.to) return [{ path: 'to', message: `${period.to} is before ${period.from}` }];
  if (period.to > thisMonth) return [{ path: 'to', message: `${period.to} is still to come` }];
  return monthsIn(period) > MAX_MONTHS ? [{ path: 'from', message: `more than ${MAX_MONTHS} months` }] : [];
}
