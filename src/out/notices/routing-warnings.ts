/** Routes that can never match, and receivers that no route leads to: nothing that stops the service, but something meant otherwise. */
import type { Agreement } from '../../domain/agreement.js';
import { DEADLINE_IDS } from '../../domain/agreement.js';
import { ACTION_NAMES } from '../../domain/stay/actions.js';
import type { RoutingFile } from './routing-schema.js';

type Path = (string | number)[];

/** What is told beside the stays' own notices. */
const OTHER_TYPES = [
  'underlag-preliminart',
  'underlag-andrat',
  'underlag-last',
  'invandning',
  'paminnelse:invandning',
  'invandning-svar',
  'invandning-bestridd',
  'invandning-beslut',
  'faktura',
  'kreditfaktura',
  'debetfaktura',
  'troskel-nara',
  'troskel-passerad',
  'betalning-nara',
  'individuell-nara',
  'leverans-misslyckad',
  'leverans-utan-vag',
  'liggaren-svarar-inte',
];
const TYPES = [
  ...ACTION_NAMES,
  ...ACTION_NAMES.map((name) => `avvisad:${name}`),
  ...DEADLINE_IDS.flatMap((id) => [`paminnelse:${id}`, `forsenad:${id}`]),
  ...OTHER_TYPES,
];

/** Each with the place in the file that it is about. */
export function routingWarnings(
  file: RoutingFile,
  agreements: readonly Pick<Agreement, 'region' | 'kommuner'>[],
): { path: Path; reason: string }[] {
  const regions = new Set(agreements.flatMap(({ region }) => (region === null ? [] : [region])));
  const kommunerOf = (region: string | undefined): Set<string> =>
    new Set(
      agreements.filter((one) => region === undefined || one.region === region).flatMap(({ kommuner }) => kommuner.map(({ code }) => code)),
    );
  const warnings: { path: Path; reason: string }[] = [];
  const used = new Set<string>();
  for (const [index, { party, unit, region, types, to }] of (file.routes ?? []).entries()) {
    const warn = (field: string, reason: string): void => void warnings.push({ path: ['routes', index, field], reason });
    for (const id of to) used.add(id);
    const isExact = unit !== undefined && !unit.endsWith('*');
    if (region !== undefined && !regions.has(region))
      warn('region', `vägen används aldrig: ingen överenskommelse gäller regionen ${region}`);
    else if (party === 'kommun' && isExact && !kommunerOf(region).has(unit))
      warn('unit', `vägen används aldrig: ${unit} är ingen kommun i ${region === undefined ? 'överenskommelserna' : `regionen ${region}`}`);
    else if (party === 'region' && isExact && (!regions.has(unit) || (region !== undefined && region !== unit)))
      warn('unit', `vägen används aldrig: en regions enhet är regionens eget id, och ${unit} är ingen region här`);
    for (const type of types ?? []) {
      const begins = type.endsWith('*') ? type.slice(0, -1) : undefined;
      if (!TYPES.some((known) => (begins === undefined ? known === type : known.startsWith(begins))))
        warn('types', `vägen används aldrig för ${type}: inget meddelande är av det slaget`);
    }
  }
  for (const to of Object.values(file.defaults ?? {})) for (const id of to) used.add(id);
  for (const id of Object.keys(file.endpoints ?? {}))
    if (!used.has(id)) warnings.push({ path: ['endpoints', id], reason: 'mottagaren används aldrig: ingen väg leder till den' });
  return warnings;
}
