/** What is done on the board: a sent form is read, checked field by field in Swedish, and handed to whoever carries the kommun's invoice. */
import { actorOf, type CycleAction, isSameUnit } from '../../domain/billing/cycle-actions.js';
import { OBJECTION_CODES, type ObjectionCode } from '../../domain/billing/objections.js';
import type { CycleParties } from '../../domain/billing/open-objections.js';
import { type Actor, STAY_ID } from '../../domain/ids.js';
import type { ObjectionAnswer, PayerRef } from '../../ledger/billing/billing-ledger.js';
import type { Caller } from '../access/caller.js';
import type { InvoiceGateway } from '../billing-gateway.js';
import { OBJECTION_ID } from '../cycle-schemas.js';
import { TemporalUnavailable } from '../gateway.js';
import { DEEDS, type Deed, type Rejected } from './forms.js';

export type DeedOutcome =
  | { ok: true; deed: Deed; objectionId: string | undefined; stayId: string | undefined }
  | { ok: false; status: 409 | 422 | 503; rejected: Rejected };

/** As long as the API takes them. */
const TEXT_MAX = 4_000;
const NAME_MAX = 200;

const ACTIONS: Record<Deed, CycleAction> = {
  invand: 'objection',
  svara: 'answer',
  bestrid: 'dispute',
  avgor: 'decision',
  hall: 'hold',
  slapp: 'release',
  godkann: 'approve',
};

/** The outcome; undefined when the form is none of the board's, `not-theirs` when the act is not the caller's to do. */
export async function doDeed(
  invoices: InvoiceGateway,
  ref: PayerRef,
  parties: CycleParties,
  sent: unknown,
  caller?: Caller,
): Promise<DeedOutcome | 'not-theirs' | undefined> {
  const values = valuesOf(sent);
  const deed = DEEDS.find((one) => one === values['gor']);
  const objectionId = values['objectionId'] ?? '';
  if (deed === undefined || (onObjection(deed) && !OBJECTION_ID.test(objectionId))) return undefined;
  const rejected = (status: 409 | 422 | 503, errors: Rejected['errors'], refusal?: string): DeedOutcome => ({
    ok: false,
    status,
    rejected: { deed, objectionId, values, errors, ...(refusal === undefined ? {} : { refusal }) },
  });
  const owner = actorOf(ACTIONS[deed], parties, values['utfall'] === 'bifall');
  if (caller !== undefined && !(isSameUnit(caller, owner) && caller.roles.includes(owner.role ?? ''))) return 'not-theirs';
  const errors = errorsOf(deed, values);
  if (errors.length > 0) return rejected(422, errors);
  const name = caller?.name ?? values['namn'];
  const by: Actor = { ...owner, ...(name ? { name } : {}) };
  try {
    const answer = await perform(invoices, deed, { ...ref, objectionId, by }, values);
    if (answer?.ok === false) return rejected(409, [], answer.need);
    return {
      ok: true,
      deed,
      objectionId: onObjection(deed) ? objectionId : undefined,
      stayId: answer?.ok === true ? answer.objection.stayId : undefined,
    };
  } catch (error) {
    if (!(error instanceof TemporalUnavailable)) throw error;
    return rejected(503, [], 'Tjänsten kan inte ta emot det just nu. Det du skrev står kvar: försök igen om en liten stund.');
  }
}

const onObjection = (deed: Deed): boolean => ['invand', 'svara', 'bestrid', 'avgor'].includes(deed);

type Common = PayerRef & { objectionId: string; by: Actor };
type Values = Record<string, string>;

async function perform(invoices: InvoiceGateway, deed: Deed, common: Common, values: Values): Promise<ObjectionAnswer | undefined> {
  const { objectionId: _, ...ref } = common;
  const { utfall, text = '' } = values;
  switch (deed) {
    case 'invand':
      return invoices.object({ ...common, stayId: values['stayId'] ?? '', code: values['code'] as ObjectionCode, text });
    case 'svara':
      return invoices.answer({ ...common, accepted: utfall !== 'avvisa', rattad: utfall === 'rattat', text });
    case 'bestrid':
      return invoices.dispute({ ...common, text });
    case 'avgor':
      return invoices.decide({ ...common, accepted: utfall === 'bifall', text });
    case 'hall':
    case 'slapp':
      await invoices.hold({ ...ref, held: deed === 'hall', text });
      return undefined;
    case 'godkann':
      await invoices.approve(ref);
      return undefined;
  }
}

/** The fields as single texts, line ends as one character, no blanks around. A field that was sent twice is its first. */
function valuesOf(sent: unknown): Values {
  const entries = Object.entries((sent ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' ? [[name, first.replace(/\r\n?/g, '\n').trim()]] : [];
    }),
  );
}

type FieldError = Rejected['errors'][number];

function errorsOf(deed: Deed, values: Values): FieldError[] {
  return [
    ...(deed === 'invand' ? [...stayErrors(values), ...codeErrors(values)] : []),
    ...(deed === 'svara' ? choiceErrors(values, ['godta', 'rattat', 'avvisa'], 'Välj regionens svar.') : []),
    ...(deed === 'avgor' ? choiceErrors(values, ['bifall', 'avslag'], 'Välj ett beslut.') : []),
    ...(deed === 'godkann' ? [] : textErrors(values, deed)),
    ...nameErrors(values),
  ];
}

function stayErrors({ stayId = '' }: Values): FieldError[] {
  if (stayId === '') return [{ field: 'stayId', message: 'Skriv vårdtillfällets id.' }];
  if (STAY_ID.test(stayId)) return [];
  return [{ field: 'stayId', message: 'Ett id har högst 64 tecken: bokstäverna a–z, siffror, punkt, bindestreck och understreck.' }];
}

const codeErrors = ({ code = '' }: Values): FieldError[] =>
  (OBJECTION_CODES as readonly string[]).includes(code) ? [] : [{ field: 'code', message: 'Välj vad invändningen gäller.' }];

const choiceErrors = ({ utfall = '' }: Values, choices: readonly string[], message: string): FieldError[] =>
  choices.includes(utfall) ? [] : [{ field: 'utfall', message }];

const MISSING_TEXT: Record<Deed, string | null> = {
  invand: 'Skriv vad som är fel.',
  svara: 'Skriv en motivering.',
  bestrid: 'Skriv varför avslaget inte stämmer.',
  avgor: 'Skriv en motivering.',
  hall: 'Skriv varför fakturan hålls.',
  slapp: null,
  godkann: null,
};

function textErrors({ text = '' }: Values, deed: Deed): FieldError[] {
  const missing = MISSING_TEXT[deed];
  if (text === '') return missing === null ? [] : [{ field: 'text', message: missing }];
  if (text.length > TEXT_MAX) return [{ field: 'text', message: `Texten är ${text.length} tecken lång; den får vara högst ${TEXT_MAX}.` }];
  return text.includes('\u0000') ? [{ field: 'text', message: 'Texten innehåller ett tecken som inte går att spara.' }] : [];
}

function nameErrors({ namn = '' }: Values): FieldError[] {
  if (namn.length > NAME_MAX) return [{ field: 'namn', message: `Namnet får vara högst ${NAME_MAX} tecken.` }];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return /[\u0000-\u001f\u007f]/.test(namn) ? [{ field: 'namn', message: 'Namnet innehåller ett tecken som inte går att spara.' }] : [];
}
