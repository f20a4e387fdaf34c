/** Visibility queries as text: values in them, where they are opened, and the command that asks the same. */
import type { Instant } from '../domain/calendar.js';
import { searchable } from './search-attributes.js';

/** A text in a query, in double quotes as the UI writes them: no search attribute can hold one, so none can end it. */
export const text = (value: string): string => `"${searchable(value)}"`;
export const time = (at: Instant): string => `"${new Date(at).toISOString()}"`;
/** Nothing where no value is given. */
export const is = (attribute: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`${attribute} = ${text(value)}`];

/** Where a query is opened in the Temporal UI. */
export function questionLink(uiUrl: string, namespace: string, query: string): string {
  return `${uiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;
}

/** The same list by the CLI. In a shell a single quote within single quotes is written `'\''`. */
export function questionCommand(namespace: string, query: string): string {
  return `temporal workflow list --namespace ${namespace} --query '${query.replaceAll("'", "'\\''")}'`;
}
