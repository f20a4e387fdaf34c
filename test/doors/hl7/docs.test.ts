/** What docs/hl7.md shows is so. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ackOf } from '../../../src/doors/hl7/ack.js';
import { readHl7Mapping } from '../../../src/doors/hl7/mapping.js';
import { mappingFileSchema } from '../../../src/doors/hl7/mapping-schema.js';
import { translate } from '../../../src/doors/hl7/translate.js';
import { parsed } from './some-messages.js';

const PAGE = readFileSync(new URL('../../../docs/hl7.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text as string);

it('the smallest mapping works, and understands the message shown', () => {
  const [yaml = ''] = blocks('yaml');
  const read = readHl7Mapping('hl7.md', yaml, ['jonkoping']);
  expect(read).not.toHaveProperty('problems');
  const [message = ''] = blocks('hl7');
  expect(translate(parsed(Buffer.from(message, 'latin1')), 'mapping' in read ? read.mapping : { senders: [] })).toMatchObject({
    kind: 'event',
    message: { stayId: 'R-4711-19', kommun: '0642', event: { type: 'admitted', admission: { admittedAt: '2019-03-05T10:50:00Z' } } },
  });
});

it('the answer shown is the one that is given', () => {
  const [message = '', answer = ''] = blocks('hl7');
  const given = ackOf(parsed(Buffer.from(message, 'latin1')), 'AA', [], {
    controlId: '2f6b0c81d4e7a9053b16',
    at: Date.parse('2019-03-05T12:01:00+01:00'),
  });
  expect(Buffer.from(given).toString('latin1')).toBe(answer.replaceAll('\n', '\r'));
});

it('every field of a sender is explained', () => {
  const fields = Object.keys(mappingFileSchema.shape.senders.element.shape);
  expect(fields.filter((field) => !PAGE.includes(`\`${field}\``))).toEqual([]);
});
