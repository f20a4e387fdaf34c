/** The namespace and its search attributes on a real server: made where they are missing, and what is wrong is told in plain words. */
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examineNamespace } from '../../src/cli/doctor-namespace.js';
import { ensureNamespace } from '../../src/temporal/ensure-namespace.js';
import { ensureSearchAttributes } from '../../src/temporal/ensure-search-attributes.js';
import { NamespaceProblem } from '../../src/temporal/namespace-problem.js';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes.js';
import { configFrom } from '../support/config.js';
import { CLI } from '../workflows/harness.js';

const { INDEXED_VALUE_TYPE_KEYWORD: KEYWORD, INDEXED_VALUE_TYPE_KEYWORD_LIST: KEYWORD_LIST } = proto.temporal.api.enums.v1.IndexedValueType;

describe.skipIf(!CLI)('on a real server (skipped where there is no Temporal CLI)', () => {
  let env: TestWorkflowEnvironment;
  beforeAll(async () => {
    env = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: CLI! },
        log: { level: 'error', format: 'pretty' },
        extraArgs: ['--namespace', 'borrowed', '--namespace', 'full'],
      },
    });
    const { operatorService } = env.connection;
    await operatorService.addSearchAttributes({ namespace: 'borrowed', searchAttributes: { FristTid: KEYWORD, Fas: KEYWORD_LIST } });
    await operatorService.addSearchAttributes({
      namespace: 'full',
      searchAttributes: { A: KEYWORD_LIST, B: KEYWORD_LIST, C: KEYWORD_LIST },
    });
  });
  afterAll(() => env.teardown());

  const doctor = (namespace: string) =>
    examineNamespace(configFrom({ TEMPORAL_ADDRESS: env.address, TEMPORAL_NAMESPACE: namespace }), 5_000);
  const problem = async (what: Promise<unknown>): Promise<string> => {
    const thrown = await what.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(NamespaceProblem);
    return (thrown as Error).message;
  };

  test('its own namespace is made where it is missing, and can be used at once', async () => {
    expect(await doctor('hemgang')).toEqual([{ level: 'note', what: expect.stringContaining('the worker makes it at its start') }]);
    expect(await ensureNamespace(env.connection as never, 'hemgang')).toBe(true);
    expect(await doctor('hemgang')).toEqual([
      { level: 'note', what: expect.stringMatching(/^TEMPORAL_NAMESPACE: hemgang lacks Region, .*Manad; the worker adds them/) },
    ]);
    const names = SEARCH_ATTRIBUTES.map(({ name }) => name);
    expect(await ensureSearchAttributes(env.connection as never, 'hemgang')).toEqual(names);
    expect(await env.connection.workflowService.countWorkflowExecutions({ namespace: 'hemgang', query: "Frister = 'x'" })).toBeDefined();
    expect(await ensureNamespace(env.connection as never, 'hemgang')).toBe(false);
    expect(await ensureSearchAttributes(env.connection as never, 'hemgang')).toEqual([]);
    expect(await doctor('hemgang')).toEqual([{ level: 'ok', what: expect.any(String) }]);
  }, 60_000);

  test('another one that is missing may be misspelt: it is told of, and not made', async () => {
    const told = /^there is no namespace hemgnag; make it with: temporal operator namespace create --namespace hemgnag --retention 2160h$/;
    expect(await problem(ensureNamespace(env.connection as never, 'hemgnag'))).toMatch(told);
    expect(await problem(ensureSearchAttributes(env.connection as never, 'hemgnag'))).toMatch(told);
    expect(await doctor('hemgnag')).toEqual([{ level: 'bad', what: expect.stringContaining('there is no namespace hemgnag') }]);
  });

  test('attributes of another type are told of, every one', async () => {
    const told = await problem(ensureSearchAttributes(env.connection as never, 'borrowed'));
    expect(told).toContain('search attribute FristTid is Keyword in namespace borrowed and must be Datetime');
    expect(told).toContain('search attribute Fas is KeywordList in namespace borrowed and must be Keyword');
    expect((await doctor('borrowed')).map(({ level, what }) => [level, what.slice(0, 44)])).toEqual([
      ['bad', 'TEMPORAL_NAMESPACE: search attribute Fas is '],
      ['bad', 'TEMPORAL_NAMESPACE: search attribute FristTi'],
    ]);
  });

  test('a namespace without room for them is told of', async () => {
    expect(await problem(ensureSearchAttributes(env.connection as never, 'full'))).toMatch(
      /^namespace full cannot take the search attributes .*more than 3 search attribute of type KeywordList/,
    );
  });

  test('where the list is kept from us, a query tells whether they are there', async () => {
    const denied = async () => {
      throw Object.assign(new Error('denied'), { code: 7, details: 'denied' });
    };
    const { workflowService } = env.connection;
    const theirs = { workflowService, operatorService: { listSearchAttributes: denied, addSearchAttributes: denied } } as never;
    expect(await ensureSearchAttributes(theirs, 'hemgang')).toEqual([]);
    expect(await problem(ensureSearchAttributes(theirs, 'full'))).toBe(
      'this program may not look at the search attributes of namespace full; docs/finding.md has the commands',
    );
  });

  test('the doctor says when what answers is no Temporal', async () => {
    const config = configFrom({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(await examineNamespace(config, 500)).toEqual([{ level: 'bad', what: expect.stringMatching(/^TEMPORAL_ADDRESS: /) }]);
  });
});
