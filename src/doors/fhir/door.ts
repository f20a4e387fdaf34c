/** What the FHIR door does with what it has read: brings the stay there, and shows it. */
import { canonical } from '../../domain/canonical.js';
import type { JsonObject } from '../../domain/ids.js';
import { regionOfSystem } from '../../domain/stay/relation.js';
import type { Caller } from '../access/caller.js';
import { admissionOf } from '../admission.js';
import type { HospitalClaim } from '../hospital/claim.js';
import type { HospitalDesk, Told } from '../hospital/desk.js';
import type { Performed } from '../hospital/perform.js';
import { type FieldError, PROBLEMS } from '../problems.js';
import type { DoorClock, Submit } from '../submit.js';
import { type EncounterResource, encounterOf } from './encounter-view.js';
import { isOlder, layOver, wasHeard } from './lay-over.js';
import { error, FhirError, type Issue, information, issuesOf, warning } from './outcome.js';
import type { FhirSettings } from './settings.js';
import { isCancelled, type Statement } from './statement.js';
import { EXTENSION } from './systems.js';

export interface FhirDeps {
  hospital: HospitalDesk;
  submit: Pick<Submit, 'read' | 'knows'>;
  clock: DoorClock;
  settings: FhirSettings;
}

export interface Answered {
  stayId: string;
  /** Whether the stay began by this. */
  started: boolean;
  issues: Issue[];
}

/** The region whose stays a sending system transports. */
export const regionOf = (caller: Caller | undefined): string | undefined =>
  caller?.party === 'system' ? regionOfSystem(caller.unit) : undefined;

/** What of a statement could not be an admission, though each element by itself was right. */
export function admissionIssues({ stayId, admission }: Statement, path: string, { clock }: FhirDeps): Issue[] {
  if (admission === null) return [];
  const checked = admissionOf(stayId, admission, clock.now() + clock.futureToleranceMs);
  return 'errors' in checked
    ? checked.errors.map((field) => error('value', elementOf(path)(field), `${field.path}: ${field.message}`))
    : [];
}

const ELEMENTS: Record<string, string> = {
  stayId: 'identifier',
  region: `extension('${EXTENSION.region}')`,
  admittedAt: 'period.start',
  ward: 'serviceProvider',
  careForm: `extension('${EXTENSION.careForm}')`,
  legalForm: `extension('${EXTENSION.legalForm}')`,
  kommun: 'subject',
  placerandeKommun: `extension('${EXTENSION.placerandeKommun}')`,
  vardcentral: `extension('${EXTENSION.vardcentral}')`,
  patient: 'subject',
};

/** The element that a field of an admission was read from. */
const elementOf =
  (path: string) =>
  (field: FieldError): string => {
    const element = ELEMENTS[field.path.split('.')[0] ?? ''];
    return element === undefined ? path : `${path}.${element}`;
  };

/** Where what an action tells was read from. */
const ELEMENT_OF_ACTION: Record<string, string> = {
  flytta: '.location',
  permission: '.status',
  'skriv-ut': '.period.end',
  'angra-utskrivning': '.status',
  annullera: '.status',
  'andra-uppgifter': '.subject',
};

/** Whose statement it may be. A stay of another region is as one that is not there. */
export async function mayTell(
  { submit }: FhirDeps,
  { stayId, admission }: Statement,
  path: string,
  caller: Caller | undefined,
): Promise<void> {
  if (caller === undefined) return;
  const own = regionOf(caller);
  if (own === undefined) throw new FhirError(403, [error('forbidden', undefined, 'only a sending system tells stays by FHIR')]);
  if (admission !== null && admission.region !== own)
    throw new FhirError(403, [
      error('forbidden', `${path}.extension('${EXTENSION.region}')`, 'is another region than the sender transports stays of'),
    ]);
  if ((await submit.knows(stayId)) && !(await submit.knows(stayId, caller)))
    throw new FhirError(409, [error('conflict', `${path}.identifier`, 'cannot be the id of a stay of this sender')]);
}

/**
 * Brings the stay to what is stated. `mustBeNew`: a create, which the same content may repeat. Throws `FhirError` with
 * every step that the stay refused, and `TemporalUnavailable`, after which the same statement goes on where it stopped.
 */
