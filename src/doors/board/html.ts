/** Markup that is escaped unless it was made here: a text can never become markup by mistake. */
import { html as escaping } from 'ghtml';

const MARKUP = Symbol('markup');

/** A piece of a page, safe to stand in another. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What may stand in a template: texts are escaped, pieces are not, nothing leaves nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

const isHtml = (part: object): part is Html => MARKUP in part;

/** A template of HTML. Every text in it is escaped, by ghtml, also inside attributes (always in quotes). */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return markup(literals.reduce((before, literal, index) => before + textOf(parts[index - 1]) + literal));
}

/** Markup that was made elsewhere and is known to be safe: a drawn plot. */
export const markup = (text: string): Html => ({ [MARKUP]: text });

/** The page as it is sent. */
export const toText = (piece: Html): string => piece[MARKUP];

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escaping`${part}`;
  if (typeof part === 'number') return String(part);
  if (isHtml(part)) return part[MARKUP];
  return part.map(textOf).join('');
}
