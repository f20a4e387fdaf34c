/** Makes the search attributes known to a Temporal server, and says in plain words why that cannot be done. */
import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { CODES, codeOf, NamespaceProblem, noNamespace, onceKnown } from './namespace-problem.js';
import { SEARCH_ATTRIBUTES } from './search-attributes.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const INDEXED = {
  [SearchAttributeType.TEXT]: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  [SearchAttributeType.KEYWORD]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  [SearchAttributeType.INT]: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  [SearchAttributeType.DOUBLE]: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  [SearchAttributeType.BOOL]: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  [SearchAttributeType.DATETIME]: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  [SearchAttributeType.KEYWORD_LIST]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

export interface SearchAttributesFound {
  /** Names that the namespace does not know. */
  missing: string[];
  /** What stands in the way, in plain words: another type under one of our names. */
  wrong: string[];
}

/** What a namespace knows of our search attributes. Throws a `NamespaceProblem` when there is no such namespace, or nothing can be learnt of it. */
export async function findSearchAttributes(connection: Connection, namespace: string): Promise<SearchAttributesFound> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace }).catch(async (error: unknown) => {
    // The time-skipping test server can add, but not list.
    if (codeOf(error) === CODES.unimplemented) return { customAttributes: {} };
    // Somebody else's server may keep the list to itself; whether a query may name them tells the same.
    if (codeOf(error) === CODES.denied && (await canBeAsked(connection, namespace))) return undefined;
    throw explained(error, namespace);
  });
  if (listed === undefined) return { missing: [], wrong: [] };
  const known: Record<string, number> = listed.customAttributes ?? {};
  const wrong = SEARCH_ATTRIBUTES.filter(({ name, type }) => known[name] !== undefined && known[name] !== INDEXED[type]).map(
    ({ name, type }) =>
      `search attribute ${name} is ${nameOf(known[name])} in namespace ${namespace} and must be ${nameOf(INDEXED[type])}; ` +
      `remove it (temporal operator search-attribute remove --namespace ${namespace} --name ${name}) or use a namespace of its own`,
  );
  return { missing: SEARCH_ATTRIBUTES.filter(({ name }) => known[name] === undefined).map(({ name }) => name), wrong };
}

/**
 * Adds the missing ones to the namespace, waits until they can be used, and says which they were.
 *
 * @throws NamespaceProblem when one exists with another type, there is no room for another, or nobody may add any
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { missing, wrong } = await findSearchAttributes(connection, namespace);
  if (wrong.length > 0) throw new NamespaceProblem(wrong);
  if (missing.length === 0) return [];
  const wanted = SEARCH_ATTRIBUTES.filter(({ name }) => missing.includes(name));
  const searchAttributes = Object.fromEntries(wanted.map(({ name, type }) => [name, INDEXED[type]]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes }).catch((error: unknown) => {
    // Another worker did it just now.
    if (codeOf(error) !== CODES.exists) throw explained(error, namespace, missing);
  });
  // Until then a stay that has the new ones would be refused.
  await onceKnown(() => ask(connection, namespace, missing), CODES.invalid);
  return missing;
}

/** A query that names them: refused as invalid when one is not known. */
const ask = (connection: Connection, namespace: string, names: readonly string[]): Promise<unknown> =>
  connection.workflowService.countWorkflowExecutions({ namespace, query: names.map((name) => `${name} IS NULL`).join(' AND ') });

async function canBeAsked(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await ask(
      connection,
      namespace,
      SEARCH_ATTRIBUTES.map(({ name }) => name),
    );
    return true;
  } catch (error) {
    if (codeOf(error) === CODES.invalid) return false;
    throw explained(error, namespace);
  }
}

function explained(error: unknown, namespace: string, adding: readonly string[] = []): unknown {
  const { details = '' } = error as { details?: string };
  switch (codeOf(error)) {
    case CODES.notFound:
      return noNamespace(namespace);
    case CODES.denied: {
      const what = adding.length === 0 ? 'look at the search attributes' : `add the search attributes ${adding.join(', ')}`;
      return new NamespaceProblem([`this program may not ${what} of namespace ${namespace}; docs/finding.md has the commands`]);
    }
    case CODES.invalid:
      return new NamespaceProblem([
        `namespace ${namespace} cannot take the search attributes ${adding.join(', ')} (${details}); use a namespace of its own`,
      ]);
    default:
      return error;
  }
}

/** `KEYWORD_LIST` → `KeywordList`, as the CLI and the UI write them. */
const nameOf = (indexed: number | undefined): string =>
  (IndexedValueType[indexed ?? 0] ?? 'unknown')
    .replace('INDEXED_VALUE_TYPE_', '')
    .toLowerCase()
    .replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