export async function tell(
  deps: FhirDeps,
  statement: Statement,
  { path, mustBeNew, caller }: { path: string; mustBeNew: boolean; caller: Caller | undefined },
): Promise<Answered> {
  const { stayId } = statement;
  await mayTell(deps, statement, path, caller);
  if (await deps.hospital.isErased(stayId)) throw erasedAt(path);
  const isKnown = await deps.submit.knows(stayId);
  const issues: Issue[] = [];
  let began = true;
  const source = caller?.unit ?? `${statement.admission?.region ?? deps.settings.region ?? 'fhir'}/fhir`;
  const performed = await deps.hospital.bringTo(
    stayId,
    async (before) => {
      // Known and kept, but not begun: begun by this very door, which was stopped before it heard so.
      began = (before?.applied.admission ?? null) === null && (before !== undefined || !isKnown);
      if (wasHeard(before?.claim, statement)) {
        issues.push(information(undefined, 'this message has been received before, or another stands in for it: nothing is done twice'));
        return before && { source, claim: before.claim };
      }
      const claim = claimOf(before, statement, { path, isKnown, issues });
      if (mustBeNew && !isSame(before?.claim, claim, isKnown))
        throw new FhirError(409, [
          error('duplicate', `${path}.identifier`, `is the id of a stay that is there already: PUT Encounter/${stayId} tells it anew`),
        ]);
      return { source, claim };
    },
    caller,
  );
  // Its erasure began in this very moment.
  if (performed === undefined) throw erasedAt(path);
  const refused = refusalsOf(performed, path);
  issues.push(...refused.issues);
  if (refused.status !== undefined) throw new FhirError(refused.status, issues);
  if (typeof performed.state === 'object')
    issues.push(information(path, 'what lies in the future by a little is told to the stay when its time comes'));
  const isOthers = performed.refused.some(({ step }) => step.type === 'admit');
  return { stayId, started: began && !isOthers && performed.applied.admission !== null, issues };
}

const erasedAt = (path: string) =>
  new FhirError(
    409,
    issuesOf({ code: 'gallrad' }, () => path),
  );

function claimOf(
  before: Told | undefined,
  statement: Statement,
  { path, isKnown, issues }: { path: string; isKnown: boolean; issues: Issue[] },
): HospitalClaim {
  const { admission, status } = statement;
  const admitted = before?.applied.admission ?? null;
  if (admission === null && (before?.claim.admission ?? null) === null && !isKnown)
    throw new FhirError(
      422,
      statement.lacks.map((issue) => ({ ...issue, diagnostics: `${issue.diagnostics}: the stay is not known yet` })),
    );
  if (before !== undefined && before.claim.cancelledAt !== null && !isCancelled(statement) && !isOlder(before.claim, statement))
    throw new FhirError(409, [
      error('conflict', `${path}.status`, `the stay was cancelled, and cannot become ${status}: a new admission has a new id`),
    ]);
  if (isOlder(before?.claim, statement)) issues.push(information(path, 'something newer has been told of the stay, and stands'));
  else if (admitted !== null && admission !== null) issues.push(...notChanged(admitted, admission, path));
  return layOver(before?.claim, statement, admitted);
}

type Admission = NonNullable<Statement['admission']>;

/** Of an admission, what nothing can change afterwards. */
function notChanged(admitted: Admission, told: Admission, path: string): Issue[] {
  const said = (element: string, text: string) => warning('not-supported', `${path}.${element}`, text);
  return [
    ...(Date.parse(admitted.admittedAt) === Date.parse(told.admittedAt)
      ? []
      : [
          said(
            'period.start',
            `the stay goes on as admitted at ${admitted.admittedAt}: to change that, cancel it and admit anew under a new id`,
          ),
        ]),
    ...(admitted.kommun === told.kommun
      ? []
      : [said('subject', 'another kommun than at the admission: corrected by the ward (ratta-kommun), not by this')]),
  ];
}

/** A create that comes again, whether the first one was answered or not. */
function isSame(before: HospitalClaim | undefined, after: HospitalClaim, isKnown: boolean): boolean {
  if (before === undefined) return !isKnown;
  const content = (claim: HospitalClaim) => canonical({ ...claim, detailsAt: null } as unknown as JsonObject);
  return content(before) === content(after);
}

function refusalsOf({ refused, applied }: Performed, path: string): { status?: number; issues: Issue[] } {
  let status: number | undefined;
  const issues = refused.flatMap(({ step, problem }): Issue[] => {
    if (step.type === 'admit' && problem.code === 'id-anvant' && applied.admission !== null)
      return [warning('conflict', path, 'the stay had been admitted with other content: that stands, and the rest is told to it')];
    status ??= PROBLEMS[problem.code].status;
    if (step.type === 'admit') return issuesOf(problem, elementOf(path));
    const element = ELEMENT_OF_ACTION[step.action] ?? '';
    return issuesOf(problem, () => path + element).map((issue) => ({ ...issue, diagnostics: `${step.action}: ${issue.diagnostics}` }));
  });
  return { ...(status === undefined ? {} : { status }), issues };
}

/** The stay as an Encounter, as the caller may see it; undefined when there is none that they may know of. */
export async function show(
  { submit, clock, settings }: FhirDeps,
  stayId: string,
  caller: Caller | undefined,
): Promise<EncounterResource | undefined> {
  const outcome = await submit.read(stayId, caller);
  if (outcome.ok) return encounterOf(outcome.value, clock.now(), settings);
  const { status } = PROBLEMS[outcome.problem.code];
  if (status === 404) return undefined;
  throw new FhirError(status, issuesOf(outcome.problem));
}
