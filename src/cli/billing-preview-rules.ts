/** By which rules a preview computes: an agreement by its id or from a file, or those that a month was frozen under. */
import { readFileSync } from 'node:fs';
import { type Agreements, loadAgreements, readAgreement } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import type { Agreement } from '../domain/agreement.js';
import { isInForceIn, lawInForce } from '../domain/agreement-in-force.js';
import type { RuleBook } from '../domain/billing/kommun-month.js';
import { addDays, addMonths } from '../domain/calendar.js';
import { EXIT } from './io.js';

/** Instead of an id: the rules that the month was frozen under. */
export const FROZEN = 'frozen';

export interface Refused {
  exitCode: number;
  errors: string[];
}

export interface PreviewRules extends RuleBook {
  /** The agreement to compare with. */
  compared: Agreement | undefined;
}

interface Asked {
  agreement: string;
  compare?: string | undefined;
  month: string;
  region?: string | undefined;
  agreementsDir?: string | undefined;
}

/** The rules asked for, or what is wrong. `frozen`: the month's own, where the service has been asked for them. */
export function previewRules(asked: Asked, frozen: RuleBook | undefined): PreviewRules | Refused {
  const loaded = loadAgreements(asked.agreementsDir);
  if (!loaded.ok) return { exitCode: EXIT.wrongUse, errors: loaded.problems.map(problemText) };
  const wrongMonth = monthFormatError(asked.month);
  const agreement = agreementCalled(asked.agreement, loaded, frozen);
  if ('errors' in agreement) return agreement;
  const wrong = wrongMonth ?? inForceError(agreement, asked) ?? regionError(agreement, asked.region);
  if (wrong !== null) return { exitCode: EXIT.wrongUse, errors: [wrong] };
  const compared = asked.compare === undefined ? undefined : agreementCalled(asked.compare, loaded, frozen);
  if (compared !== undefined && 'errors' in compared) return compared;
  return {
    agreement,
    compared,
    fallback: frozen?.fallback ?? lawInForce(loaded.agreements, addDays(addMonths(`${asked.month}-01`, 1), -1)),
    vardpriser: frozen?.vardpriser ?? loaded.vardpriser,
  };
}

export function monthFormatError(month: string): string | null {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? null : `Månaden ${month} finns inte; skriv ÅÅÅÅ-MM, till exempel 2019-03.`;
}

function agreementCalled(name: string, { agreements }: Agreements, frozen: RuleBook | undefined): Agreement | Refused {
  if (name === FROZEN) {
    return frozen?.agreement ?? { exitCode: EXIT.wrongUse, errors: ['De frusna reglerna finns hos tjänsten: ange --region.'] };
  }
  if (/\.ya?ml$/i.test(name)) return agreementIn(name);
  const found = agreements.find((each) => each.id === name);
  if (found !== undefined) return found;
  const known = agreements.map((each) => each.id).join(', ');
  return { exitCode: EXIT.wrongUse, errors: [`Överenskommelsen ${name} finns inte. Det här finns: ${known}.`] };
}

function agreementIn(file: string): Agreement | Refused {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch {
    return { exitCode: EXIT.failed, errors: [`${file}: filen finns inte eller kan inte läsas`] };
  }
  const read = readAgreement(file, text);
  return 'problems' in read ? { exitCode: EXIT.failed, errors: read.problems.map(problemText) } : read.agreement;
}

function inForceError(agreement: Agreement, { month, agreement: name }: Asked): string | null {
  if (name === FROZEN || isInForceIn(agreement.inForce, month)) return null;
  const { from, until } = agreement.inForce;
  return `Överenskommelsen ${agreement.id} gäller inte ${month}; den gäller från ${from}${until === null ? '' : ` till ${until}`}.`;
}

function regionError(agreement: Agreement, region: string | undefined): string | null {
  if (region === undefined || agreement.region === null || agreement.region === region) return null;
  return `Överenskommelsen ${agreement.id} är regionen ${agreement.region}s, inte ${region}s; jämför med --compare.`;
}
