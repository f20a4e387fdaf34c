/** Where people write of a stay's money, too, a mark can stand in place of their text. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table objections alter column text type jsonb using to_jsonb(text)`.execute(db);
}
