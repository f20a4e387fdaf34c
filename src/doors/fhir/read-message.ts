/** Reads a message Bundle in the manner of MedCom's HospitalNotification: who says what of which stay, when, and instead of what. */
import { type Instant, parseInstant } from '../../domain/calendar.js';
import { checkResource, each } from './check.js';
import { error, type Issue, information, warning } from './outcome.js';
import { type Occasion, readEncounter } from './read-encounter.js';
import { isReadType, resolverOf } from './references.js';
import type { Bundle, Coding, ResourceOf } from './schemas.js';
import type { FhirSettings } from './settings.js';
import { type Activity, isCancelled, type Statement } from './statement.js';
import { ACTIVITY_SYSTEM, EVENT_CODE, EVENT_SYSTEM } from './systems.js';

export interface MessageOccasion extends Pick<Occasion, 'latest' | 'region'> {
  now: Instant;
  settings: FhirSettings;
}

const HEADER = 'Bundle.entry[0].resource';

/** The statement; undefined when an error has been said, or when the message is of no inpatient stay, which is said too. */
export function readMessage(bundle: Bundle, occasion: MessageOccasion, issues: Issue[]): Statement | undefined {
  const first = bundle.entry?.[0]?.resource;
  if (first?.resourceType !== 'MessageHeader') {
    issues.push(error('invariant', HEADER, 'the first resource of a message must be its MessageHeader'));
    return undefined;
  }
  const { value: header, issues: wrong } = checkResource('MessageHeader', first, HEADER);
  issues.push(...wrong, ...duplicates(bundle), ...unread(bundle));
  readEvent(header, issues);
  const id = header.id ?? bundle.identifier?.value ?? bundle.id;
  if (id === undefined) issues.push(error('required', `${HEADER}.id`, 'the message must have an id'));
  const provenances = each(bundle.entry).flatMap(([{ resource }, n]) => {
    if (resource?.resourceType !== 'Provenance') return [];
    const path = `Bundle.entry[${n}].resource`;
    const checked = checkResource('Provenance', resource, path);
    issues.push(...checked.issues);
    return [{ resource: checked.value, path }];
  });
  const chosen = ofThisMessage(provenances, bundle, header);
  const told = activityOf(chosen?.resource.activity?.coding, header.eventCoding === undefined ? [] : [header.eventCoding]);
  if (told === 'ambulant') {
    issues.push(information(chosen?.path ?? HEADER, 'of a visit, not of an inpatient stay: accepted, and nothing is done'));
    return undefined;
  }
  if (told === 'unknown')
    issues.push(
      error('code-invalid', `${chosen?.path ?? HEADER}.activity`, `not an activity of a hospital notification, of ${ACTIVITY_SYSTEM}`),
    );
  const recorded = chosen?.resource.recorded ?? bundle.timestamp;
  const at = recorded === undefined ? undefined : parseInstant(recorded);
  if (recorded === undefined && chosen === undefined)
    issues.push(error('required', 'Bundle.timestamp', 'when the message was made must be told: here, or by Provenance.recorded'));
  const encounter = focusOf(bundle, header, issues);
  if (encounter === undefined || told === 'unknown') return undefined;
  const statement = readEncounter(
    {
      encounter: encounter.resource,
      path: encounter.path,
      resolver: resolverOf(encounter.resource, encounter.path, bundle),
      settings: occasion.settings,
      issues,
    },
    {
      ...occasion,
      at: Math.min(at ?? occasion.now, occasion.now),
      message: {
        id: id ?? '',
        activity: told ?? { kind: 'new', of: 'admit' },
        replaces: told?.kind === 'new' ? [] : replacedBy(chosen?.resource),
      },
    },
  );
  if (told !== undefined) issues.push(...contradictions(told, encounter.resource.status, encounter.path));
  return issues.some(({ severity }) => severity === 'error') ? undefined : statement;
}

function readEvent({ eventCoding, eventUri }: ResourceOf<'MessageHeader'>, issues: Issue[]): void {
  if (eventCoding === undefined && eventUri === undefined) issues.push(error('required', `${HEADER}.eventCoding`, 'the event is required'));
  else if (
    eventUri !== undefined ||
    (eventCoding?.code !== EVENT_CODE &&
      ['unknown', undefined].includes(activityOf(eventCoding && [eventCoding], []) as string | undefined))
  )
    issues.push(error('not-supported', `${HEADER}.event`, `only ${EVENT_CODE} of ${EVENT_SYSTEM} is taken`));
}

