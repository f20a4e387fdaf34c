/** What PostgreSQL cannot keep in text or jsonb is replaced before it is stored: NUL, and halves of surrogate pairs. */

const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

export function storableText(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** JSON text of a value, for a jsonb column. */
export function storableJson(value: unknown): string {
  return JSON.stringify(storable(value));
}

/** The value as the database will give it back. */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return storableText(value) as T;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(storable) as T;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [storableText(name), storable(field)])) as T;
}
