/** The body of an admission: its shape by zod, and what zod cannot tell about identity numbers, kommuner and times. */
import { type Instant, parseInstant, toIso } from '../domain/calendar.js';
import { STAY_ID } from '../domain/ids.js';
import { isKommunkod } from '../domain/kommun.js';
import { admissionSchema } from '../domain/stay/schemas.js';
import type { Admission } from '../domain/stay/state.js';
import { parseWith } from './field-errors.js';
import { holdsPersonnummer, isPersonnummer, reserveNumberProblem } from './identity-numbers.js';
import type { FieldError } from './problems.js';

/** The admission with its time read, or every field that is wrong, missing or unknown. `latest` is how late it may be dated. */
export function admissionOf(stayId: string, body: unknown, latest: Instant): { admission: Admission } | { errors: FieldError[] } {
  const shaped = parseWith(admissionSchema, body);
  const shape = 'errors' in shaped ? shaped.errors : [];
  const beyond = [...stayIdErrors(stayId), ...contentErrors(body, latest)].filter(
    ({ path }) => !shape.some((error) => error.path === path),
  );
  if ('errors' in shaped || beyond.length > 0) return { errors: [...beyond, ...shape] };
  const { admittedAt, ...rest } = shaped.value;
  return { admission: { ...rest, admittedAt: parseInstant(admittedAt) as Instant } as Admission };
}

function stayIdErrors(stayId: string): FieldError[] {
  if (!STAY_ID.test(stayId)) return [{ path: 'stayId', message: 'a stay id is 1–64 of A–Z a–z 0–9 . _ -' }];
  return holdsPersonnummer(stayId) ? [{ path: 'stayId', message: 'a stay id must never be a personnummer' }] : [];
}

/** Judged on the body as it came, so that one wrong field does not hide another. */
function contentErrors(body: unknown, latest: Instant): FieldError[] {
  const errors: FieldError[] = [];
  const { patient, admittedAt, ...rest } = fieldsOf(body);
  const { personnummer, reservnummer } = fieldsOf(patient);
  if (typeof patient === 'object' && patient !== null && personnummer === undefined && reservnummer === undefined) {
    errors.push({ path: 'patient', message: 'personnummer or reservnummer is missing' });
  }
  if (typeof personnummer === 'string' && !isPersonnummer(personnummer)) {
    errors.push({ path: 'patient.personnummer', message: 'not a personnummer: its date or its check digit is wrong' });
  }
  errors.push(...reserveErrors(patient, 'patient'));
  for (const path of ['kommun', 'placerandeKommun']) {
    const code = rest[path];
    if (typeof code === 'string' && !isKommunkod(code)) errors.push({ path, message: 'no such kommunkod' });
  }
  const at = typeof admittedAt === 'string' ? parseInstant(admittedAt) : undefined;
  if (typeof admittedAt === 'string' && at === undefined)
    errors.push({ path: 'admittedAt', message: 'not an instant: ISO 8601 with offset' });
  if (at !== undefined && at > latest)
    errors.push({ path: 'admittedAt', message: `in the future: an admission may be dated ${toIso(latest)} at the latest` });
  return errors;
}

/** A reserve number, wherever a patient is told of. `path`: of the patient. */
export function reserveErrors(patient: unknown, path: string): FieldError[] {
  const { reservnummer } = fieldsOf(patient);
  const message = typeof reservnummer === 'string' ? reserveNumberProblem(reservnummer) : undefined;
  return message === undefined ? [] : [{ path: `${path}.reservnummer`, message }];
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
