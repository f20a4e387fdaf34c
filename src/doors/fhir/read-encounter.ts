/** Reads an Encounter as a statement; everything that keeps it from being one is said at once, each with its element. */
import type { CareForm, LegalForm } from '../../domain/agreement.js';
import { type Instant, parseInstant, toIso } from '../../domain/calendar.js';
import type { Named } from '../../domain/stay/state.js';
import type { Leave, Move } from '../hospital/claim.js';
import type { AdmissionBody } from '../hospital/message.js';
import { each } from './check.js';
import { readDisposition } from './dispositions.js';
import { extensionsOf, toldBy } from './extensions.js';
import { error, type Issue, information, warning } from './outcome.js';
import { type ReadUnit, readStayId, readUnit } from './read-identifiers.js';
import { type Reading, readSubject, type Subject } from './read-patient.js';
import { NOT_READ } from './schemas.js';
import type { FhirSettings } from './settings.js';
import { isCancelled, type StatedStatus, type Statement } from './statement.js';
import { ACT_CODE, EXTENSION, LEAVE_EXTENSIONS } from './systems.js';

export interface Occasion {
  /** When it was stated. */
  at: Instant;
  /** The latest that anything may have happened. */
  latest: Instant;
  /** The region of whoever sends. */
  region: string | undefined;
  /** The id by which the resource is put. */
  id?: string | undefined;
  message: Statement['message'];
}

const STATED: readonly string[] = ['in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error'];
/** Inpatient, and its two kinds. */
const INPATIENT = ['IMP', 'ACUTE', 'NONAC'];
const REGION = /^[a-z][a-z-]{1,39}$/;

/** The statement; undefined when an error has been said. What an admission lacks is no error of a stay that is cancelled. */
export function readEncounter(reading: Reading, occasion: Occasion): Statement | undefined {
  const { encounter, path, issues } = reading;
  const stayId = readId(reading, occasion);
  const status = readStatus(reading);
  const times = timesOf(reading, occasion);
  const forAdmission: Issue[] = [];
  const inner = { ...reading, issues: forAdmission };
  const subject = readSubject(inner);
  const start = times.needed(encounter.period?.start, `${path}.period.start`, 'when the patient was admitted', forAdmission);
  const course = readCourse(inner, times);
  const forms = readForms(inner, course?.unit);
  const region = readRegion(inner, occasion);
  readClass(reading);
  const cancelled = status !== undefined && isCancelled({ status });
  issues.push(...(cancelled ? forAdmission.filter(({ code }) => code !== 'required') : forAdmission));
  const discharge = status === 'finished' ? readDischarge(reading, subject, times, start) : null;
  const leaves = readLeaves(reading, times, status);
  issues.push(
    ...NOT_READ.filter((name) => Object.hasOwn(encounter, name)).map((name) => information(`${path}.${name}`, 'is not read, and not kept')),
  );
  if (subject.deceased && status !== undefined && status !== 'finished' && !cancelled)
    issues.push(warning('business-rule', `${path}.status`, 'the patient is said to be dead: the stay ends when this is finished'));
  if (issues.some(({ severity }) => severity === 'error') || stayId === undefined || status === undefined || discharge === undefined)
    return undefined;
  return {
    stayId,
    status,
    admission: admissionOf({ start, region, course, subject, forms }),
    lacks: cancelled ? forAdmission.filter(({ code }) => code === 'required') : [],
    wards: course?.dated ?? [],
    present: course === undefined || course.dated.length > 0 ? null : course.first,
    ...leaves,
    discharge,
    details: {
      ...(subject.patient === undefined ? {} : { patient: subject.patient }),
      ...(subject.vardcentral === undefined ? {} : { vardcentral: subject.vardcentral }),
      ...forms.told,
    },
    kommun: subject.kommun ?? null,
    at: Math.max(occasion.at, start ?? occasion.at),
    message: occasion.message,
  };
}

function readId({ encounter, path, settings, issues }: Reading, { id }: Occasion): string | undefined {
  if (id !== undefined && encounter.id !== undefined && encounter.id !== id)
    issues.push(error('value', `${path}.id`, 'must be the id that the resource is put by'));
  if (id !== undefined && encounter.identifier === undefined && encounter.episodeOfCare === undefined) return id;
  const stayId = readStayId(encounter, path, settings, issues);
  if (id === undefined || stayId === undefined || stayId === id) return stayId;
  issues.push(error('invariant', `${path}.identifier`, "the stay's id must be the id that the resource is put by"));
  return undefined;
}

function readStatus({ encounter: { status }, path, issues }: Reading): StatedStatus | undefined {
  // Wrong or missing: said already.
  if (status === undefined) return undefined;
  if (STATED.includes(status)) return status as StatedStatus;
  issues.push(error('not-supported', `${path}.status`, `${status} tells nothing of a stay: one of ${STATED.join(', ')}`));
  return undefined;
}

