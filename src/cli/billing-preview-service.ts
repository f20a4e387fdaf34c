/** Fetches a month from a running service: its episodes, and the rules that it was frozen under. */
import type { RuleBook } from '../domain/billing/kommun-month.js';
import type { Refused } from './billing-preview-rules.js';
import { EXIT } from './io.js';

export interface ServiceAddress {
  hemgangUrl: string;
  hemgangToken: string | undefined;
}

/** Real time without a single byte after which the service is taken to be away. */
const TIMEOUT_MS = 60_000;

/** The month's episodes as lines of JSON. */
export async function fetchEpisodes(address: ServiceAddress, region: string, month: string): Promise<Uint8Array | Refused> {
  const answer = await ask(address, region, month, 'episodes.jsonl');
  return answer instanceof Uint8Array ? answer : answer;
}

/** The rules that the month was frozen under. */
export async function fetchFrozenRules(address: ServiceAddress, region: string, month: string): Promise<RuleBook | Refused> {
  const answer = await ask(address, region, month, 'rules');
  if (!(answer instanceof Uint8Array)) return answer;
  const rules = JSON.parse(new TextDecoder().decode(answer)) as Omit<RuleBook, 'fallback'> & {
    fallback: RuleBook['fallback'] | null;
    frozenAt: string | null;
  };
  if (rules.frozenAt === null) {
    return { exitCode: EXIT.wrongUse, errors: [`${month} i ${region} är inte frusen; ange överenskommelsens id i stället.`] };
  }
  const { agreement, fallback, vardpriser } = rules;
  return { agreement, fallback: fallback ?? undefined, vardpriser };
}

async function ask(
  { hemgangUrl, hemgangToken }: ServiceAddress,
  region: string,
  month: string,
  what: string,
): Promise<Uint8Array | Refused> {
  const base = hemgangUrl.replace(/\/+$/, '');
  const path = `/v1/billing/${encodeURIComponent(region)}/${encodeURIComponent(month)}/${what}`;
  try {
    const response = await fetch(`${base}${path}`, {
      headers: hemgangToken === undefined ? {} : { authorization: `Bearer ${hemgangToken}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return bytes;
    if (response.status === 404) return { exitCode: EXIT.wrongUse, errors: [`Tjänsten har ingen månad ${month} för regionen ${region}.`] };
    return { exitCode: EXIT.failed, errors: [`${base} svarade ${response.status}${detailOf(bytes)}`] };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause));
    return { exitCode: EXIT.failed, errors: [`${base} svarar inte (${reason}): är tjänsten igång? Se HEMGANG_URL.`] };
  }
}

function detailOf(bytes: Uint8Array): string {
  try {
    const { detail, title } = JSON.parse(new TextDecoder().decode(bytes)) as { detail?: string; title?: string };
    const text = detail ?? title;
    return text === undefined ? '' : `: ${text}`;
  } catch {
    return '';
  }
}
