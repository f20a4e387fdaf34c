/** What a kommun is warned of, as lines: what is about to happen, and what has happened and goes on. */
import type { Standing } from './standing.js';
import { countText } from './words.js';

export interface WarningLine {
  code: string;
  text: string;
  /** Of a stay, about which something can be done today. */
  ofStay: boolean;
}

const NAMED = 5;

export function warningLines({ warnings, individual, sum }: Pick<Standing, 'warnings' | 'individual' | 'sum'>): WarningLine[] {
  const lines = warnings.map(({ code, text, stayId }) => ({ code, text, ofStay: stayId !== null }));
  if (individual.length === 0) return lines;
  const named = individual.slice(0, NAMED).join(', ');
  const more = individual.length > NAMED ? ` och ${individual.length - NAMED} till` : '';
  const how = sum.threshold === null ? 'betalas' : 'betalas enskilt';
  const text = `${countText(individual.length, 'vårdtillfälle', 'vårdtillfällen')} ${how} redan, och för varje dag till: ${named}${more}.`;
  return [{ code: 'individuell-nu', text, ofStay: true }, ...lines];
}
