/** What a region's Schedules run each day: corrections of frozen months, and warnings in the running one. */
import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import { clockOr, type DomainClock, domainTime } from './clock.js';
import { startOrTell } from './invoice-child.js';

export interface MonthCheckInput {
  region: string;
  clock?: DomainClock | undefined;
}

type Activities = ReturnType<typeof createActivities>;
const { changedMonths, warnOfThresholds } = proxyActivities<Pick<Activities, 'changedMonths' | 'warnOfThresholds'>>({
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** Starts, or tells, the invoice of each kommun whose frozen month has changed; answers how many. @source domain.md §5, The month's cycle, step 6 */
export async function startCorrections(input: MonthCheckInput): Promise<number> {
  const { region, clock } = checked(input);
  const changed = await changedMonths.executeWithOptions({ summary: 'Ser efter vilka låsta månader som har ändrats' }, [{ region }]);
  await Promise.all(changed.map((ref) => startOrTell({ ...ref, clock }, 'andrad')));
  return changed.length;
}

/** Warns the kommuner that are about to pass their threshold this month, and their region; answers how many. @source domain.md §5, step 1 */
export async function watchMonth(input: MonthCheckInput): Promise<number> {
  const { region, clock } = checked(input);
  const at = domainTime(clock, Date.now());
  const warnings = await warnOfThresholds.executeWithOptions({ summary: 'Ser efter vilka kommuner som närmar sig tröskeln' }, [
    { region, at },
  ]);
  return warnings.length;
}

function checked(input: MonthCheckInput): { region: string; clock: DomainClock } {
  const { region } = input ?? {};
  if (typeof region !== 'string') throw ApplicationFailure.nonRetryable('Ingen region angavs.', 'ogiltig-region');
  return { region, clock: clockOr(input.clock) };
}
