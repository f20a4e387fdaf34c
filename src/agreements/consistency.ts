/** What a well-formed agreement file must also hold to: no gaps, no overlaps, nothing said twice. */
import type { CareForm, PaymentRule } from '../domain/agreement.js';
import type { LocalDate } from '../domain/calendar.js';
import type { AgreementFile } from './schema.js';

export interface Inconsistency {
  path: (string | number)[];
  reason: string;
}

type Period = { from: LocalDate; until: LocalDate | null };
const FOREVER = '9999-12-31';
const end = (period: Period): LocalDate => period.until ?? FOREVER;
const overlap = (a: Period, b: Period): boolean => a.from < end(b) && b.from < end(a);
const isReversed = (period: Period): boolean => period.until !== null && period.until <= period.from;

/** Everything in the file that contradicts something else in it. */
export function inconsistenciesOf(file: AgreementFile): Inconsistency[] {
  return [...reversedPeriods(file), ...kommunProblems(file), ...paymentProblems(file), ...cycleProblems(file)];
}

function reversedPeriods(file: AgreementFile): Inconsistency[] {
  const found: Inconsistency[] = [];
  const judge = (period: Period, path: (string | number)[]): void => {
    if (isReversed(period)) found.push({ path: [...path, 'until'], reason: 'ska vara senare än from' });
  };
  judge(file.inForce, ['inForce']);
  for (const [index, period] of file.payment.entries()) judge(period, ['payment', index]);
  for (const [index, kommun] of file.kommuner.entries()) judge(validityOf(kommun, file.inForce), ['kommuner', index]);
  return found;
}

/** A kommun without dates of its own is a party as long as the agreement is in force. */
export function validityOf(kommun: { from?: LocalDate | undefined; until?: LocalDate | null | undefined }, inForce: Period): Period {
  return { from: kommun.from ?? inForce.from, until: kommun.until === undefined ? inForce.until : kommun.until };
}

function kommunProblems(file: AgreementFile): Inconsistency[] {
  const found: Inconsistency[] = [];
  if (file.region === null && file.kommuner.length > 0) found.push({ path: ['kommuner'], reason: 'ska vara tom när region saknas' });
  if (file.region !== null && file.kommuner.length === 0) found.push({ path: ['kommuner'], reason: 'minst en kommun saknas' });
  file.kommuner.forEach((kommun, index) => {
    const earlier = file.kommuner.slice(0, index).filter((other) => other.code === kommun.code);
    if (earlier.some((other) => overlap(validityOf(other, file.inForce), validityOf(kommun, file.inForce)))) {
      found.push({ path: ['kommuner', index, 'code'], reason: `kommunen ${kommun.code} finns redan under samma tid` });
    }
  });
  return found;
}

function paymentProblems(file: AgreementFile): Inconsistency[] {
  const careForms: CareForm[] = ['somatisk', 'psykiatrisk'];
  return [...careForms.flatMap((careForm) => coverageProblems(file, careForm)), ...differingAverages(file), ...priceYearProblems(file)];
}

/** Every day that the agreement is in force has exactly one payment rule for each care form. */
function coverageProblems(file: AgreementFile, careForm: CareForm): Inconsistency[] {
  const periods = file.payment
    .map((period, index) => ({ ...period, index }))
    .filter((period) => period.careForms.includes(careForm))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const found: Inconsistency[] = [];
  let covered: LocalDate = file.inForce.from;
  for (const [place, period] of periods.entries()) {
    const before = periods[place - 1];
    if (before !== undefined && period.from < end(before)) {
      found.push({ path: ['payment', period.index, 'from'], reason: `betalningsregeln för ${careForm} vård överlappar den före` });
    } else if (period.from > covered) {
      found.push({ path: ['payment', period.index, 'from'], reason: `betalningsregel för ${careForm} vård saknas från ${covered}` });
    }
    if (end(period) > covered) covered = end(period);
  }
  if (covered < end(file.inForce)) found.push({ path: ['payment'], reason: `betalningsregel för ${careForm} vård saknas från ${covered}` });
  return found;
}

/** One kommun has one average a month, so averages in force at the same time are the same. */
function differingAverages(file: AgreementFile): Inconsistency[] {
  const averages = file.payment.flatMap((period, index) => (period.rule.kind === 'average' ? [{ ...period, index }] : []));
  const text = (rule: PaymentRule): string => JSON.stringify(rule, Object.keys(rule).sort());
  return averages.flatMap((period, place) =>
    averages.slice(0, place).some((other) => overlap(other, period) && text(other.rule) !== text(period.rule))
      ? [{ path: ['payment', period.index, 'rule'], reason: 'snittregler som gäller samtidigt ska vara lika' }]
      : [],
  );
}

/** Days above an average belong to no year of their own. */
function priceYearProblems(file: AgreementFile): Inconsistency[] {
  const hasAverage = file.payment.some((period) => period.rule.kind === 'average');
  return hasAverage && file.priceYear !== 'discharge'
    ? [{ path: ['priceYear'], reason: 'ska vara discharge när en snittregel finns' }]
    : [];
}

function cycleProblems(file: AgreementFile): Inconsistency[] {
  const { preliminaryDay, objectionsUntilDay, frozenDay } = file.cycle;
  if (objectionsUntilDay < preliminaryDay) return [{ path: ['cycle', 'objectionsUntilDay'], reason: 'ska inte vara före preliminaryDay' }];
  if (frozenDay <= objectionsUntilDay) return [{ path: ['cycle', 'frozenDay'], reason: 'ska vara efter objectionsUntilDay' }];
  return [];
}
