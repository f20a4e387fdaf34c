/** Our reading of messages beside that of a parser that is not ours: Python's `hl7`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ackOf } from '../../../src/doors/hl7/ack.js';
import { escaped, unescaped } from '../../../src/doors/hl7/escape.js';
import { messagesInFile } from '../../../src/doors/hl7/file.js';
import { componentsOf, type Hl7Message, repetitionsOf, subcomponentsOf, USUAL } from '../../../src/doors/hl7/message.js';
import { pythonWith } from '../../support/python.js';
import { ADMISSION, MSH, PID, PV1, parsed } from './some-messages.js';

const got = pythonWith('hl7==0.4.5');
const why = 'skipped' in got ? ` (skipped: ${got.skipped})` : '';

/** Every message as a tree of lists: segments, fields, repetitions, components, subcomponents; raw, as they stand. */
const READ = `
import sys, json, hl7
def parts(x, depth):
    if depth == 0: return str(x)
    if isinstance(x, hl7.Container): return [parts(y, depth - 1) for y in x]
    r = str(x)
    for _ in range(depth): r = [r]
    return r
out = []
for text in json.load(sys.stdin)["messages"]:
    m = hl7.parse(text)
    out.append([[parts(f, 3) for f in s] for s in m])
json.dump(out, sys.stdout)
`;
const ESCAPES = `
import sys, json, hl7
m = hl7.parse("MSH|^~\\\\&|A||B||201903051201||ADT^A01|M1|P|2.5\\r")
asked = json.load(sys.stdin)
json.dump([[m.unescape(t) for t in asked["escaped"]], [m.escape(t) for t in asked["plain"]]], sys.stdout)
`;

function python(code: string, input: unknown): unknown {
  if ('skipped' in got) throw new Error(got.skipped);
  const done = spawnSync(got.python, ['-c', code], { input: JSON.stringify(input), encoding: 'utf8', timeout: 60_000, maxBuffer: 1e8 });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

const tree = (message: Hl7Message): string[][][][][] =>
  message.segments.map(({ name, fields }) =>
    fields.map((field, index) => {
      // The delimiters are not cut at themselves.
      if (name === 'MSH' && (index === 1 || index === 2)) return [[[field]]];
      const repetitions = field === '' ? [''] : repetitionsOf(message, field);
      return repetitions.map((one) => componentsOf(message, one).map((component) => subcomponentsOf(message, component)));
    }),
  );

describe.skipIf('skipped' in got)(`Python hl7${why}`, () => {
  const odd = Buffer.from('MSH#*!%@#EXEMPEL-PAS##HEMGANG##201903051201##ADT*A01#M1#P#2.3\rPID#1##a*b!c*d%F%|^~&@e##%T%%R%#\rZZ1#x\r');
  const own = [
    ADMISSION,
    [MSH('A40'), PID, 'MRG|a^^^b&1.2&ISO~c|""|', 'ZXX||||^^^|~~|&&'],
    [MSH('A08', { version: '2.3' }), 'PID|||x~y^1&2&3^z~|\\F\\\\.br\\', PV1({ 44: '201902142024' })],
  ].map((segments) => Buffer.from(`${segments.join('\r')}\r`));
  const acks = own.map((bytes) =>
    Buffer.from(
      ackOf(parsed(bytes), 'AE', [{ segment: 'PID', sequence: 1, field: 3, component: 1, code: '102', text: 'a|b^c' }], {
        controlId: 'X',
        at: 0,
      }),
    ),
  );
  const sample = messagesInFile(readFileSync(new URL('../../../samples/2019-03-jonkoping.hl7', import.meta.url)));

  it('cuts the same messages at the same places, ours and our answers among them', () => {
    const all = [...own, odd, ...acks, ...sample];
    const messages = all.map((bytes) => Buffer.from(bytes).toString().replaceAll('\n', '\r'));
    const theirs = python(READ, { messages }) as string[][][][][][];
    expect(theirs.length).toBeGreaterThan(180);
    all.forEach((bytes, index) => {
      expect(theirs[index]).toEqual(tree(parsed(bytes)));
    });
  });

  it('reads and writes the same escapes', () => {
    const [read, written] = python(ESCAPES, {
      escaped: ['a\\F\\b', '\\S\\\\T\\\\R\\\\E\\', 'Ek\\X41\\vall', 'utan'],
      plain: ['a|b^c~d&e\\f', 'utan'],
    }) as [string[], string[]];
    expect(['a\\F\\b', '\\S\\\\T\\\\R\\\\E\\', 'Ek\\X41\\vall', 'utan'].map((text) => unescaped(text, USUAL, 'utf-8'))).toEqual(read);
    expect(['a|b^c~d&e\\f', 'utan'].map((text) => escaped(text, USUAL))).toEqual(written);
  });
});
