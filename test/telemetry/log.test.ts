/** The log says what happened to which stay, and nothing of the patient, whatever it is given. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { LedgerRefusal } from '../../src/ledger/refusal.js';
import { SPAN_ATTRIBUTES } from '../../src/telemetry/clean-span.js';
import { onBehalfOf } from '../../src/telemetry/log-context.js';
import { LOG_FIELDS } from '../../src/telemetry/log-fields.js';
import { maskNumbers, maskShapes } from '../../src/telemetry/mask.js';
import { temporalFields } from '../../src/telemetry/temporal-log.js';
import { ROOT, sourceFiles } from '../support/sources.js';
import { writtenLog } from './written-log.js';

/** Of Skatteverket's test series. */
const NUMBER = '189001019802';
const NAME = 'Planterad Patientsson';
const TEXT = 'Patienten vill inte hem till sin bror';
const PLANTED = [NUMBER, NUMBER.slice(2), '19890', NAME, TEXT, 'bror'];

const planted = `${NAME} (${NUMBER}): ${TEXT}`;

function expectClean(text: string): void {
  for (const word of PLANTED.filter((one) => one !== '19890')) expect(text).not.toContain(word);
}

/** As `pg` throws them. */
const ofPostgres = () =>
  Object.assign(new Error(`duplicate key value violates unique constraint: ${planted}`), {
    name: 'error',
    code: '23505',
    severity: 'ERROR',
    detail: `Key (id)=(${NUMBER}) already exists.`,
    where: TEXT,
    table: 'identities',
    constraint: 'identities_pkey',
  });

describe('an error is what it is and where it was thrown; its words are not written', () => {
  test.each<[string, unknown, object]>([
    ['of the database', ofPostgres(), { type: 'error', code: '23505', table: 'identities', constraint: 'identities_pkey' }],
    ['of a parser, which quotes what it read', parseError(), { type: 'SyntaxError' }],
    ['of a calendar, which quotes the text', new RangeError(`invalid RFC 9557 string: ${NUMBER}`), { type: 'RangeError' }],
    ['with another behind it', new Error(TEXT, { cause: ofPostgres() }), { type: 'Error', cause: { code: '23505' } }],
    ['that is no error', planted, { type: 'string' }],
    ['whose name is not a name', Object.assign(new Error('x'), { name: `${NAME}\n${TEXT}<>` }), { type: 'Error' }],
    ['of a connection', ofConnection(), { code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 5432 }],
    ['of Temporal', ofTemporal(), { type: 'ActivityFailure', failure: 'record', cause: { failure: 'liggaren-svarar-inte' } }],
    ['whose words look like a stack', new Error(`x\n    at ${NUMBER}.ts:1:1\n    at bror (/a/b.ts:1:1)`), { type: 'Error' }],
  ])('%s', (_what, err, expected) => {
    const { log, text, lines } = writtenLog();
    log.error({ err, stayId: 'S-1' }, 'it went wrong');
    log.error({ err });
    if (err instanceof Error) {
      log.error(err);
      log.error({ err }, err.message); // as fastify does
    }
    expectClean(text());
    expect(lines()[0]).toMatchObject({ level: 'error', stayId: 'S-1', msg: 'it went wrong', err: expected });
    if (err instanceof Error && err.message !== 'x') expect((lines()[0]!['err'] as { stack: string[] }).stack[0]).toMatch(/:\d+:\d+\)?$/);
  });

  test('of our own keeps its words, but for numbers', () => {
    const { log, lines } = writtenLog();
    log.error({ err: new LedgerRefusal('lucka-i-handelser', `Händelse 4 saknas (890101-9802)`) }, 'refused');
    expect(lines()[0]).toMatchObject({ err: { code: 'lucka-i-handelser', message: 'Händelse 4 saknas ([personnummer])' } });
  });
});

