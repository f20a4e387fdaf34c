/** The head of the OpenAPI document: what the API is, how it answers, every code of its problems. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { PROBLEMS } from '../problems.js';

const codes = Object.entries(PROBLEMS)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);

export const OPENAPI: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.1',
  info: {
    title: 'Hemgång',
    version: '1',
    description: [
      "A patient's way home from hospital: admissions, staff actions, cases, inboxes and the month's billing.",
      'How to begin, with commands that work: [the guide](/docs/guide). Types and a client for TypeScript: `clients/typescript` of the repository.',
      'A body is JSON of at most 1 MiB. `HEAD` is answered where `GET` is. What is wrong is told as Problem Details (RFC 9457) with a stable `code` ([the list](/docs/problems)):',
      ['| code | status | meaning |', '| --- | --- | --- |', ...codes].join('\n'),
      'Every write is made once: by the `id` of the action, by the content of the admission, or by `Idempotency-Key`; other content for the same is 409 `id-anvant`.',
      'At most 60 000 requests a minute are taken of one caller, or from one address where nobody is asked who they are (`HTTP_REQUESTS_PER_MINUTE`): the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` say what is left; then 429 with `Retry-After`. Before a route is reached a request may be answered 400 `not-http`, 408 `too-slow` (a minute) or 431 `headers-too-large` (16 KiB).',
    ].join('\n\n'),
  },
  tags: [
    { name: 'stays', description: 'Vårdtillfällen' },
    { name: 'steg 1', description: 'Inskrivningsmeddelande och svar' },
    { name: 'steg 2', description: 'Beräknad utskrivning' },
    { name: 'steg 3', description: 'Samordnad vårdplanering (SVPL)' },
    { name: 'steg 4', description: 'Utskrivningsklar och utskrivning' },
    { name: 'steg 5', description: 'SVPL-möte och SIP' },
    { name: 'steg 6', description: 'Uppföljning' },
    { name: 'alla', description: 'När som helst' },
    { name: 'rattelse', description: 'Flytt, ändring och rättelse' },
    { name: 'accesses', description: 'Vem som har läst och gjort vad: för patienten och för återkommande kontroller' },
    { name: 'notices', description: "The units' inboxes" },
    { name: 'messages', description: 'Vad sjukhusens system har sänt, och vad det blev av det' },
    { name: 'billing', description: 'Betalningsansvar, månad för månad' },
    { name: 'reports', description: 'Uppföljning: månad, kvartal, halvår och år' },
    { name: 'fhir', description: 'FHIR R4: stays told by Encounters; what there is says `/fhir/R4/metadata`' },
    { name: 'service', description: 'Clock and health' },
  ],
};
