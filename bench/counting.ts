/** What a history is made of, and what a set of measurements says. */
import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

export interface Counted {
  events: number;
  updates: number;
  timers: number;
  activities: number;
  localActivities: number;
  upserts: number;
  /** Workflow tasks with a local activity in them: billed once each. */
  localTasks: number;
  /** Start, updates, timers, activities, upserts, and local activities once per workflow task. */
  billableActions: number;
}

export function count(history: History): Counted {
  const events = history.events ?? [];
  const number = (has: (event: NonNullable<History['events']>[number]) => unknown) => events.filter((event) => has(event)).length;
  const markers = events.flatMap((event) => (event.markerRecordedEventAttributes ? [event.markerRecordedEventAttributes] : []));
  const updates = number((e) => e.workflowExecutionUpdateAcceptedEventAttributes);
  const timers = number((e) => e.timerStartedEventAttributes);
  const activities = number((e) => e.activityTaskScheduledEventAttributes);
  const upserts = number((e) => e.upsertWorkflowSearchAttributesEventAttributes);
  const localTasks = new Set(markers.map((m) => String(m.workflowTaskCompletedEventId))).size;
  return {
    events: events.length,
    updates,
    timers,
    activities,
    localActivities: markers.length,
    upserts,
    localTasks,
    billableActions: 1 + updates + timers + activities + upserts + localTasks,
  };
}

export const median = (values: readonly number[]): number => percentile(values, 50);

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

/** The spread of some rounds: the farthest from the median, as a share of it. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return Math.max(...values.map((v) => Math.abs(v - middle) / middle));
}

/** Spreads a total over steps as evenly as whole numbers can be. */
export function evenly(total: number, steps: number, step: number): number {
  return Math.floor(((step + 1) * total) / steps) - Math.floor((step * total) / steps);
}
