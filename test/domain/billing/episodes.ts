/** Episodes for the billing tests: one that has everything in time, and what a test changes in it. */
import { loadAgreements } from '../../../src/agreements/load.js';
import type { Agreement } from '../../../src/domain/agreement.js';
import type { Episode } from '../../../src/domain/billing/episode.js';
import { HOUR, type Instant } from '../../../src/domain/calendar.js';
import { readTime } from '../../../src/domain/local-time.js';

/** An instant from local time in Stockholm. */
export function at(text: string): Instant {
  const instant = readTime(text);
  if (typeof instant !== 'number') throw new Error(`${text} is no time`);
  return instant;
}

/** A stay with every message in time, notice and discharge as given. */
export function episode(noticeAt: string, dischargedAt: string, changes: Partial<Episode> = {}): Episode {
  const notice = at(noticeAt);
  const discharged = at(dischargedAt);
  return {
    stayId: 's1',
    payer: '0680',
    careForm: 'somatisk',
    admittedAt: notice - 72 * HOUR,
    behovBedomtAt: null,
    inskrivningsmeddelandeAt: notice - 60 * HOUR,
    vardtidAt: notice - 60 * HOUR,
    utskrivningsmeddelandeAt: notice,
    svplRequired: false,
    svplKallelseAt: null,
    vardplanAt: null,
    kallelseMottagenAt: null,
    intervals: [{ from: notice, until: discharged }],
    blocked: [],
    dischargedAt: discharged,
    deceased: false,
    excluded: null,
    outOfSight: false,
    ...changes,
  };
}

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements do not load');

/** The shipped agreements and prices. */
export const { agreements, vardpriser } = loaded;

export function agreement(id: string): Agreement {
  const found = agreements.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no agreement ${id}`);
  return found;
}
