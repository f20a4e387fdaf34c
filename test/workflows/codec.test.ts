/**
 * A whole stay on a real server, with what people write and who the patient is planted in everything: whoever follows the process finds none
 * of it in any payload of its history, its queries and its failures, and reads the rest; whoever keeps the service running finds all of it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ApplicationFailure, type Payload } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/domain/stay/state.js';
import { accessLog } from '../../src/doors/access/access-log.js';
import { tokenAuth } from '../../src/doors/access/tokens.js';
import { codecGate } from '../../src/doors/codec/gate.js';
import { HIDDEN } from '../../src/doors/codec/shown.js';
import { FOREIGN } from '../../src/doors/codec/views.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { bodyOf } from '../../src/temporal/codec-json.js';
import { type CodecServer, startCodecServer } from '../../src/temporal/codec-server.js';
import { AUDIENCE, startIssuer, type TestIssuer } from '../doors/issuer.js';
import { admission as admissionOf, NUMBERS, PLANTED, STAFF, wholeStory } from '../slow/leaks/story.js';
import { formsIn } from '../support/forms-of.js';
import { type Bench, CLI, devServer, eventually, KEYS, newWorld, openStay, type TestedStay } from './harness.js';
import { t } from './scenario.js';

const run = promisify(execFile);
const OWNER = { party: 'region', unit: 'jonkoping', roles: ['processledare'], sub: 'owner', name: 'Kim Prov' };
const KEEPER = { ...OWNER, roles: ['systemforvaltare'], sub: 'keeper' };
const ELSEWHERE = { ...OWNER, unit: 'vastmanland', sub: 'elsewhere' };
const STAY_ID = 'PROV-1';

/** Every payload in something that Temporal has answered, with where it stands. */
function payloadsIn(value: unknown, path = ''): [path: string, payload: Payload][] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { metadata, data } = value as Payload;
  if (metadata?.['encoding'] instanceof Uint8Array && data !== undefined) return [[path, value as Payload]];
  return Object.entries(value).flatMap(([name, part]) => payloadsIn(part, Array.isArray(value) ? path : `${path}.${name}`));
}

