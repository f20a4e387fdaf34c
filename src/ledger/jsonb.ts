/** A jsonb column. */
import type { ColumnType } from 'kysely';

/** Read as its value, written as the text that `storableJson` makes. */
export type JsonbOf<T> = ColumnType<T, string, string>;
