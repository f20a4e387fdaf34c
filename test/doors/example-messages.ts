/** What two hospitals' messages have come to, for the examples of the documentation: one waits for its stay, one has been applied. */
import { PARAMETER_EXAMPLES } from '../../src/doors/http/examples.js';
import type { MessageRow } from '../../src/ledger/messages/list-messages.js';

const at = Date.parse('2019-03-05T09:30:00+01:00');
const parked: MessageRow = {
  id: String(PARAMETER_EXAMPLES['message']),
  source: 'patientadministration',
  messageId: 'EXEMPEL000123',
  trigger: 'A03',
  region: 'jonkoping',
  stayId: 'vtf-2019-0999',
  state: 'parkerad',
  reason: 'Vårdtillfället är inte inskrivet än.',
  ack: 'AA',
  times: 1,
  occurredAt: at - 60_000,
  registeredAt: at - 30_000,
  receivedAt: at,
  settledAt: null,
  waitUntil: null,
  droppedAt: null,
};

/** Made anew for each use, since one of them may be given up. */
export const exampleMessages = (): MessageRow[] => [
  { ...parked },
  { ...parked, id: '0195518c-6f2e-7a41-9d0b-3f6f3c1f2a02', messageId: 'EXEMPEL000124', state: 'tillampad', reason: null, settledAt: at },
];
