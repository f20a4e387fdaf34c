/**
 * Who has caused what, inside a workflow: each update and signal becomes a span of its caller's trace, and the activities that follow from it
 * belong to it. Works only where a caller has sent a trace along, so a stay that nobody traces does nothing here.
 *
 * Nothing is awaited: a history replays the same whether traces were on when it was made, are on now, or neither.
 */
import {
  defaultPayloadConverter,
  getRandomStream,
  type Headers,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import { eventSeqOf } from '../src/domain/stay/notices.js';
import type { Notice, NumberedEvent } from '../src/domain/stay/state.js';

/** As Temporal's interceptors for clients call it. */
const HEADER = '_tracer-data';
/** An action is forgotten once its event is recorded; these bounds are for what never is. */
const MOST_REMEMBERED = 500;
const MOST_LINKS = 20;

interface Cause {
  traceId: string;
  spanId: string;
  sampled: boolean;
}

/** What a workflow has done on behalf of a caller, as it leaves the sandbox. */
export interface WorkflowSpan extends Cause {
  parentSpanId: string;
  name: string;
  action?: string;
  accepted?: boolean;
  code?: string;
  failed?: boolean;
  startMs: number;
  endMs: number;
}

export interface TraceSinks extends Sinks {
  trace: { ended(span: WorkflowSpan): void };
}

export const interceptors = (): WorkflowInterceptors => {
  const actions = new Map<string, Cause>();
  const events = new Map<number, Cause>();
  let begun: Cause | undefined;
  let latest: { cause: Cause; at: number } | undefined;

  const begin = (name: string, headers: Headers): { cause: Cause; end(about?: Partial<WorkflowSpan>): void } | undefined => {
    const parent = causeIn(headers);
    if (parent === undefined) return undefined;
    const cause = parent.sampled ? { ...parent, spanId: newSpanId() } : parent;
    const startMs = Date.now();
    latest = { cause, at: startMs };
    return {
      cause,
      end(about = {}) {
        if (!parent.sampled || workflowInfo().unsafe.isReplaying) return;
        proxySinks<TraceSinks>().trace.ended({ ...cause, ...about, parentSpanId: parent.spanId, name, startMs, endMs: Date.now() });
      },
    };
  };
  const causesOf = (activity: string, input: unknown): Cause[] => {
    const { events: recorded, notices } = (input ?? {}) as { events?: NumberedEvent[]; notices?: Notice[] };
    const found: (Cause | undefined)[] = [];
    if (activity === 'record' && Array.isArray(recorded)) {
      for (const { seq, event } of recorded) {
        const cause = causeOfEvent(event);
        if (cause !== undefined) remember(events, seq, cause);
        found.push(cause);
      }
    } else if (activity === 'notify' && Array.isArray(notices)) found.push(...notices.map((notice) => events.get(eventSeqOf(notice))));
    // What starts in the very task that a message came with follows from it.
    else if (latest?.at === Date.now()) found.push(latest.cause);
    return [...new Set(found)].filter((cause) => cause !== undefined);
  };
  const causeOfEvent = (event: NumberedEvent['event']): Cause | undefined => {
    if (event.type === 'admitted') return begun;
    const id = event.type === 'accepted' ? event.entry.id : event.type === 'refused' ? event.refusal.id : undefined;
    if (id === undefined) return undefined;
    const cause = actions.get(id);
    actions.delete(id);
    return cause;
  };
  const withCauses = <Input extends { activityType: string; args: unknown[]; headers: Headers }>(input: Input): Input => {
    const [first, ...others] = causesOf(input.activityType, input.args[0]);
    if (first === undefined) return input;
    const carried = {
      traceparent: textOf(first),
      ...(others.length === 0 ? {} : { links: others.slice(0, MOST_LINKS).map(textOf).join(',') }),
    };
    return { ...input, headers: { ...input.headers, [HEADER]: defaultPayloadConverter.toPayload(carried) } };
  };

  return {
    inbound: [
      {
        execute(input, next) {
          const span = begin(`RunWorkflow:${workflowInfo().workflowType}`, input.headers);
          begun = span?.cause;
          span?.end();
          return next(input);
        },
        handleUpdate(input, next) {
          const span = begin(`HandleUpdate:${input.name}`, input.headers);
          const answer = next(input);
          if (span === undefined) return answer;
          rememberAction(actions, input.args[0], span.cause);
          // Beside the answer, not in its way.
          void answer.then(
            (given) => span.end({ action: input.name, ...verdictOf(given) }),
            () => span.end({ action: input.name, failed: true }),
          );
          return answer;
        },
        handleSignal(input, next) {
          const span = begin(`HandleSignal:${input.signalName}`, input.headers);
          if (span !== undefined) {
            rememberAction(actions, input.args[0], span.cause);
            span.end({ action: input.signalName });
          }
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withCauses(input)),
        scheduleLocalActivity: (input, next) => next(withCauses(input)),
        getLogAttributes: (input, next) =>
          next(latest?.at === Date.now() ? { ...input, traceId: latest.cause.traceId, spanId: latest.cause.spanId } : input),
      },
    ],
  };
};

/** Anybody may send a header: what is none is passed over. */
function causeIn(headers: Headers): Cause | undefined {
  try {
    const carried = headers[HEADER] && defaultPayloadConverter.fromPayload<{ traceparent?: unknown }>(headers[HEADER]);
    const [, traceId, spanId, flags] = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(String(carried?.traceparent)) ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
    return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
  } catch {
    return undefined;
  }
}

const textOf = ({ traceId, spanId, sampled }: Cause): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

function rememberAction(actions: Map<string, Cause>, envelope: unknown, cause: Cause): void {
  const { id } = (envelope ?? {}) as { id?: unknown };
  if (typeof id === 'string') remember(actions, id, cause);
}

function remember<Key>(known: Map<Key, Cause>, key: Key, cause: Cause): void {
  known.set(key, cause);
  if (known.size <= MOST_REMEMBERED) return;
  for (const [oldest] of known) {
    known.delete(oldest);
    return;
  }
}

function verdictOf(answer: unknown): { accepted?: boolean; code?: string } {
  const { accepted, code } = (answer ?? {}) as { accepted?: unknown; code?: unknown };
  return { ...(typeof accepted === 'boolean' ? { accepted } : {}), ...(typeof code === 'string' ? { code } : {}) };
}

/** Of a stream of its own: what else is drawn by lot in the workflow stays the same, with traces and without. */
function newSpanId(): string {
  const random = getRandomStream('hemgang/trace');
  let id = '';
  while (id.length < 16) id += Math.floor(random.random() * 16).toString(16);
  return /[^0]/.test(id) ? id : '0000000000000001';
}