/** The Encounter that the header is about. */
function focusOf(bundle: Bundle, header: ResourceOf<'MessageHeader'>, issues: Issue[]) {
  const [focus] = header.focus ?? [];
  if (focus === undefined || each(header.focus).length > 1) {
    issues.push(error('required', `${HEADER}.focus`, 'exactly one Encounter must be the focus'));
    return undefined;
  }
  return resolverOf(header, HEADER, bundle).resolve(focus, 'Encounter', `${HEADER}.focus[0]`, issues);
}

interface Placed {
  resource: ResourceOf<'Provenance'>;
  path: string;
}

/** Of the chain, the one that is about this very message; else the latest. */
function ofThisMessage(all: readonly Placed[], bundle: Bundle, header: ResourceOf<'MessageHeader'>): Placed | undefined {
  const names = [bundle.entry?.[0]?.fullUrl, header.id === undefined ? undefined : `MessageHeader/${header.id}`];
  const own = all.find(({ resource }) =>
    each(resource.target).some(([{ reference }]) => reference !== undefined && names.includes(reference)),
  );
  return (
    own ?? [...all].sort((a, b) => (parseInstant(a.resource.recorded ?? '') ?? 0) - (parseInstant(b.resource.recorded ?? '') ?? 0)).at(-1)
  );
}

/** Ids of the messages that this one corrects or takes back. */
const replacedBy = (provenance: ResourceOf<'Provenance'> | undefined): string[] =>
  each(provenance?.entity).flatMap(([entity]) => {
    const id = /([A-Za-z0-9.-]{1,64})$/.exec(entity.what?.reference ?? '')?.[1] ?? entity.what?.identifier?.value;
    return id === undefined ? [] : [id];
  });

const OF: Record<string, Activity['of']> = {
  admit: 'admit',
  'start-leave': 'leave-start',
  'end-leave': 'leave-end',
  discharge: 'discharge',
  STIN: 'admit',
  STOR: 'leave-start',
  SLOR: 'leave-end',
  STOL: 'leave-end',
  SLHJ: 'discharge',
  MORS: 'discharge',
};
const KINDS: Record<string, Activity['kind']> = { '': 'new', 'revise-': 'revise', RE_: 'revise', 'cancel-': 'cancel', AN_: 'cancel' };

/** By MedCom's codes, or by the short names that its older notifications have. Undefined: none is told. */
function activityOf(codings: readonly Coding[] | undefined, headers: readonly Coding[]): Activity | 'ambulant' | 'unknown' | undefined {
  const codes = each(codings).map(([{ code = '' }]) => code);
  const events = each(headers)
    .map(([{ code = '' }]) => code)
    .filter((code) => code !== EVENT_CODE);
  const all = codes.length > 0 ? codes : events;
  if (all.length === 0) return undefined;
  for (const code of all) {
    const inpatient = /^(revise-|cancel-)?(admit|start-leave|end-leave|discharge)-inpatient(-home)?$/.exec(code);
    const [, kind = '', of = ''] = inpatient ?? /^(RE_|AN_)?(STIN|STOR|SLOR|STOL|SLHJ|MORS)$/.exec(code) ?? [];
    const activity = OF[of];
    if (activity !== undefined) return { kind: KINDS[kind] ?? 'new', of: activity };
    if (/-emergency(-home)?$/.test(code) || /^(RE_|AN_)?STAA$/.test(code)) return 'ambulant';
  }
  return 'unknown';
}

/** What a message says that it does, its Encounter must show. */
function contradictions({ kind, of }: Activity, status: string | undefined, path: string): Issue[] {
  if (status === undefined) return [];
  const cancelled = isCancelled({ status: status as Statement['status'] });
  const fits =
    of === 'admit'
      ? cancelled === (kind === 'cancel')
      : !cancelled &&
        (of === 'discharge'
          ? (status === 'finished') === (kind !== 'cancel')
          : kind === 'revise' || (status === 'onleave') === ((of === 'leave-start') === (kind === 'new')));
  return fits ? [] : [error('invariant', `${path}.status`, `${status} is not what this message's activity leads to`)];
}

function duplicates(bundle: Bundle): Issue[] {
  const urls = each(bundle.entry).map(([{ fullUrl }]) => fullUrl);
  return each(bundle.entry)
    .filter(([{ fullUrl }, n]) => fullUrl !== undefined && urls.indexOf(fullUrl) < n)
    .map(([, n]) => error('duplicate', `Bundle.entry[${n}].fullUrl`, 'is that of an entry before'));
}

const unread = (bundle: Bundle): Issue[] =>
  each(bundle.entry).flatMap(([{ resource }, n]) =>
    typeof resource?.resourceType !== 'string' || isReadType(resource.resourceType)
      ? []
      : [warning('not-supported', `Bundle.entry[${n}].resource`, `a ${resource.resourceType.slice(0, 64)} is not read, and not kept`)],
  );
