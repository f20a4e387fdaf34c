/** Units by the names that a stay knows: what its page, its timers and its activities call them in the Temporal UI. */
import type { ProcessRules } from '../agreement.js';
import type { UnitRef } from '../ids.js';
import type { Facts } from './facts.js';
import { partyName } from './words.js';

export type Naming = (ref: UnitRef) => string;

const NAME_MAX = 80;
/** An id that is nothing but a personnummer is nobody's unit, and not shown. */
const PERSONNUMMER = /^\s*(\d{6}|\d{8})[-+ ]?\d{4}\s*$/;

/** What each unit is called; one that the stay has no name for goes by its id. One line each, not too long. */
export function namesOf(f: Facts, rules: ProcessRules): Naming {
  return (ref) => {
    const { party, unit } = ref;
    if (party === 'slutenvard') {
      const ward = f.wards.find((w) => w.ward.hsaId === unit)?.ward ?? (f.ward.hsaId === unit ? f.ward : undefined);
      if (ward) return oneLine(ward.name);
    }
    if (party === 'vardcentral' && f.vardcentral.hsaId === unit) return oneLine(f.vardcentral.name);
    if (party === 'kommun') return kommunName(unit, rules);
    return oneLine(partyName({ party, unit: PERSONNUMMER.test(unit) ? '–' : unit }));
  };
}

/** `kommun Habo (0643)`. */
export function kommunName(code: string, rules: ProcessRules): string {
  const name = rules.kommuner.find((kommun) => kommun.code === code)?.name;
  if (name !== undefined) return oneLine(`kommun ${name} (${code})`);
  return oneLine(partyName({ party: 'kommun', unit: PERSONNUMMER.test(code) ? '–' : code }));
}

/** A name as one line, whatever is in it. */
export const oneLine = (text = ''): string =>
  text
    .slice(0, NAME_MAX)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u001f\u007f]/g, ' ');

/** A text as long as there is room for, and a sign where more followed. */
export const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`);

/** A text as Markdown that shows it and does nothing else. */
export const asMarkdown = (text: string): string => text.replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`);
