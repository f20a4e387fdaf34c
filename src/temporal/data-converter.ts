/** What client and worker agree on about payloads: converter, failures and encryption. The bundle carries the first two itself. */
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { type PayloadKey, payloadCodec } from './codec.js';

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const here = (name: string): string => fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));

/** Paths, since the workflow bundler and the SDK load these modules themselves. */
export const PAYLOAD_CONVERTER_PATH = here('payload-converter');
export const FAILURE_CONVERTER_PATH = here('failure-converter');

/** The data converter for these keys, newest first; with none, payloads are readable by whoever can read the server. */
export function dataConverter(keys: readonly PayloadKey[]): DataConverter {
  return {
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    payloadCodecs: [payloadCodec(keys)],
  };
}
