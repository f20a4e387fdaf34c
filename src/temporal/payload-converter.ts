/** How values become payloads: JSON, and never a throw on reading, so that no payload anybody sends can stop a stay. */
import { DefaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding.js';

const json = new DefaultPayloadConverter();

const encodingOf = (payload: Payload): string => {
  const encoding = payload.metadata?.['encoding'];
  return encoding instanceof Uint8Array ? decode(encoding).slice(0, 100) : '';
};

/**
 * Reads what it can; a payload of unknown encoding, or with data that is not what its encoding says, becomes
 * `{ unreadable: encoding }`, which every schema refuses. Used by client, worker and workflow bundle alike.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => json.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    try {
      return json.fromPayload<T>(payload);
    } catch {
      return { unreadable: encodingOf(payload) } as T;
    }
  },
};