function readClass({ encounter, path, issues }: Reading): void {
  const { system, code } = (encounter.class as { system?: string; code?: string } | undefined) ?? {};
  if (encounter.class === undefined) return;
  if (code === undefined) issues.push(error('required', `${path}.class.code`, 'is required'));
  else if (!INPATIENT.includes(code) || (system !== undefined && system !== ACT_CODE))
    issues.push(error('code-invalid', `${path}.class`, `only inpatient stays are taken: ${INPATIENT.join(', ')} of ${ACT_CODE}`));
}

interface Times {
  /** A time that may be missing; with a day alone, or in the future, it is an error. */
  read(text: string | undefined, path: string, issues: Issue[]): Instant | undefined;
  needed(text: string | undefined, path: string, what: string, issues: Issue[]): Instant | undefined;
}

function timesOf(_: Reading, { latest }: Occasion): Times {
  const read: Times['read'] = (text, path, issues) => {
    if (text === undefined) return undefined;
    const at = parseInstant(text);
    if (at === undefined) issues.push(error('value', path, 'must be a moment, with time and zone'));
    else if (at > latest) issues.push(error('business-rule', path, `lies in the future: ${toIso(latest)} at the latest`));
    else return at;
    return undefined;
  };
  return {
    read,
    needed(text, path, what, issues) {
      if (text === undefined) issues.push(error('required', path, `${what} is required`));
      return read(text, path, issues);
    },
  };
}

interface Course {
  first: Named;
  dated: Move[];
  /** Of the ward that the patient was admitted to, with the codes that it goes by. */
  unit: ReadUnit;
}

/** Where the patient has been: the locations, else the organisation that gives the care. */
function readCourse({ encounter, path, resolver, settings, issues }: Reading, times: Times): Course | undefined {
  const reader = { resolver, issues, known: settings.codes.ward };
  const before = issues.length;
  const places = each(encounter.location)
    .filter(([{ status }]) => status !== 'planned' && status !== 'reserved')
    .map(([{ location, period }, n]) => {
      const at = `${path}.location[${n}]`;
      const from = times.read(period?.start, `${at}.period.start`, issues);
      // The schema has said that it is missing.
      const unit = location === undefined ? undefined : readUnit(location, 'Location', `${at}.location`, reader);
      return { from, until: times.read(period?.end, `${at}.period.end`, issues), unit };
    });
  if (places.length === 0) {
    if (encounter.serviceProvider === undefined) {
      issues.push(error('required', `${path}.serviceProvider`, 'the ward is required: here, or by location'));
      return undefined;
    }
    const unit = readUnit(encounter.serviceProvider, 'Organization', `${path}.serviceProvider`, reader);
    return unit && { first: namedOf(unit), dated: [], unit };
  }
  if (issues.slice(before).some(({ severity }) => severity === 'error')) return undefined;
  const whole = places.flatMap(({ from, until, unit }) => (unit === undefined ? [] : [{ from, until, unit }]));
  const dated = whole.flatMap(({ from, unit }) => (from === undefined ? [] : [{ at: from, unit }])).sort((a, b) => a.at - b.at);
  // Beds and rooms of one ward are one ward.
  const moves = dated.filter(({ unit }, index) => unit.hsaId !== dated[index - 1]?.unit.hsaId);
  // One that is over is not where the patient is now.
  const [unit] = moves.length > 0 ? [moves[0]?.unit] : [(whole.find(({ until }) => until === undefined) ?? whole.at(-1))?.unit];
  if (unit === undefined) return undefined;
  return { first: namedOf(unit), dated: moves.map(({ at, unit: ward }) => ({ at, ward: namedOf(ward), ...formOf(ward, settings) })), unit };
}

/** The form of care of a ward that the hospital's codes name. */
function formOf({ codes }: ReadUnit, settings: FhirSettings): { careForm?: CareForm } {
  const ward = codes.map((code) => settings.codes.ward?.(code)).find((known) => known !== undefined);
  return ward === undefined ? {} : { careForm: ward.careForm };
}

const namedOf = ({ hsaId, name }: Named): Named => ({ hsaId, name });

interface Forms {
  told: { careForm?: CareForm; legalForm?: LegalForm };
  careForm: CareForm;
  legalForm: LegalForm;
}

const CARE_FORMS: readonly string[] = ['somatisk', 'psykiatrisk'] satisfies CareForm[];
const LEGAL_FORMS: readonly string[] = ['HSL', 'LPT', 'LRV'] satisfies LegalForm[];

