/** Every staff action as docs/acting.md tells a process owner to send it: plain payloads, on a real server, by the real command line. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, type WorkflowHandle } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMISSION, ADMITTED_AT, exampleOf, NOW, REGION, STAY_ID, STORIES } from '../../scripts/acting/examples.js';
import { commandsOf } from '../../scripts/gen-acting.js';
import { ACTION_NAMES, type ActionName } from '../../src/domain/stay/actions.js';
import { payloadCodec } from '../../src/temporal/codec.js';
import { type CodecServer, startCodecServer } from '../../src/temporal/codec-server.js';
import { stayWorkflowId } from '../../src/temporal/workflow-ids.js';
import type { ActionAnswer } from '../../workflows/messages.js';
import { type Bench, CLI, devServer, eventually, KEYS, openStay, type TestedStay } from './harness.js';

const run = promisify(execFile);

describe.skipIf(!CLI)('the documented examples of the actions', () => {
  let bench: Bench;
  let plain: Client;
  let codec: CodecServer;
  beforeAll(async () => {
    bench = await devServer();
    // What is sent is plain, as from a command line that knows no keys; what is answered is encrypted all the same.
    const { decode } = payloadCodec(KEYS);
    const dataConverter = { payloadCodecs: [{ encode: async (payloads: Payload[]) => payloads, decode }] };
    plain = new Client({ connection: bench.client.connection, namespace: bench.client.options.namespace, dataConverter });
    codec = await startCodecServer({ host: '127.0.0.1', port: 0, keys: KEYS, uiOrigins: [] });
  });
  afterAll(async () => {
    await codec.close();
    await bench.close();
  });

  const open = (stayId: string): Promise<TestedStay> => openStay(bench, { at: NOW, admittedAt: ADMITTED_AT, over: ADMISSION, stayId });
  const plainHandle = ({ handle }: TestedStay): WorkflowHandle => plain.workflow.getHandle(handle.workflowId);
  /** Of what was sent: accepted, by id, and refused. */
  const takenBy = (stay: TestedStay): string[] => stay.events().flatMap((event) => (event.type === 'accepted' ? [event.entry.id] : []));
  const refusedBy = (stay: TestedStay) => stay.events().flatMap((event) => (event.type === 'refused' ? [event.refusal] : []));

  /** A documented command as it stands, for this server and this stay. */
  const cli = async (command: string, stayId: string): Promise<string> => {
    const documented = `stay/${REGION}/${STAY_ID}`;
    expect(command).toContain(documented);
    const line = command.replace(documented, stayWorkflowId(REGION, stayId)).replace(/^temporal /, '"$CLI" ');
    const { stdout } = await run(
      '/bin/sh',
      ['-c', `${line} --address ${bench.env.address} --namespace default --codec-endpoint ${codec.url} -o json`],
      {
        env: { CLI, HOME: process.env['HOME'] },
      },
    );
    return stdout;
  };

  it('are all told in the stories', () => {
    expect(new Set(Object.values(STORIES).flat())).toEqual(new Set(ACTION_NAMES));
  });

  it.each(Object.entries(STORIES))('are accepted as updates: %s', async (_, actions) => {
    const stay = await open(`upd-${actions.join().length}`);
    for (const action of actions) {
      const answer = await plainHandle(stay).executeUpdate<ActionAnswer, [unknown]>(action, { args: [exampleOf(action)] });
      expect(answer, action).toMatchObject({ accepted: true, action, id: exampleOf(action).id });
    }
  });

  it.each(Object.entries(STORIES))('are accepted as signals: %s', async (_, actions) => {
    const stay = await open(`sig-${actions.join().length}`);
    for (const action of actions) await plainHandle(stay).signal(action, exampleOf(action));
    await eventually(() => takenBy(stay).length + refusedBy(stay).length === actions.length);
    expect(refusedBy(stay)).toEqual([]);
    expect(new Set(takenBy(stay))).toEqual(new Set(actions.map((action) => exampleOf(action).id)));
  });

  it('are accepted from the command line, as update and as signal', async () => {
    const stay = await open('cli-1');
    expect(JSON.parse(await cli(commandsOf('bedom-behov').update, 'cli-1'))).toMatchObject({ result: { accepted: true } });
    await cli(commandsOf('skicka-inskrivningsmeddelande').signal, 'cli-1');
    const both: ActionName[] = ['bedom-behov', 'skicka-inskrivningsmeddelande'];
    await eventually(() => takenBy(stay).length === 2);
    expect(takenBy(stay)).toEqual(both.map((action) => exampleOf(action).id));
  });

  it('are refused in the answer of an update, and on the page of the stay', async () => {
    const stay = await open('cli-2');
    expect(JSON.parse(await cli(commandsOf('hall-svpl').update, 'cli-2'))).toMatchObject({
      result: { accepted: false, code: 'svpl-ej-kallad', need: expect.stringMatching(/\.$/) },
    });
    const details = async () => (await stay.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    expect(await details()).toMatch(/\*\*Avvisade åtgärder\*\*\n\n- SVPL genomförd \S+ \S+: .+\./);
    await cli(commandsOf('bemanna').signal, 'cli-2');
    await eventually(() => refusedBy(stay).some(({ action }) => action === 'bemanna'));
    const page = { currentDetails: await details() };
    expect(page.currentDetails).toMatch(/\*\*Avvisade åtgärder\*\*\n\n- Bemannad .*, sänd som signal: SVPL är inte initierad\./);
    await eventually(() => bench.world.notices.some(({ stayId, type }) => stayId === 'cli-2' && type === 'avvisad:bemanna'));
  });
});
