/** Who has payloads decoded: by role and region, and never without its being logged. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Payload } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { type AccessLog, accessLog } from '../../../src/doors/access/access-log.js';
import type { Caller } from '../../../src/doors/access/caller.js';
import { type CodecGate, codecGate, type GateDeps } from '../../../src/doors/codec/gate.js';
import { CODEC_ROUTES, codecRightOf } from '../../../src/doors/codec/may-decode.js';
import { HIDDEN } from '../../../src/doors/codec/shown.js';
import { FOREIGN, KEYLESS } from '../../../src/doors/codec/views.js';
import type { Access } from '../../../src/ledger/access/access-ledger.js';
import { payloadCodec, UnknownPayloadKey } from '../../../src/temporal/codec.js';
import { payloadConverter } from '../../../src/temporal/payload-converter.js';
import { ADMISSION, NURSE, rulesOf } from '../../domain/stay/case.js';

const who = (party: Caller['party'], unit: string, ...roles: string[]): Caller => ({
  party,
  unit,
  roles,
  subject: `${unit} ${roles.join()}`,
});
const OWNER = who('region', 'jonkoping', 'processledare');
const KEEPER = who('region', 'jonkoping', 'systemforvaltare');
const BOTH = who('region', 'jonkoping', 'processledare', 'systemforvaltare', 'loggranskare');
const ELSEWHERE = who('region', 'vastmanland', 'processledare', 'systemforvaltare');
const REGION_OF: Record<string, string> = { 'J-1': 'jonkoping', 'V-1': 'vastmanland' };

const payload = (value: unknown): Payload => payloadConverter.toPayload(value) as Payload;
const raw = (encoding: string, data: string): Payload => ({ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) });
const textOf = ({ data }: Payload): string => Buffer.from(data ?? []).toString();

function scene(over: Partial<GateDeps> = {}) {
  const rows: Access[] = [];
  const recordAccesses = async (accesses: readonly Access[]) => void rows.push(...accesses);
  const accesses: AccessLog = accessLog({ ledger: { recordAccesses }, clock: { now: () => 0 } });
  const regionsOf = async (stayIds: readonly string[]) =>
    new Map(stayIds.flatMap((id) => (REGION_OF[id] ? [[id, REGION_OF[id]] as const] : [])));
  const auth = { identify: async () => ({ ok: false as const, problem: { code: 'no-token' as const } }) };
  const gate = codecGate({ auth, accesses, ledger: { regionsOf }, namespace: 'hemgang', regions: ['jonkoping', 'vastmanland'], ...over });
  return {
    gate,
    rows,
    logged: () => rows.map(({ subject, operation, outcome, region, stayIds }) => [subject, operation, outcome, region, stayIds]),
  };
}
const shown = async (gate: CodecGate, caller: Caller, ...payloads: Payload[]) => {
  const outcome = await gate.show(caller, payloads);
  return outcome.ok ? outcome.value.payloads.map(textOf) : outcome.problem.code;
};

const ENVELOPE = { id: 'a-1', by: NURSE, data: { text: 'Dottern Rut ringde' } };
const OWN = { stayId: 'J-1', admission: ADMISSION, rules: rulesOf() };

describe('by role', () => {
  it.each<[string, Caller, string]>([
    ['processledare of the region', OWNER, 'owner encode'],
    ['systemforvaltare of the region', KEEPER, 'whole'],
    ['both', BOTH, 'whole encode'],
    ['ekonom of the region', who('region', 'jonkoping', 'ekonom'), ''],
    ['loggranskare of the region', who('region', 'jonkoping', 'loggranskare'), ''],
    ['a nurse', who('slutenvard', 'SE-AVD-31', 'sjukskoterska'), ''],
    ['a kommun', who('kommun', '0680', 'handlaggare', 'ekonom'), ''],
    ['of a region that the service is not for', who('region', 'stockholm', 'processledare', 'systemforvaltare'), 'elsewhere'],
    ['a kommun that calls itself so', who('kommun', '0680', 'processledare', 'systemforvaltare'), ''],
    ['the tolkningsinstans', who('tolkningsinstans', 'reko', 'ledamot'), ''],
    ['a system', who('system', 'jonkoping/journal'), ''],
  ])('%s', async (_who, caller, may) => {
    const { gate, logged } = scene();
    const expected = may === 'elsewhere' ? '' : may;
    const right = codecRightOf(caller);
    if (may !== 'elsewhere') expect([right?.decode, right?.encode ? 'encode' : undefined].filter(Boolean).join(' ')).toBe(expected);
    const seen = await shown(gate, caller, payload(ENVELOPE), payload(OWN));
    if (expected.startsWith('whole')) expect(seen).toEqual([JSON.stringify(ENVELOPE), JSON.stringify(OWN)]);
    else if (expected.startsWith('owner')) {
      expect(JSON.stringify(seen)).not.toMatch(/Rut|Alva|18900101/);
      expect(seen[0]).toContain('SE-AVD-31');
      expect(JSON.parse(seen[1] as string)).toMatchObject({ stayId: 'J-1', admission: { region: 'jonkoping', patient: {} } });
    } else expect(seen).toBe('not-allowed');
    const encoding = await gate.mayEncode(caller, [payload(ENVELOPE)]);
    expect(encoding.ok).toBe(expected.endsWith('encode'));
    const region = ['region', 'system'].includes(caller.party) ? caller.unit.split('/')[0] : '-';
    expect(logged()).toEqual([
      [caller.subject, 'codec.decode', expected === '' ? 'forbidden' : 'seen', region, ['J-1']],
      [caller.subject, 'codec.encode', encoding.ok ? 'done' : 'forbidden', region, []],
    ]);
  });

  it('the documentation has the same table, and the words that stand in place of what is hidden', () => {
    const access = readFileSync('docs/access.md', 'utf8');
    for (const [route, told] of Object.entries(CODEC_ROUTES)) expect(access).toContain(`| \`${route}\` | ${told} |`);
    const page = readFileSync('docs/codec.md', 'utf8');
    for (const word of [HIDDEN, FOREIGN, KEYLESS, 'systemforvaltare', 'codec.decode', 'codec.encode']) expect(page).toContain(word);
  });

  it('who may decode has an empty list encoded, as a command line asks for with a query without arguments', async () => {
    const { gate, rows } = scene();
    expect([(await gate.mayEncode(KEEPER, [])).ok, (await gate.mayEncode(who('kommun', '0680', 'ekonom'), [])).ok]).toEqual([true, false]);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['forbidden']);
  });
});

describe('another region', () => {
  it.each<[string, unknown, boolean]>([
    ['an admission of it', { ...OWN, stayId: 'X-1' }, true],
    ['a stay that the ledger knows as its', { stayId: 'J-1', events: [] }, true],
    ['a notice about such a stay', { notices: [{ noticeId: 'J-1~3~bemanna~0680', text: 'x' }] }, true],
    ['a month of it', { region: 'jonkoping', month: '2019-03' }, true],
    ['the head of a stay', 'J-1 · inskriven 2019-03-04 08.00 · Avdelning · kommun Jönköping (0680) · Vårdcentral', true],
    ['the head of a month', 'Underlag 2019-03, region jonkoping', true],
    ['the page of a stay', { definition: { type: 'stay' }, currentDetails: '**J\\-1** · inskriven' }, true],
    ['the id of a workflow', 'billing/jonkoping/2019-03', true],
    ['an act of it', { id: 'a', by: { party: 'region', unit: 'jonkoping', role: 'ekonom' }, data: {} }, true],
    ['both', { stayId: 'V-1', region: 'jonkoping' }, true],
    ['one that the ledger does not know', { stayId: 'X-1', events: [] }, false],
    ['one that says nothing of it', ENVELOPE, false],
    ['its own', { stayId: 'V-1', region: 'vastmanland' }, false],
  ])('%s', async (_what, value, isForeign) => {
    const { gate, logged } = scene();
    const [seen] = await shown(gate, ELSEWHERE, payload(value));
    expect(seen).toBe(JSON.stringify(isForeign ? FOREIGN : value));
    expect(logged()).toEqual([[ELSEWHERE.subject, 'codec.decode', isForeign ? 'hidden' : 'seen', 'vastmanland', expect.anything()]]);
    const may = await gate.mayEncode(ELSEWHERE, [payload(value)]);
    expect(may.ok).toBe(!isForeign);
  });

  it('hides its own neighbours alone, and logs both', async () => {
    const { gate, logged } = scene();
    expect(await shown(gate, ELSEWHERE, payload({ stayId: 'J-1' }), payload({ stayId: 'V-1' }))).toEqual([
      JSON.stringify(FOREIGN),
      '{"stayId":"V-1"}',
    ]);
    expect(logged()).toEqual([
      [ELSEWHERE.subject, 'codec.decode', 'seen', 'vastmanland', ['V-1']],
      [ELSEWHERE.subject, 'codec.decode', 'hidden', 'vastmanland', ['J-1']],
    ]);
  });
});

describe('what is no value of ours', () => {
  const lost = async () => {
    const [sealed] = await payloadCodec([{ id: 'borta', key: randomBytes(32) }]).encode([payload('Anna Ek')]);
    await expect(payloadCodec([{ id: 'annan', key: randomBytes(32) }]).decode([sealed as Payload])).rejects.toThrow(UnknownPayloadKey);
    return sealed as Payload;
  };
  it.each<[string, Payload, string]>([
    ['broken JSON', raw('json/plain', '{"a": "Anna Ek'), '"«dolt»"'],
    ['no text at all', { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from([0xff, 0xfe, 0x41]) }, '"«dolt»"'],
    ['protobuf', raw('json/protobuf', '{"name":"Anna Ek"}'), '"«dolt»"'],
    ['bytes', raw('binary/plain', 'Anna Ek'), '"«dolt»"'],
    ['an encoding nobody knows', raw('text/Anna', 'Anna Ek'), '"«dolt»"'],
    ['no metadata', { metadata: undefined as never, data: Buffer.from('Anna Ek') }, '"«dolt»"'],
    ['nothing with something in it', raw('binary/null', 'Anna Ek'), '"«dolt»"'],
    ['nothing', raw('binary/null', ''), ''],
    ['what failed authentication', raw('binary/unreadable', ''), ''],
    ['what calls itself encrypted', raw('binary/encrypted', 'Anna Ek'), JSON.stringify(KEYLESS)],
  ])('%s: a process owner does not see it, who keeps the service running does', async (_what, given, expected) => {
    const { gate } = scene();
    expect(await shown(gate, OWNER, given)).toEqual([expected]);
    expect(await shown(gate, KEEPER, given)).toEqual([textOf(given)]);
  });

  it('a payload whose key is gone says so', async () => {
    expect(await shown(scene().gate, OWNER, await lost())).toEqual([JSON.stringify(KEYLESS)]);
  });

  it.each<[string, unknown, unknown]>([
    ['Keyword', 'utskrivningsklar', 'utskrivningsklar'],
    ['Keyword', 'SE2321000131-T00000000101', 'SE2321000131-T00000000101'],
    [
      'KeywordList',
      ['kommun/0680', 'vardcentral/SE-VC-1', 'region/jonkoping', 'Anna Ek'],
      ['kommun/0680', 'vardcentral/SE-VC-1', 'region/jonkoping', HIDDEN],
    ],
    ['KeywordList', ['svpl-kallelse', '2019-03-09'], ['svpl-kallelse', '2019-03-09']],
    ['Datetime', '2019-03-05T11:00:00Z', '2019-03-05T11:00:00Z'],
    ['Text', 'Anna Ek 18900101-9802', HIDDEN],
    ['Keyword', { name: 'Anna Ek' }, HIDDEN],
    ['Anna', 'SE2321000131-T00000000101', HIDDEN],
  ])('a search attribute of the type %s: %o', async (type, value, expected) => {
    const given = payload(value);
    const outcome = await scene().gate.show(OWNER, [{ ...given, metadata: { ...given.metadata, type: Buffer.from(type) } }]);
    expect(outcome.ok && outcome.value.payloads.map(textOf)).toEqual([JSON.stringify(expected)]);
  });

  it('metadata of a sender are not passed on', async () => {
    const given = payload({ stayId: 'J-1' });
    const outcome = await scene().gate.show(OWNER, [{ ...given, metadata: { ...given.metadata, om: Buffer.from('Anna Ek') } }]);
    expect(outcome.ok && Object.keys(outcome.value.payloads[0]?.metadata ?? {})).toEqual(['encoding']);
  });
});

describe('what cannot be logged is not shown', () => {
  it('the log of accesses does not answer', async () => {
    const accesses = accessLog({ ledger: { recordAccesses: () => Promise.reject(new Error('away')) }, clock: { now: () => 0 } });
    const { gate } = scene({ accesses });
    expect(await gate.show(OWNER, [payload(OWN)])).toEqual({ ok: false, problem: { code: 'accesses-unavailable', retryAfterSeconds: 2 } });
    expect((await gate.mayEncode(OWNER, [payload(ENVELOPE)])).ok).toBe(false);
    // Not even that it was refused.
    expect(await gate.admit(OWNER, 'decode', 'annan')).toMatchObject({ problem: { code: 'accesses-unavailable' } });
    expect(await gate.show(who('kommun', '0680', 'ekonom'), [payload(OWN)])).toMatchObject({ problem: { code: 'accesses-unavailable' } });
  });

  it('the ledger does not answer whose stays they are', async () => {
    const { gate, rows } = scene({ ledger: { regionsOf: () => Promise.reject(new Error('away')) } });
    expect(await gate.show(OWNER, [payload(OWN)])).toMatchObject({ ok: false, problem: { code: 'ledger-unavailable' } });
    expect(rows).toEqual([]);
  });

  it('one of several rows is lost', async () => {
    const note: AccessLog['note'] = async (_caller, _operation, outcome) => {
      if (outcome === 'hidden') throw new Error('away');
    };
    const { gate } = scene({ accesses: { note } });
    expect((await gate.show(ELSEWHERE, [payload({ stayId: 'J-1' }), payload({ stayId: 'V-1' })])).ok).toBe(false);
  });
});

describe('the namespace', () => {
  it.each([
    [undefined, true],
    ['hemgang', true],
    ['annan', false],
    ['', false],
    ['hemgang, annan', false],
  ])('%s', async (namespace, isOk) => {
    const { gate, logged } = scene();
    expect((await gate.admit(OWNER, 'decode', namespace)).ok).toBe(isOk);
    expect(logged()).toEqual(isOk ? [] : [[OWNER.subject, 'codec.decode', 'forbidden', 'jonkoping', []]]);
  });
});
