/** The weekdays of the rule of 1990: Saturdays, Sundays, public holidays, midsommarafton, julafton and nyårsafton are none. */
import { addDays, type LocalDate, weekdayOf } from '../calendar.js';

/** Whether the day counts. @source lag 1990:1404 */
export function isVardag(date: LocalDate): boolean {
  return weekdayOf(date) < 6 && !isHelgdag(date);
}

/** The last of `count` weekdays, reckoned from the day after `date`. */
export function addVardagar(date: LocalDate, count: number): LocalDate {
  let day = date;
  for (let left = count; left > 0; ) {
    day = addDays(day, 1);
    if (isVardag(day)) left -= 1;
  }
  return day;
}

/** A public holiday or one of the three eves, whatever day of the week. @source lag 1989:253; lag 2004:1320 made 6 June one from 2005, in place of annandag pingst */
export function isHelgdag(date: LocalDate): boolean {
  const year = Number(date.slice(0, 4));
  if (FIXED.has(date.slice(5))) return true;
  const paskdagen = easterSunday(year);
  const movable = [
    addDays(paskdagen, -2),
    paskdagen,
    addDays(paskdagen, 1),
    addDays(paskdagen, 39),
    addDays(paskdagen, 49),
    midsommarafton(year),
    addDays(midsommarafton(year), 1),
    allaHelgonsDag(year),
  ];
  return movable.includes(date) || date === (year >= 2005 ? `${date.slice(0, 4)}-06-06` : addDays(paskdagen, 50));
}

/** Nyårsdagen, trettondedag jul, första maj, julafton, juldagen, annandag jul, nyårsafton. */
const FIXED = new Set(['01-01', '01-06', '05-01', '12-24', '12-25', '12-26', '12-31']);

/** The Friday between 19 and 25 June. */
function midsommarafton(year: number): LocalDate {
  return firstOnOrAfter(`${year}-06-19`, 5);
}

/** The Saturday between 31 October and 6 November. */
function allaHelgonsDag(year: number): LocalDate {
  return firstOnOrAfter(`${year}-10-31`, 6);
}

function firstOnOrAfter(date: LocalDate, weekday: number): LocalDate {
  return addDays(date, (weekday - weekdayOf(date) + 7) % 7);
}

/** Påskdagen by the Gregorian computus (Meeus, Jones and Butcher). */
function easterSunday(year: number): LocalDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const m = Math.floor((a + 11 * h) / 319);
  const r = (2 * (b % 4) + 2 * Math.floor(c / 4) - (c % 4) - h + m + 32) % 7;
  const month = Math.floor((h - m + r + 90) / 25);
  const day = (h - m + r + month + 19) % 32;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
