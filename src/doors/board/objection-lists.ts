/** Lists of objections that somebody has to act on: whose turn it is, and how long is left. */
import { OBJECTION_NAMES, OBJECTION_STATE_NAMES } from '../../domain/billing/objection-words.js';
import { type Objection, objectionState } from '../../domain/billing/objections.js';
import { type CycleParties, openObjections } from '../../domain/billing/open-objections.js';
import type { Instant } from '../../domain/calendar.js';
import type { UnitRef } from '../../domain/ids.js';
import { instansName, lastDayText, monthText, partyName, shortTime } from '../../out/documents/format.js';
import { type Html, html, type Part } from './html.js';
import { type Column, stayLink, table } from './pieces.js';
import { kommunPath } from './places.js';
import { capital, isSoon, timeLeft } from './words.js';

export interface Listed {
  objection: Objection;
  kommun: string;
}

/** By when the one whose turn it is must act; marked when that is soon. */
export function dueText(until: Instant, now: Instant): Html {
  const text = `${lastDayText(until)} (${timeLeft(until, now)})`;
  return isSoon(until, now) ? html`<strong class="flag">${text}</strong>` : html`${text}`;
}

/** Whose turn it is, as one says it: `regionen`, `REKO`. */
export const ballName = (ball: UnitRef | null): string =>
  ball === null ? 'kommunen och regionen, tillsammans' : ball.party === 'tolkningsinstans' ? instansName(ball.unit) : partyName(ball.party);

/** Those that await somebody, oldest first. `withMonth`: they are of several months. */
export function openTable(
  listed: readonly Listed[],
  rules: Pick<CycleParties, 'tolkningsinstans' | 'cycle'>,
  now: Instant,
  withMonth: boolean,
): Html {
  const rows = listed.flatMap(({ objection, kommun }) => {
    const [open] = openObjections([objection], { ...rules, region: objection.region, payer: objection.payer }, now);
    return open === undefined ? [] : [{ objection, kommun, open }];
  });
  type Row = (typeof rows)[number];
  const where = (objection: Objection): string => `${kommunPath(objection)}#invandning-${objection.objectionId}`;
  const columns: Column<Row>[] = [
    { title: 'Vårdtillfälle', cell: ({ objection }) => stayLink(objection) },
    { title: 'Kommun', cell: ({ kommun }) => kommun },
    ...(withMonth ? [{ title: 'Månad', cell: ({ objection }: Row): Part => monthText(objection.month) }] : []),
    {
      title: 'Invändning',
      cell: ({ objection }) =>
        html`<a href="${where(objection)}">${capital(OBJECTION_NAMES[objection.code])}</a>${objection.inTime ? '' : ' (kom för sent)'}`,
    },
    { title: 'Kom', cell: ({ objection }) => shortTime(objection.at) },
    { title: 'Läge', cell: ({ objection }) => capital(OBJECTION_STATE_NAMES[objectionState(objection)]) },
    { title: 'Nu väntar alla på', cell: ({ open }) => ballName(open.ball) },
    { title: 'Senast', cell: ({ open }) => (open.until === null ? 'ingen tid satt' : dueText(open.until, now)) },
  ];
  return table('invandningar-oppna', 'Invändningar som inte är avgjorda, äldst först', columns, rows);
}
