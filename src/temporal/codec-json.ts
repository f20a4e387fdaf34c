/** Payloads as the codec protocol carries them: JSON with base64 in it, both ways. */
import type { Payload } from '@temporalio/common';

export interface JsonPayload {
  metadata?: Record<string, string>;
  data?: string;
}

/** The payloads of a request's body; undefined when it is none of the protocol's. */
export function payloadsIn(body: Buffer): Payload[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  // Protobuf's JSON leaves an empty list out: a query without arguments comes as `{}`.
  const { payloads = [] } = parsed as { payloads?: unknown };
  return Array.isArray(payloads) && payloads.every(isJsonPayload) ? payloads.map(fromJson) : undefined;
}

export function bodyOf(payloads: readonly Payload[]): { payloads: JsonPayload[] } {
  return { payloads: payloads.map(toJson) };
}

function isJsonPayload(value: unknown): value is JsonPayload {
  if (typeof value !== 'object' || value === null) return false;
  const { metadata, data } = value as { metadata?: unknown; data?: unknown };
  const isText = (part: unknown) => part === undefined || part === null || typeof part === 'string';
  const isMap = metadata === undefined || metadata === null || (typeof metadata === 'object' && !Array.isArray(metadata));
  return isMap && isText(data) && Object.values(metadata ?? {}).every(isText);
}

const fromJson = ({ metadata, data }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value ?? '', 'base64')])),
  data: Buffer.from(data ?? '', 'base64'),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? new Uint8Array()),
});
