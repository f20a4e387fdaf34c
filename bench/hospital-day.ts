/** A day of a large region as its hospitals' systems send it: HL7 messages of made-up patients, in the order in which they were sent. */
import { hl7Of, type SegmentInput } from '../src/doors/hl7/write.js';

/** How many messages a stay has in `dayOf`: admission, details, transfer, discharge. */
export const MESSAGES_A_STAY = 4;

export interface DayMessage {
  stayId: string;
  bytes: Uint8Array;
}

const MINUTE = 60_000;
const stamp = (at: number): string => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`;

/** `count` messages of the day that ends at `until`, each stay's own in order, the stays side by side. `run` keeps the ids of runs apart. */
export function dayOf(run: string, count: number, until: number): DayMessage[] {
  const stays = Math.ceil(count / MESSAGES_A_STAY);
  const DAY = 24 * 60 * MINUTE;
  const messages = Array.from({ length: stays }, (_, n) => {
    const stayId = `${run}-${n}`;
    // Spread over the day, so that the stay is over when the day is.
    const from = until - DAY + Math.floor((n / stays) * (DAY - 200 * MINUTE));
    return (
      [
        ['A01', from],
        ['A08', from + 30 * MINUTE],
        ['A02', from + 90 * MINUTE],
        ['A03', from + 180 * MINUTE],
      ] as const
    ).map(([trigger, at]) => ({ at, stayId, bytes: message(stayId, trigger, at, from) }));
  });
  return messages
    .flat()
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ stayId, bytes }) => ({ stayId, bytes }));
}

/** Codes of the shipped mapping file. */
const SENDER = ['EXEMPEL-PAS', 'RJL', 'HEMGANG', 'HEMGANG'] as const;

function message(stayId: string, trigger: string, at: number, admittedAt: number): Uint8Array {
  const ward = trigger === 'A02' || trigger === 'A03' ? 'GER-R' : 'MED-R';
  const visit = Array<undefined>(16).fill(undefined);
  const segments: SegmentInput[] = [
    ['MSH', ...SENDER, stamp(at), undefined, ['ADT', trigger], `${stayId}-${trigger}`, 'P', '2.4', ...Array(5).fill(undefined), '8859/1'],
    ['EVN', trigger, stamp(at), undefined, undefined, undefined, stamp(at)],
    [
      'PID',
      '1',
      undefined,
      [`X-${stayId}`, undefined, undefined, 'EXEMPEL-RESERV'],
      undefined,
      ['Påhittad', 'Åsa'],
      ...Array(5).fill(undefined),
      ['Storgatan 1', undefined, 'Jönköping', undefined, '55318', undefined, 'L', undefined, '0680'],
    ],
    ['PD1', undefined, undefined, [undefined, undefined, 'VC680']],
    [
      'PV1',
      '1',
      'I',
      [ward],
      ...visit.slice(0, 15),
      [stayId],
      ...visit,
      trigger === 'A03' ? 'HEM' : undefined,
      ...Array<undefined>(7).fill(undefined),
      stamp(admittedAt),
      trigger === 'A03' ? stamp(at) : undefined,
    ],
  ];
  return hl7Of(segments, { charset: 'iso-8859-1' });
}
