/** The small language in which a mapping file says where in a message something stands: `PV1-19`, `PID-11[7=H].9`, `PD1-3[*].3`. */
import { componentsOf, type Hl7Message, partAt, repetitionsOf, type Value } from './message.js';

export interface Path {
  segment: string;
  field: number;
  /** Which repetitions: one by its number, all, or those whose component is this text. */
  repetition: number | 'all' | { component: number; is: string };
  component: number | 'all';
  subcomponent: number;
}

/** A value and where it stands. */
export interface Found {
  value: Value;
  segment: string;
  sequence: number;
  field: number;
  component: number;
}

const PATTERN =
  /^([A-Z][A-Z0-9]{2})-([1-9]\d?)(?:\[(?:(\*)|([1-9]\d?)|([1-9]\d?)=([^\]=]*))\])?(?:\.(?:(\*)|([1-9]\d?)(?:\.([1-9]\d?))?))?$/;

/** `SEG-field`, then `[2]`, `[*]` or `[7=H]`, then `.component` or `.*`, then `.subcomponent`; undefined for anything else. */
export function parsePath(text: string): Path | undefined {
  const found = PATTERN.exec(text);
  if (found === null) return undefined;
  const [, segment = '', field, all, nth, selector, is = '', anyComponent, component, subcomponent] = found;
  return {
    segment,
    field: Number(field),
    repetition: all ? 'all' : selector ? { component: Number(selector), is } : Number(nth ?? 1),
    component: anyComponent ? 'all' : Number(component ?? 1),
    subcomponent: Number(subcomponent ?? 1),
  };
}

/** What stands there, in order: what is absent is not among it, what is said to be none (`""`) is, as null. */
export function find(message: Hl7Message, path: Path): Found[] {
  const found: Found[] = [];
  for (const segment of message.segments) {
    if (segment.name !== path.segment) continue;
    for (const repetition of chosen(message, path, repetitionsOf(message, segment.fields[path.field]))) {
      const components = path.component === 'all' ? componentsOf(message, repetition).map((_, index) => index + 1) : [path.component];
      for (const component of components) {
        const value = partAt(message, repetition, component, path.subcomponent);
        if (value !== undefined) found.push({ value, segment: segment.name, sequence: segment.sequence, field: path.field, component });
      }
    }
  }
  return found;
}

/** The first of what stands at these paths: the earlier path goes before. A null gives way to a text further on. */
export function findFirst(message: Hl7Message, paths: readonly Path[]): Found | undefined {
  const all = paths.flatMap((path) => find(message, path));
  return all.find(({ value }) => value !== null) ?? all[0];
}

function chosen(message: Hl7Message, { repetition }: Path, repetitions: string[]): string[] {
  if (repetition === 'all') return repetitions;
  if (typeof repetition === 'number') return repetitions.slice(repetition - 1, repetition);
  return repetitions.filter((one) => (partAt(message, one, repetition.component) ?? '') === repetition.is);
}