describe.skipIf(!CLI)('a whole stay', () => {
  let bench: Bench;
  let issuer: TestIssuer;
  let ledger: Ledger;
  let codec: CodecServer;
  let stay: TestedStay;
  let kept: [path: string, payload: Payload][] = [];

  beforeAll(async () => {
    const world = newWorld();
    let failures = 0;
    // What goes wrong says whom it went wrong for: a unit is not told, for good, and the database chokes on a row.
    world.beforeNotify = ({ to }) => {
      if (to.party === 'vardcentral' && failures++ < 2)
        throw ApplicationFailure.nonRetryable(`${PLANTED} kunde inte nås på ${NUMBERS[0]}`, 'x');
    };
    [bench, issuer, ledger] = await Promise.all([devServer(world), startIssuer(), openLedger({ keys: KEYS })]);
    const gate = codecGate({
      auth: tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE }),
      accesses: accessLog({ ledger, clock: { now: () => 0 } }),
      ledger,
      namespace: 'default',
      regions: ['jonkoping', 'vastmanland'],
    });
    codec = await startCodecServer({ host: '127.0.0.1', port: 0, keys: KEYS, uiOrigins: [], gate });
    const over = { ...admissionOf, admittedAt: t(admissionOf.admittedAt) } as unknown as Admission;
    const { patient } = over;
    stay = await openStay(bench, { at: '2019-04-05T06:00:00Z', admittedAt: admissionOf.admittedAt, stayId: STAY_ID, over });
    await ledger.claimStay(STAY_ID, over);
    for (const { action, envelope } of wholeStory()) {
      const answer = await stay.send(action, envelope);
      expect([action, answer]).toMatchObject([action, { accepted: true }]);
    }
    // What is refused, and what is no message at all.
    for (const body of [
      { id: 'sig-1', by: { party: 'region', unit: 'jonkoping' }, data: { [`${PLANTED} fält`]: PLANTED } },
      `${PLANTED} bara text`,
      [{ patient }],
    ])
      await stay.signal('kommentera', body);
    await stay.send('kommentera', { id: 'upd-1', by: { party: 'kommun', unit: '0680' }, data: { text: 7, annat: `${PLANTED} fel` } });
    await eventually(() => bench.world.busy === 0);
    kept = await everything(stay);
  });
  afterAll(async () => {
    await codec?.close();
    await Promise.all([bench?.close(), issuer?.stop(), ledger?.close()]);
  });

  /** History, memo, pending activities, and the answers of its queries. */
  const everything = async ({ handle }: TestedStay): Promise<[string, Payload][]> => {
    const { workflowService, options } = bench.client;
    const execution = { workflowId: handle.workflowId };
    const { events } = await handle.fetchHistory();
    const queries = await Promise.all(
      ['stay', 'deadlines', 'unrecorded', '__temporal_workflow_metadata', '__stack_trace', '__enhanced_stack_trace'].map(
        async (queryType) => [
          queryType,
          await workflowService.queryWorkflow({ namespace: options.namespace, execution, query: { queryType } }),
        ],
      ),
    );
    const described = await workflowService.describeWorkflowExecution({ namespace: options.namespace, execution });
    const { searchAttributes: _, ...info } = described.workflowExecutionInfo ?? {};
    return payloadsIn({ events, queries: Object.fromEntries(queries), described: { ...described, workflowExecutionInfo: info } }).filter(
      ([path]) => !/searchAttributes/i.test(path),
    );
  };

  const decodedAs = async (who: object, payloads: readonly Payload[]): Promise<string[]> => {
    const response = await fetch(`${codec.url}/decode`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await issuer.token(who as never)}`, 'x-namespace': 'default' },
      body: JSON.stringify(bodyOf(payloads)),
    });
    expect(response.status).toBe(200);
    const { payloads: given } = (await response.json()) as { payloads: { data: string }[] };
    return given.map(({ data }) => Buffer.from(data, 'base64').toString());
  };
  const plantedIn = (texts: readonly string[]) =>
    [PLANTED, ...NUMBERS].filter((text) => formsIn(Buffer.from(texts.join('\n')), text).length > 0);

  it('has payloads of every kind in it', () => {
    const kinds = [...new Set(kept.map(([path]) => path.replace(/^\.(?:events|queries|described)\.?/, '')))].join('\n');
    for (const kind of [
      'workflowExecutionStartedEventAttributes.input',
      'workflowExecutionStartedEventAttributes.memo',
      'userMetadata.summary',
      'workflowExecutionSignaledEventAttributes.input',
      'workflowExecutionUpdateAcceptedEventAttributes.acceptedRequest.input.args',
      'workflowExecutionUpdateCompletedEventAttributes.outcome.success',
      'activityTaskScheduledEventAttributes.input',
      'activityTaskCompletedEventAttributes.result',
      'activityTaskFailedEventAttributes.failure.encodedAttributes',
      'markerRecordedEventAttributes',
      'stay.queryResult',
      '__temporal_workflow_metadata.queryResult',
      '__stack_trace.queryResult',
    ])
      expect(kinds).toContain(kind);
  });

  it('a processledare finds nothing of the patient, and nothing that anybody wrote', async () => {
    const seen = await decodedAs(
      OWNER,
      kept.map(([, payload]) => payload),
    );
    expect(plantedIn(seen)).toEqual([]);
    expect(seen.filter((text) => /\n\s+at |workflows\/stay/.test(text))).toEqual([]);
  });

  it('a processledare reads the timeline, the page, what was done, by whom and when, and what came of it', async () => {
    const seen = await decodedAs(
      OWNER,
      kept.map(([, payload]) => payload),
    );
    const at = (part: string) => kept.flatMap(([path], index) => (path.includes(part) ? [seen[index] as string] : []));
    // Of the program's own words none is hidden.
    for (const part of ['userMetadata', 'memo', 'metadata.queryResult', 'deadlines.queryResult']) {
      expect(at(part).length).toBeGreaterThan(0);
      expect([part, at(part).filter((text) => text.includes(HIDDEN))]).toEqual([part, []]);
    }
    const updates = at('acceptedRequest').map((text) => JSON.parse(text) as { id: string; at: string; by: { unit: string; name: string } });
    for (const { envelope } of wholeStory()) {
      const { id, at: when, by } = envelope as unknown as (typeof updates)[number];
      expect(updates).toContainEqual(
        expect.objectContaining({ id, at: when, by: expect.objectContaining({ unit: by.unit, name: STAFF }) }),
      );
    }
    expect(at('outcome.success').filter((text) => JSON.parse(text).accepted === true)).toHaveLength(wholeStory().length);
    const [view] = at('stay.queryResult').map((text) => JSON.parse(text));
    expect(view).toMatchObject({ stayId: STAY_ID, phase: 'uppfoljning', patient: {}, ward: { name: expect.stringMatching(/\w/) } });
    expect(JSON.stringify(at('encodedAttributes'))).toContain(HIDDEN);
  });

  it('a systemforvaltare finds it all', async () => {
    const seen = await decodedAs(
      KEEPER,
      kept.map(([, payload]) => payload),
    );
    expect(plantedIn(seen)).toContain(PLANTED);
    expect(plantedIn(seen)).toContain(NUMBERS[0]);
    for (const { action, envelope } of wholeStory()) {
      const texts = JSON.stringify(envelope).match(/Kvärnhöl [a-z-]+ [\w.]+/g) ?? [];
      for (const text of texts) expect([action, seen.some((one) => one.includes(text))]).toEqual([action, true]);
    }
    expect(seen.join()).toContain('workflows/stay');
  });

  it('another region finds nothing that says whose it is', async () => {
    const seen = await decodedAs(
      ELSEWHERE,
      kept.map(([, payload]) => payload),
    );
    expect(plantedIn(seen)).toEqual([]);
    expect(seen.filter((text) => text === JSON.stringify(FOREIGN)).length).toBeGreaterThan(20);
    expect(seen.filter((text) => text.includes(STAY_ID))).toEqual([]);
  });

  it('is in the log of accesses: who has looked, and who tried', async () => {
    const { items = [] } = (await ledger.listAccesses({ stayId: STAY_ID })) ?? {};
    expect(new Set(items.map(({ subject, operation, outcome, region }) => [subject, operation, outcome, region].join(' ')))).toEqual(
      new Set(['owner codec.decode seen jonkoping', 'keeper codec.decode seen jonkoping', 'elsewhere codec.decode hidden jonkoping']),
    );
  });

  describe('from the command line', () => {
    const cli = async (who: object | undefined, ...args: string[]) => {
      const auth = who === undefined ? [] : ['--codec-auth', `Bearer ${await issuer.token(who as never)}`];
      const common = ['--address', bench.env.address, '--namespace', 'default', '--codec-endpoint', codec.url, ...auth, '-o', 'json'];
      return run(CLI as string, [...args, '--workflow-id', stay.handle.workflowId, ...common], { maxBuffer: 64 * 1024 * 1024 });
    };

    it('a history is shown to each as they may see it', async () => {
      const owner = (await cli(OWNER, 'workflow', 'show')).stdout;
      expect(owner).toContain('meddela-utskrivningsklar');
      expect(plantedIn([owner])).toEqual([]);
      expect(plantedIn([(await cli(KEEPER, 'workflow', 'show')).stdout])).toContain(PLANTED);
    }, 120_000);

    it('without a token, or a role, nothing is decoded', async () => {
      for (const who of [undefined, { ...OWNER, roles: ['ekonom'] }]) {
        const tried = await cli(who, 'workflow', 'query', '--type', 'stay').catch((error: { stderr: string; stdout: string }) => error);
        expect(`${tried.stdout}${tried.stderr}`).toMatch(/401|403|Unauthorized|Forbidden/);
        expect(plantedIn([`${tried.stdout}${tried.stderr}`])).toEqual([]);
      }
    });

    it('a processledare asks, and acts in an emergency: what is sent lies encrypted', async () => {
      expect((await cli(OWNER, 'workflow', 'query', '--type', 'deadlines')).stdout).toContain('queryResult');
      const envelope = {
        id: 'nodlage-1',
        by: { party: 'region', unit: 'jonkoping', role: 'processledare' },
        data: { typ: 'driftstopp', text: 'Häxblandning' },
      };
      const { stdout } = await cli(
        OWNER,
        'workflow',
        'update',
        'execute',
        '--name',
        'rapportera-avvikelse',
        '--input',
        JSON.stringify(envelope),
      );
      expect(JSON.parse(stdout)).toMatchObject({ result: { accepted: true, id: 'nodlage-1' } });
      const { events } = await stay.handle.fetchHistory();
      expect(formsIn(Buffer.from(JSON.stringify(events)), 'Häxblandning')).toEqual([]);
      const refused = await cli(KEEPER, 'workflow', 'signal', '--name', 'kommentera', '--input', '{"id":"x"}').catch(
        (error: { stderr: string }) => error,
      );
      expect(refused.stderr).toMatch(/403|Forbidden/);
    });
  });
});
