import { describe, expect, it, test } from 'vitest';
import type { Agreement } from '../../../src/domain/agreement.js';
import type { Episode, ExclusionReason } from '../../../src/domain/billing/episode.js';
import { exclusionOf, missingOf } from '../../../src/domain/billing/preconditions.js';
import { agreement, at, episode } from './episodes.js';

const J = agreement('jonkoping-2018').preconditions;
const LAW = agreement('lag-2017-612').preconditions;
const NO_TIME: Agreement['preconditions'] = { ...J, callWithinDays: null };
const stay = (changes: Partial<Episode> = {}): Episode => episode('2019-03-05T12:00', '2019-03-12T12:00', changes);
const svpl = (call: string | null): Partial<Episode> => ({ svplRequired: true, svplKallelseAt: call === null ? null : at(call) });

describe('the kommun does not pay when a precondition is missing', () => {
  const rows: [string, Agreement['preconditions'], Partial<Episode>, ExclusionReason | null][] = [
    ['everything in time', LAW, {}, null],
    ['no inskrivningsmeddelande', J, { inskrivningsmeddelandeAt: null }, 'inskrivningsmeddelande-saknas'],
    ['inskrivningsmeddelande at the discharge', J, { inskrivningsmeddelandeAt: at('2019-03-12T12:00') }, null],
    [
      'inskrivningsmeddelande after the discharge',
      J,
      { inskrivningsmeddelandeAt: at('2019-03-12T12:00:01') },
      'inskrivningsmeddelande-saknas',
    ],
    [
      'inskrivningsmeddelande exactly 24 h after admission',
      LAW,
      { admittedAt: at('2019-03-01T10:00'), inskrivningsmeddelandeAt: at('2019-03-02T10:00') },
      null,
    ],
    [
      'a second more',
      LAW,
      { admittedAt: at('2019-03-01T10:00'), inskrivningsmeddelandeAt: at('2019-03-02T10:00:01') },
      'inskrivningsmeddelande-sen',
    ],
    [
      'a second more, where 24 h are not demanded',
      J,
      { admittedAt: at('2019-03-01T10:00'), inskrivningsmeddelandeAt: at('2019-03-02T10:00:01') },
      null,
    ],
    [
      'need assessed exactly 24 h after admission',
      LAW,
      { admittedAt: at('2019-03-01T10:00'), behovBedomtAt: at('2019-03-02T10:00'), inskrivningsmeddelandeAt: at('2019-03-02T11:00') },
      'inskrivningsmeddelande-sen',
    ],
    [
      'need assessed later, message within 24 h of it',
      LAW,
      { admittedAt: at('2019-03-01T10:00'), behovBedomtAt: at('2019-03-02T10:00:01'), inskrivningsmeddelandeAt: at('2019-03-03T10:00:01') },
      null,
    ],
    [
      'need assessed later, message too late',
      LAW,
      { admittedAt: at('2019-03-01T10:00'), behovBedomtAt: at('2019-03-02T10:00:01'), inskrivningsmeddelandeAt: at('2019-03-03T10:00:02') },
      'inskrivningsmeddelande-sen',
    ],
    [
      '24 h pass over the night when the clock goes forward',
      LAW,
      {
        admittedAt: at('2019-03-30T12:00'),
        inskrivningsmeddelandeAt: at('2019-03-31T12:30'),
        dischargedAt: at('2019-04-05T12:00'),
        intervals: [{ from: at('2019-04-01T12:00'), until: null }],
        utskrivningsmeddelandeAt: at('2019-04-01T12:00'),
      },
      null,
    ],
    ['admission unknown, where 24 h are demanded', LAW, { admittedAt: null }, 'inskrivningsmeddelande-sen'],
    ['no vårdtid', J, { vardtidAt: null }, 'vardtidsbedomning-saknas'],
    ['vårdtid after the discharge', J, { vardtidAt: at('2019-03-12T12:01') }, 'vardtidsbedomning-saknas'],
    ['no notice of utskrivningsklar', J, { intervals: [] }, 'utskrivningsklar-saknas'],
    [
      'notice withdrawn and never given again',
      J,
      { intervals: [{ from: at('2019-03-05T12:00'), until: at('2019-03-06T12:00') }] },
      'utskrivningsklar-saknas',
    ],
    ['notice after the discharge', J, { intervals: [{ from: at('2019-03-12T12:01'), until: null }] }, 'utskrivningsklar-saknas'],
    ['no utskrivningsmeddelande', J, { utskrivningsmeddelandeAt: null }, 'utskrivningsmeddelande-saknas'],
    [
      'utskrivningsmeddelande after the discharge',
      J,
      { utskrivningsmeddelandeAt: at('2019-03-12T13:00') },
      'utskrivningsmeddelande-saknas',
    ],
    ['SVPL to be held, never called', J, svpl(null), 'svpl-kallelse-saknas'],
    ['never called, no time demanded', NO_TIME, svpl(null), 'svpl-kallelse-saknas'],
    ['called at the last moment of the third day', J, svpl('2019-03-08T23:59:59'), null],
    ['called at the midnight after', J, svpl('2019-03-09T00:00'), 'svpl-kallelse-sen'],
    ['called late, no time demanded', NO_TIME, svpl('2019-03-20T00:00'), null],
    ['called before the notice', J, svpl('2019-03-01T00:00'), null],
    ['called after the discharge but in time', J, { ...svpl('2019-03-08T10:00'), dischargedAt: at('2019-03-07T10:00') }, null],
    ['open care unavailable at the discharge', J, { blocked: [{ from: at('2019-03-11T12:00'), until: null }] }, 'oppenvard-saknas'],
    ['open care available from the discharge', J, { blocked: [{ from: at('2019-03-11T12:00'), until: at('2019-03-12T12:00') }] }, null],
    ['the deceased count', J, { deceased: true }, null],
    ['or are excluded', { ...J, deceased: 'excluded' }, { deceased: true }, 'avliden'],
    ['the reason already decided comes first', J, { excluded: 'annan', inskrivningsmeddelandeAt: null }, 'annan'],
    ['the first that applies', J, { vardtidAt: null, utskrivningsmeddelandeAt: null, ...svpl(null) }, 'vardtidsbedomning-saknas'],
  ];
  test.each(rows)('%s', (_what, demands, changes, reason) => {
    expect(exclusionOf(stay(changes), demands)).toBe(reason);
  });
});

