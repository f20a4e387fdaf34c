/** Writes samples/2019-03-jonkoping.hl7: what a hospital's system would have sent of the sample month, as ADT messages. */
import { readFileSync, writeFileSync } from 'node:fs';
import { hl7FileOf, monthInParts } from './sample/hl7.js';

const root = new URL('..', import.meta.url);
const { messages } = monthInParts(readFileSync(new URL('samples/2019-03-jonkoping.jsonl', root), 'utf8'));
writeFileSync(new URL('samples/2019-03-jonkoping.hl7', root), hl7FileOf(messages));
process.stdout.write(`samples/2019-03-jonkoping.hl7: ${messages.length} messages\n`);