function parseError(): Error {
  try {
    JSON.parse(`{"name": ${planted}}`);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was JSON');
}

function ofConnection(): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${planted}`), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    address: '127.0.0.1',
    port: 5432,
  });
}

function ofTemporal(): Error {
  const cause = ApplicationFailure.create({ type: 'liggaren-svarar-inte', message: planted, details: [planted] });
  return new ActivityFailure(planted, 'record', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);
}

describe('a line has the fields that are known', () => {
  test('and says which it was given beside them, without what they held', () => {
    const { log, text, lines } = writtenLog();
    log.info({ stayId: 'S-1', patient: { name: NAME, personnummer: NUMBER }, body: planted, text: TEXT }, 'admitted');
    expectClean(text());
    expect(lines()[0]).toMatchObject({ stayId: 'S-1', dropped: ['patient', 'body', 'text'], msg: 'admitted' });
  });

  test('and not one of another shape', () => {
    const { log, text, lines } = writtenLog();
    log.info({ stayId: { name: NAME }, accepted: planted, ms: TEXT, noticeIds: [{ text: TEXT }], code: 23_505 }, 'x');
    expectClean(text());
    expect(lines()[0]).toMatchObject({ dropped: ['stayId', 'accepted', 'ms', 'noticeIds'], code: 23_505 });
  });

  test('in children too', () => {
    const { log, text, lines } = writtenLog();
    log.child({ requestId: 'r1', req: { url: `/v1/stays/${NUMBER}`, headers: { authorization: 'Bearer hemligt' } } }).info('x');
    expectClean(text());
    expect(text()).not.toContain('hemligt');
    expect(lines()[0]).toMatchObject({ requestId: 'r1', dropped: ['req'] });
  });

  test('what is put into a text by a frame is not', () => {
    const { log, text } = writtenLog();
    log.info('%s', planted);
    log.info({ stayId: 'S-1' }, '%s of %o', NAME, { text: TEXT });
    expectClean(text());
  });

  test('of the request that it is written on behalf of', async () => {
    const { log, lines } = writtenLog();
    await onBehalfOf({ door: 'hl7', requestId: 'r7' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log.info({ stayId: 'S-1' }, 'x');
    });
    log.info('y');
    expect(lines()[0]).toMatchObject({ door: 'hl7', requestId: 'r7', stayId: 'S-1' });
    expect(lines()[1]).not.toHaveProperty('door');
  });
});

describe('what looks like a personnummer does not pass', () => {
  test.each([NUMBER, '8901019802', '890101-9802', '890101+9802', '18890101-9802', '890161-9802', '890101T982'])(
    '%s, in words',
    (number) => {
      expect(maskShapes(`om ${number}.`)).toBe('om [personnummer].');
    },
  );
  test('nor what is one, in a whole line, wherever it stands', () => {
    const { log, text } = writtenLog();
    // The first two of Skatteverket's series; the last holds by its check digit.
    log.info({ stayId: `x-${NUMBER}`, messageId: '19900118-9811', reason: '900118-9811 står fel' }, `about ${NUMBER}`);
    expect(text()).not.toMatch(/9802|9811/);
  });
  test.each([
    ['an organisation number in an HSA-id', 'SE2321000131-E000000000001'],
    ['a trace id', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['a visit number of date and counter that is none', '1903041234'],
    ['an instant in milliseconds', '1774310400000'],
    ['an instant', '2019-03-04T12:34:56.789Z'],
    ['an address', '10.12.31.4:51234'],
  ])('%s is left as it is', (_what, value) => expect(maskNumbers(`{"a":"${value}"}`)).toBe(`{"a":"${value}"}`));

  test('at a cost that nobody notices', () => {
    const line = JSON.stringify({
      level: 'info',
      time: new Date().toISOString(),
      stayId: 'S-1',
      requestId: 'a'.repeat(36),
      ms: 12.5,
      msg: 'm',
    });
    const since = performance.now();
    for (let i = 0; i < 20_000; i++) maskNumbers(line);
    expect((performance.now() - since) / 20_000).toBeLessThan(0.05); // milliseconds; measured 0.001
  });
});

describe("the Temporal SDK's lines", () => {
  test('say which stay, and nothing of a failure but what it is', () => {
    const { log, text, lines } = writtenLog();
    const meta = {
      workflowId: 'stay/jonkoping/S-1',
      runId: 'run',
      activityType: 'record',
      attempt: 3,
      error: ofTemporal(),
      failure: `Failure { message: "${planted}" }`,
      args: [planted],
      spanContexts: [],
    };
    log.warn(temporalFields(meta), 'Activity failed');
    expectClean(text());
    expect(lines()[0]).toMatchObject({ stayId: 'S-1', region: 'jonkoping', runId: 'run', activityType: 'record', attempt: 3 });
    expect(lines()[0]).not.toHaveProperty('dropped');
  });
  test.each([
    ['stay/jonkoping/S-1', { region: 'jonkoping', stayId: 'S-1' }],
    ['billing/jonkoping/2019-03', { region: 'jonkoping', month: '2019-03' }],
    ['billing/jonkoping-2026-09-01T04:00:00Z', {}],
    ['invoice/jonkoping/2019-03/0680', { region: 'jonkoping', month: '2019-03', payer: '0680' }],
    [`stay/jonkoping/${NAME}`, {}],
    [planted, {}],
  ])('of %s', (workflowId, expected) => {
    const { workflowId: shown, ...subject } = temporalFields({ workflowId });
    expect(subject).toEqual(expected);
    expect(shown).toBe(Object.keys(expected).length > 0 ? workflowId : undefined);
  });
});

test('every field that the program gives a line is one that it may have', () => {
  const unknown: string[] = [];
  for (const { path, text } of sourceFiles(['src', 'activities', 'worker', 'workflows'])) {
    for (const [, fields = ''] of text.matchAll(/\blog\.(?:trace|debug|info|warn|error|fatal)\(\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g)) {
      for (const part of fields.split(/,(?![^()[\]{}]*[)\]}])/)) {
        const name = /^\s*(\w+)/.exec(part)?.[1];
        if (name !== undefined && !Object.hasOwn(LOG_FIELDS, name)) unknown.push(`${path}: ${name}`);
      }
    }
  }
  expect(unknown).toEqual([]);
});

test('docs/logs-and-traces.md has every field of a line and every attribute of a span, and no others', () => {
  const page = readFileSync(join(ROOT, 'docs/logs-and-traces.md'), 'utf8');
  const [, logs = '', traces = ''] = page.split(/^## .*$/m);
  const rows = [...logs.matchAll(/^\| `(\w+)` \| (\w+) \| (.+) \|$/gm)].map(([, name, shape, meaning]) => [name, [shape, meaning]]);
  expect(Object.fromEntries(rows)).toEqual(LOG_FIELDS);
  const attributes = traces.slice(traces.lastIndexOf(':')).match(/`([a-z_.]+)`/g);
  expect(attributes?.map((name) => name.replaceAll('`', ''))).toEqual(Object.keys(SPAN_ATTRIBUTES));
});