describe('what is not due yet has not failed', () => {
  const open: Partial<Episode> = {
    dischargedAt: null,
    intervals: [{ from: at('2019-03-05T12:00'), until: null }],
    utskrivningsmeddelandeAt: null,
  };
  const rows: [string, Partial<Episode>, string, ExclusionReason[]][] = [
    ['a call within its three days', { ...open, ...svpl(null) }, '2019-03-08T23:59:59', []],
    ['a call whose three days are over', { ...open, ...svpl(null) }, '2019-03-09T00:00', ['svpl-kallelse-saknas']],
    ['a message within its 24 h', { ...open, inskrivningsmeddelandeAt: null, admittedAt: at('2019-03-05T10:00') }, '2019-03-06T10:00', []],
    [
      'a message whose 24 h are over',
      { ...open, inskrivningsmeddelandeAt: null, admittedAt: at('2019-03-05T10:00') },
      '2019-03-06T10:00:01',
      ['inskrivningsmeddelande-sen'],
    ],
    ['nothing sent, before the discharge', { ...open, vardtidAt: null, intervals: [] }, '2019-03-30T10:00', []],
    [
      'nothing sent, after the discharge',
      { vardtidAt: null, inskrivningsmeddelandeAt: null, intervals: [], utskrivningsmeddelandeAt: null, ...svpl(null) },
      '2019-03-12T12:00',
      [
        'inskrivningsmeddelande-saknas',
        'vardtidsbedomning-saknas',
        'utskrivningsklar-saknas',
        'utskrivningsmeddelande-saknas',
        'svpl-kallelse-saknas',
      ],
    ],
    ['a stay out of sight', { outOfSight: true, inskrivningsmeddelandeAt: null }, '2019-04-12T12:00', []],
  ];
  test.each(rows)('%s', (_what, changes, asOf, missing) => {
    expect(missingOf(stay(changes), LAW, at(asOf))).toEqual(missing);
  });

  it('gives the same at the end of time as exclusionOf', () => {
    expect(missingOf(stay(svpl(null)), J)[0]).toBe(exclusionOf(stay(svpl(null)), J));
  });
});
