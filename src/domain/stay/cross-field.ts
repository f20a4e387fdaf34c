/** What a schema cannot say of an action's data: fields that depend on each other, and on who sends them. */
import { type Actor, type JsonObject, ROLES } from '../ids.js';
import { isKommunkod } from '../kommun.js';
import { type ActionName, CHECKLISTS, type Checklist, VID_BEHOV } from './actions.js';
import type { SchemaError } from './check.js';
import type { DataOf } from './schemas.js';

const wrong = (path: string, message: string): SchemaError => ({ path: `data.${path}`, message });
const when = (cond: unknown, ...errors: SchemaError[]): SchemaError[] => (cond ? errors : []);

/** Errors of the message as a whole; none when it holds together. A system has no role; everybody else acts in one. @source domain.md §3 Actions, Envelope; §2 roles */
export function crossField(action: ActionName, data: JsonObject, by: Actor): SchemaError[] {
  const rule = RULES[action] as ((data: JsonObject, by: Actor) => SchemaError[]) | undefined;
  const noRole = by.role === undefined && ROLES[by.party].length > 0;
  return [...when(noRole, { path: 'by.role', message: 'saknas' }), ...(rule?.(data, by) ?? [])];
}

/** A profession is a role of its party; outside the parties it is free text. */
function professions(list: { part: string; profession?: string }[], path: string): SchemaError[] {
  return list.flatMap((k, i) => {
    const roles: readonly string[] | undefined = Object.hasOwn(ROLES, k.part) ? ROLES[k.part as keyof typeof ROLES] : undefined;
    return when(
      roles && roles.length > 0 && k.profession !== undefined && !roles.includes(k.profession),
      wrong(`${path}.${i}.profession`, `ska vara ${roles?.join(', ')}`),
    );
  });
}

/** A code that no kommun has. */
const unknownKommun = (field: string, code: string | undefined): SchemaError[] =>
  when(code !== undefined && !isKommunkod(code), wrong(field, 'kommunkoden finns inte'));

const RULES: { [A in ActionName]?: (d: DataOf<A>, by: Actor) => SchemaError[] } = {
  'svara-inskrivning': (d, by) => [
    ...when(d.svar === 'avvisad' && by.party !== 'kommun', wrong('svar', 'bara kommunen kan avvisa')),
    ...when(d.svar === 'avvisad' && d.skal === undefined, wrong('skal', 'saknas')),
    ...when(d.svar !== 'avvisad' && d.skal !== undefined, wrong('skal', 'anges bara när ärendet avvisas')),
    ...when(d.svar !== 'avvisad' && d.rattKommun !== undefined, wrong('rattKommun', 'anges bara när ärendet avvisas')),
    ...unknownKommun('rattKommun', d.rattKommun),
  ],
  'ratta-kommun': (d) => [
    ...when(d.placerandeKommun === d.kommun, wrong('placerandeKommun', 'ska vara en annan kommun')),
    ...unknownKommun('kommun', d.kommun),
    ...unknownKommun('placerandeKommun', d.placerandeKommun),
  ],
  'initiera-svpl': (d) => professions(d.kontaktOnskasMed, 'kontaktOnskasMed'),
  'kalla-till-svpl': (d) => professions(d.kallade, 'kallade'),
  'hall-svpl': (d) => professions(d.narvarande, 'narvarande'),
  'kryssa-checklista': (d) => [
    ...when(!(CHECKLISTS[d.lista as Checklist] as readonly string[]).includes(d.punkt), wrong('punkt', 'finns inte på listan')),
    ...when(d.svar === 'ej-aktuellt' && !VID_BEHOV.includes(d.punkt), wrong('svar', 'punkten kan inte vara ej aktuell')),
  ],
  'andra-uppgifter': (d) => when(Object.keys(d).length === 0, { path: 'data', message: 'minst en uppgift ska ändras' }),
  'ratta-uppgift': (d) => when(d.at === undefined && d.data === undefined, { path: 'data', message: 'at eller data ska anges' }),
  permission: (d) => when(d.until !== undefined && Date.parse(d.until) <= Date.parse(d.from), wrong('until', 'ska vara efter from')),
};
