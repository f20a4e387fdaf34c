/** What activities do, counted around them; and what stays have decided, counted where it is recorded, which is once for each. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { DEADLINE_IDS } from '../domain/agreement.js';
import { PARTIES } from '../domain/ids.js';
import { ACTION_NAMES } from '../domain/stay/actions.js';
import { REFUSALS } from '../domain/stay/refusals.js';
import type { StayEvent } from '../domain/stay/state.js';
import type { RecordBatch, Recorded } from '../ledger/record.js';
import type { Labels, Metrics } from './metrics.js';
import type { CounterName } from './metrics-catalogue.js';
import { oneOf } from './metrics-labels.js';

type Counting = Pick<Metrics, 'count' | 'timed'>;
type Activity = (...given: never[]) => Promise<unknown>;

const ACTIONS: ReadonlySet<string> = new Set(ACTION_NAMES);
const CODES: ReadonlySet<string> = new Set(Object.keys(REFUSALS));
const DEADLINES: ReadonlySet<string> = new Set(DEADLINE_IDS);
const PARTY_NAMES: ReadonlySet<string> = new Set(PARTIES);
const END_REASONS: ReadonlySet<string> = new Set(['annullerad', 'utskriven-utan-behov', 'avslutad', 'avliden']);
/** Types of the failures that activities of ours end with. */
const FAILURES: ReadonlySet<string> = new Set([
  'liggaren-svarar-inte',
  'felaktiga-data',
  'lucka-i-handelser',
  'handelse-skiljer-sig',
  'id-upptaget',
  'felaktig-handelse',
  'manaden-pagar',
  'manaden-inte-last',
  'galler-inte',
  'vardpris-saknas',
  'dubblett',
  'betalare-utanfor-regionen',
  'dokument-finns',
  'gallrad',
  'ingen-faktura',
  'parter-saknas',
]);

/** The same activities, counted. `regions`: those of the agreements. */
export function countedActivities<All extends object>(activities: All, metrics: Counting, regions: readonly string[]): All {
  const known = new Set(regions);
  const counted = Object.entries(activities as Record<string, Activity>).map(([activity, work]): [string, Activity] => [
    activity,
    async (...given) => {
      const startedAt = performance.now();
      const told = (outcome: string) => metrics.timed('hemgang_activity_seconds', { activity, outcome }, startedAt);
      try {
        const answer = await work(...given);
        told('done');
        if (activity === 'record') countRecorded(metrics, given[0] as unknown as RecordBatch, answer as Recorded, known);
        return answer;
      } catch (error) {
        const failure = error instanceof ApplicationFailure ? error : undefined;
        told(failure?.nonRetryable === true ? 'refused' : 'failed');
        const type = error instanceof CancelledFailure ? 'avbruten' : oneOf(FAILURES, failure?.type ?? '');
        metrics.count('hemgang_activity_failures_total', { activity, type });
        throw error;
      }
    },
  ]);
  return Object.fromEntries(counted) as All;
}

/** Only what was new to the ledger: a try that is made again tells nothing twice. */
function countRecorded(metrics: Counting, { events, region }: RecordBatch, { appended }: Recorded, regions: ReadonlySet<string>): void {
  const inOrder = [...events].sort((one, other) => one.seq - other.seq);
  for (const { event } of inOrder.slice(inOrder.length - appended)) {
    const counted = counterOf(event, oneOf(regions, region));
    if (counted !== undefined) metrics.count(...counted);
  }
}

function counterOf(event: StayEvent, region: string): [CounterName, Labels] | undefined {
  switch (event.type) {
    case 'admitted':
      return ['hemgang_stays_begun_total', { region }];
    case 'accepted':
      return ['hemgang_actions_total', { action: oneOf(ACTIONS, event.entry.action), outcome: 'accepted', code: 'none' }];
    case 'refused': {
      const { action, code } = event.refusal;
      return ['hemgang_actions_total', { action: oneOf(ACTIONS, action), outcome: 'refused', code: oneOf(CODES, code) }];
    }
    case 'breached':
      return ['hemgang_deadlines_breached_total', { deadline: oneOf(DEADLINES, event.id), party: oneOf(PARTY_NAMES, event.owner.party) }];
    case 'deviation-noted': {
      const { type } = event.deviation;
      return ['hemgang_deviations_total', { type: DEADLINES.has(type) || type === 'checklista' ? type : 'rapporterad' }];
    }
    case 'ended':
      return ['hemgang_stays_ended_total', { region, reason: oneOf(END_REASONS, event.reason) }];
    case 'reminded':
    case 'deviation-closed':
    case 'closed-by-system':
    case 'delivery-failed':
    case 'reopened':
      return undefined;
  }
}
