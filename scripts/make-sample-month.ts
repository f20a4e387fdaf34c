/** Writes samples/2019-03-jonkoping.jsonl, the sample month that `npm start` plays. */
import { readFileSync, writeFileSync } from 'node:fs';
import { sampleMonth } from './sample/feed.js';

const root = new URL('..', import.meta.url);
const csv = readFileSync(new URL('test/golden/billing/kommun-abcd-2019-03.csv', root), 'utf8');
const text = sampleMonth(csv);
writeFileSync(new URL('samples/2019-03-jonkoping.jsonl', root), text);
process.stdout.write(`samples/2019-03-jonkoping.jsonl: ${text.split('\n').length - 1} lines\n`);
