/** The board's forms as HTML: what was typed stays, what is wrong is said at its field, and above them all. */
import { randomUUID } from 'node:crypto';
import { OBJECTION_NAMES } from '../../domain/billing/objection-words.js';
import { OBJECTION_CODES } from '../../domain/billing/objections.js';
import { type Html, html, type Part } from './html.js';
import { capital } from './words.js';

/** What can be done on a kommun's page. */
export const DEEDS = ['invand', 'svara', 'bestrid', 'avgor', 'hall', 'slapp', 'godkann'] as const;
export type Deed = (typeof DEEDS)[number];

/** A form that was sent and not taken: shown again as it was. */
export interface Rejected {
  deed: Deed;
  /** Which objection; for a new one its id to be. */
  objectionId: string;
  values: Readonly<Record<string, string>>;
  errors: readonly { field: string; message: string }[];
  /** Why it was refused, where no field is to blame. */
  refusal?: string;
}

export interface FormFrame {
  deed: Deed;
  /** The page that the form stands on, which takes it. */
  action: string;
  objectionId?: string | undefined;
  rejected?: Rejected | undefined;
}

const keyOf = (deed: Deed, objectionId: string | undefined): string =>
  deed === 'invand' || objectionId === undefined ? deed : `${deed}-${objectionId}`;

/** Whether it is this form that was sent. */
export function isRejected({ deed, objectionId, rejected }: FormFrame): boolean {
  return rejected !== undefined && keyOf(rejected.deed, rejected.objectionId) === keyOf(deed, objectionId);
}

export function form(frame: FormFrame, submit: string, fields: (of: Fields) => Part): Html {
  const { deed, action, objectionId } = frame;
  const rejected = isRejected(frame) ? frame.rejected : undefined;
  const key = keyOf(deed, objectionId);
  // A new objection has its id before it is sent, so that sending it twice makes one.
  const id = deed === 'invand' ? (rejected?.objectionId ?? randomUUID()) : objectionId;
  return html`<form method="post" action="${action}#${key}" id="${key}" novalidate accept-charset="utf-8">
<input type="hidden" name="gor" value="${deed}">
${id === undefined ? '' : html`<input type="hidden" name="objectionId" value="${id}">`}
${rejected === undefined ? '' : summary(key, rejected)}
${fields(fieldsOf(key, rejected))}
<p><button type="submit">${submit}</button></p>
</form>`;
}

function summary(key: string, { errors, refusal }: Rejected): Html {
  return html`<div class="notice over" role="alert" tabindex="-1" autofocus>
<p><strong>${refusal ?? 'Det gick inte att spara. Rätta det här:'}</strong></p>
${errors.length === 0 ? '' : html`<ul>${errors.map(({ field, message }) => html`<li><a href="#${key}-${field}">${message}</a></li>`)}</ul>`}
</div>`;
}

interface FieldOptions {
  hint?: string;
  value?: string;
  optional?: boolean;
}

export interface Fields {
  text(name: string, label: string, options?: FieldOptions): Html;
  area(name: string, label: string, options?: FieldOptions): Html;
  select(name: string, label: string, choices: readonly (readonly [string, string])[], options?: FieldOptions): Html;
  radios(name: string, label: string, choices: readonly (readonly [string, string])[]): Html;
}

function fieldsOf(key: string, rejected: Rejected | undefined): Fields {
  const typedIn = (name: string, value = '') => rejected?.values[name] ?? value;
  const errorOf = (name: string) => rejected?.errors.find(({ field }) => field === name)?.message;
  const attributes = (name: string, { hint, optional }: FieldOptions) => {
    const described = [hint === undefined ? '' : `${key}-${name}-hjalp`, errorOf(name) === undefined ? '' : `${key}-${name}-fel`].filter(
      (id) => id !== '',
    );
    return html` id="${key}-${name}" name="${name}"${optional ? '' : html` aria-required="true"`}${errorOf(name) === undefined ? '' : html` aria-invalid="true"`}${described.length === 0 ? '' : html` aria-describedby="${described.join(' ')}"`}`;
  };
  const around = (name: string, label: string, { hint, optional }: FieldOptions, control: Html) => {
    const error = errorOf(name);
    return html`<div class="field${error === undefined ? '' : ' wrong'}"><label for="${key}-${name}">${label}${optional ? html` <span class="optional">(frivilligt)</span>` : ''}</label>
${hint === undefined ? '' : html`<p class="hint" id="${key}-${name}-hjalp">${hint}</p>`}
${error === undefined ? '' : html`<p class="error" id="${key}-${name}-fel">${error}</p>`}
${control}</div>`;
  };
  return {
    text: (name, label, options = {}) =>
      around(
        name,
        label,
        options,
        html`<input type="text" autocomplete="off"${attributes(name, options)} value="${typedIn(name, options.value)}">`,
      ),
    area: (name, label, options = {}) =>
      around(name, label, options, html`<textarea rows="4"${attributes(name, options)}>\n${typedIn(name, options.value)}</textarea>`),
    select: (name, label, choices, options = {}) =>
      around(
        name,
        label,
        options,
        html`<select${attributes(name, options)}><option value="">Välj …</option>${choices.map(([value, text]) => html`<option value="${value}"${typedIn(name, options.value) === value ? html` selected` : ''}>${text}</option>`)}</select>`,
      ),
    radios: (name, label, choices) => {
      const error = errorOf(name);
      return html`<fieldset class="field${error === undefined ? '' : ' wrong'}" id="${key}-${name}" tabindex="-1"${error === undefined ? '' : html` aria-describedby="${key}-${name}-fel"`}><legend>${label}</legend>
${error === undefined ? '' : html`<p class="error" id="${key}-${name}-fel">${error}</p>`}
${choices.map(([value, text]) => html`<label class="choice"><input type="radio" name="${name}" value="${value}"${typedIn(name) === value ? html` checked` : ''}> ${text}</label>\n`)}</fieldset>`;
    },
  };
}

const NAME_HINT = 'Så att motparten vet vem den kan fråga.';

/** Who does it, by name; the party is given by the deed. */
export const nameField = (of: Fields): Html => of.text('namn', 'Ditt namn', { hint: NAME_HINT, optional: true });

/** A kommun's objection; on a stay's own page the stay is given. */
export function objectionForm(frame: Omit<FormFrame, 'deed'>, stayId: string | undefined): Html {
  const codes = OBJECTION_CODES.map((code) => [code, capital(OBJECTION_NAMES[code])] as const);
  return form(
    { ...frame, deed: 'invand' },
    'Skicka invändningen',
    (
      of,
    ) => html`${stayId === undefined ? of.text('stayId', 'Vårdtillfällets id', { hint: 'Som det står i listan över vårdtillfällen.' }) : html`<input type="hidden" name="stayId" value="${stayId}">`}
${of.select('code', 'Vad gäller det?', codes)}
${of.area('text', 'Vad är fel?', { hint: 'Några meningar om vad som hände och när. Skriv inga namn och inga personnummer.' })}
${nameField(of)}`,
  );
}
