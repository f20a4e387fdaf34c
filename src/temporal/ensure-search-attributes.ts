/** Makes the search attributes known to a Temporal server that does not have them yet. The embedded server is told when it starts. */
import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
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

const ALREADY_EXISTS = 6;
const UNIMPLEMENTED = 12;

/** Adds the missing ones to the namespace and says which they were. Throws when one exists with another type. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  // The time-skipping test server can add, but not list.
  const existing = await connection.operatorService.listSearchAttributes({ namespace }).catch((error: { code?: number }) => {
    if (error.code === UNIMPLEMENTED) return { customAttributes: {} };
    throw error;
  });
  const known: Record<string, number> = existing.customAttributes ?? {};
  for (const { name, type } of SEARCH_ATTRIBUTES) {
    const found = known[name];
    if (found !== undefined && found !== INDEXED[type])
      throw new Error(`Search attribute ${name} exists in namespace ${namespace} with another type`);
  }
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => known[name] === undefined);
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(missing.map(({ name, type }) => [name, INDEXED[type]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes }).catch((error: { code?: number }) => {
      if (error.code !== ALREADY_EXISTS) throw error;
    });
  }
  return missing.map(({ name }) => name);
}
