/** How soon the board, the API and the reports answer on a ledger that is given; requests without a socket. */

import { documentReader } from '../activities/documents.js';
import type { Agreements } from '../src/agreements/load.js';
import { endOfMonth } from '../src/domain/billing/region-month.js';
import { HOUR } from '../src/domain/calendar.js';
import { buildApp } from '../src/doors/http/app.js';
import type { AppDeps } from '../src/doors/http/deps.js';
import { monthReader } from '../src/doors/month-view.js';
import { reportDesk } from '../src/doors/report-desk.js';
import type { Ledger } from '../src/ledger/ledger.js';

const REQUESTS = 40;

export interface PageTimes {
  what: string;
  /** Milliseconds, one for each request. */
  times: number[];
}

/** Each address is asked once to warm it, and then often; its kommun or month changes from request to request. */
export async function pageTimes(given: {
  ledger: Ledger;
  agreements: Agreements | undefined;
  region: string;
  months: string[];
  payers: string[];
}): Promise<PageTimes[]> {
  const { ledger, agreements, region, months, payers } = given;
  if (agreements === undefined) return [];
  const last = months.at(-1) ?? '';
  const clock = { now: () => endOfMonth(last) - 5 * HOUR, scale: 1, futureToleranceMs: 60_000, lateToleranceMs: HOUR };
  const absent = () => Promise.reject(new Error('not part of this measurement'));
  const app = await buildApp({
    submit: { admit: absent, act: absent, read: absent } as unknown as AppDeps['submit'],
    invoices: { object: absent, answer: absent, dispute: absent, decide: absent, hold: absent, approve: absent },
    ledger,
    agreements,
    clock,
    readMonth: monthReader({ ledger, agreements, clock }),
    documents: documentReader({ ledger, agreements, clock, allowExamples: true }),
    reports: reportDesk({ ledger, agreements, clock }),
    deliveries: { ofStay: absent, list: absent, retry: absent, endpoints: absent, enable: absent },
    pingTemporal: async () => undefined,
    requestsPerMinute: 1_000_000,
    maxEventLoopDelayMs: 0,
  });
  const pages: [what: string, url: (i: number) => string][] = [
    ['board: the region, its running month', () => `/tavla/${region}`],
    ['board: a month', (i) => `/tavla/${region}/${months[i % months.length]}`],
    ["board: a kommun's month", (i) => `/tavla/${region}/${months[i % months.length]}/${payers[i % payers.length]}`],
    ["board: the running month's kommun", (i) => `/tavla/${region}/${last}/${payers[i % payers.length]}`],
    ['report: a month', (i) => `/v1/reports/${region}?from=${months[i % months.length]}&to=${months[i % months.length]}&format=html`],
    ['report: the year', () => `/v1/reports/${region}?from=${months[0]}&to=${last}&format=html`],
    ['report: the year, JSON', () => `/v1/reports/${region}?from=${months[0]}&to=${last}&format=json`],
  ];
  const measured: PageTimes[] = [];
  for (const [what, url] of pages) {
    const times: number[] = [];
    for (let i = 0; i < REQUESTS + months.length; i++) {
      const from = performance.now();
      const answer = await app.inject({ method: 'GET', url: url(i) });
      if (answer.statusCode !== 200) throw new Error(`${url(i)} answered ${answer.statusCode}: ${answer.body.slice(0, 300)}`);
      // The first of each address fills what is kept: plots, figures of a month.
      if (i >= months.length) times.push(performance.now() - from);
    }
    measured.push({ what, times });
  }
  await app.close();
  return measured;
}