/** By our extensions, else what is known of the ward, else what has been agreed. */
function readForms({ encounter, path, settings, issues }: Reading, unit: ReadUnit | undefined): Forms {
  const read = <T extends string>(url: string, codes: readonly string[]): T | undefined => {
    const told = toldBy(encounter, url, path);
    if (told === undefined) return undefined;
    if (told.value !== undefined && codes.includes(told.value)) return told.value as T;
    issues.push(error('code-invalid', told.path, `must be one of: ${codes.join(', ')}`));
    return undefined;
  };
  const careForm = read<CareForm>(EXTENSION.careForm, CARE_FORMS) ?? (unit && formOf(unit, settings).careForm);
  const legalForm = read<LegalForm>(EXTENSION.legalForm, LEGAL_FORMS);
  if (careForm === undefined)
    issues.push(information(`${path}.extension('${EXTENSION.careForm}')`, `not told: an admission is taken as ${settings.careForm}`));
  return {
    told: { ...(careForm === undefined ? {} : { careForm }), ...(legalForm === undefined ? {} : { legalForm }) },
    careForm: careForm ?? settings.careForm,
    legalForm: legalForm ?? settings.legalForm,
  };
}

function readRegion({ encounter, path, settings, issues }: Reading, { region }: Occasion): string | undefined {
  const told = toldBy(encounter, EXTENSION.region, path);
  const found = told === undefined ? (region ?? settings.region) : told.value;
  if (found !== undefined && REGION.test(found)) return found;
  if (told !== undefined) issues.push(error('value', told.path, 'must be the id of a region'));
  else
    issues.push(error('required', `${path}.extension('${EXTENSION.region}')`, 'the region is required, where the caller does not tell it'));
  return undefined;
}

/** Null is not possible here; undefined with the issue said. */
function readDischarge(
  reading: Reading,
  { deceased }: Subject,
  times: Times,
  start: Instant | undefined,
): Statement['discharge'] | undefined {
  const { encounter, path, settings, issues } = reading;
  const to = readDisposition(encounter, deceased, path, settings, issues);
  const at = times.needed(encounter.period?.end, `${path}.period.end`, 'when the patient left', issues);
  if (at !== undefined && start !== undefined && at < start)
    issues.push(error('invariant', `${path}.period.end`, 'lies before period.start'));
  return at === undefined || to === undefined ? undefined : { at, to };
}

/** By the leave periods, and by the history of the status, which tells them all from its first entry on. */
function readLeaves(reading: Reading, times: Times, status: StatedStatus | undefined): Pick<Statement, 'leaves' | 'leavesFrom'> {
  const { encounter, path, issues } = reading;
  const leave = (period: { start?: string | undefined; end?: string | undefined } | undefined, at: string): Leave[] => {
    const from = times.needed(period?.start, `${at}.start`, 'when the leave began', issues);
    const until = times.read(period?.end, `${at}.end`, issues);
    if (from === undefined) return [];
    if (until !== undefined && until <= from) {
      issues.push(error('invariant', `${at}.end`, 'must be after start'));
      return [];
    }
    return [{ from, until: until ?? null }];
  };
  const told = extensionsOf(encounter, ...LEAVE_EXTENSIONS).flatMap(([{ valuePeriod }, n]) =>
    leave(valuePeriod, `${path}.extension[${n}].valuePeriod`),
  );
  const entries = each(encounter.statusHistory).map(([{ status: was, period }, n]) => ({
    was,
    period,
    at: `${path}.statusHistory[${n}].period`,
  }));
  const past = entries.filter(({ was }) => was === 'onleave').flatMap(({ period, at }) => leave(period, at));
  const ends = entries.flatMap(({ period, at }) => times.read(period?.end, `${at}.end`, issues) ?? []);
  const starts = entries.flatMap(({ period }) => (period?.start === undefined ? [] : (parseInstant(period.start) ?? [])));
  // The status of now began when the last one before it ended.
  const now = status === 'onleave' && ends.length > 0 ? [{ from: Math.max(...ends), until: null }] : [];
  const all = [...told, ...past, ...now].sort((a, b) => a.from - b.from);
  const leaves = all.filter(({ from }, index) => all.findIndex((other) => other.from === from) === index);
  return { leaves, leavesFrom: starts.length === 0 ? null : Math.min(...starts) };
}

function admissionOf(parts: {
  start: Instant | undefined;
  region: string | undefined;
  course: Course | undefined;
  subject: Subject;
  forms: Forms;
}): AdmissionBody | null {
  const { start, region, course, forms, subject } = parts;
  const { patient, vardcentral, kommun, placerandeKommun } = subject;
  if (start === undefined || region === undefined || course === undefined) return null;
  if (patient === undefined || vardcentral === undefined || kommun === undefined) return null;
  return {
    region,
    admittedAt: toIso(start),
    ward: course.first,
    careForm: forms.careForm,
    legalForm: forms.legalForm,
    kommun,
    ...(placerandeKommun === undefined ? {} : { placerandeKommun }),
    vardcentral,
    patient,
  };
}
