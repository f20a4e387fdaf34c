/** Files about what the process cannot know of itself, kept by region until a newer one comes. */
import type { Instant } from '../../domain/calendar.js';
import type { Measurement, VardcentralRow } from '../../domain/reports/imported.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storableText } from '../storable.js';
import type { Imported, ImportedRows, RegionPeriod } from './report-ledger.js';

export async function importRows({ db, flush }: LedgerContext, region: string, imported: ImportedRows, at: Instant): Promise<Imported> {
  const done = await db.transaction().execute(async (tx) => {
    const row = { imported_at: at, rows: imported.rows.length };
    // Its row lock lets one import of a kind in at a time.
    await tx
      .insertInto('report_imports')
      .values({ region, kind: imported.kind, ...row })
      .onConflict((conflict) => conflict.columns(['region', 'kind']).doUpdateSet(row))
      .execute();
    const replaced =
      imported.kind === 'delaktighet'
        ? await replaceMeasurements(tx, region, imported.rows)
        : await replaceVardcentraler(tx, region, imported.rows);
    return { rows: imported.rows.length, replaced };
  });
  await flush();
  return done;
}

async function replaceMeasurements(tx: Db, region: string, rows: readonly Measurement[]): Promise<number> {
  if (rows.length === 0) return 0;
  const months = [...new Set(rows.map(({ month }) => month))];
  const gone = await tx.deleteFrom('delaktighet').where('region', '=', region).where('month', 'in', months).executeTakeFirst();
  await tx
    .insertInto('delaktighet')
    .values(
      rows.map((row) => ({
        region,
        month: row.month,
        matning: storableText(row.matning),
        kommun: row.kommun ?? '',
        vardcentral: storableText(row.vardcentral ?? ''),
        answers: row.answers,
        share_tenths: row.shareTenths,
      })),
    )
    .execute();
  return Number(gone.numDeletedRows);
}

async function replaceVardcentraler(tx: Db, region: string, rows: readonly VardcentralRow[]): Promise<number> {
  const gone = await tx.deleteFrom('vardcentraler').where('region', '=', region).executeTakeFirst();
  if (rows.length > 0)
    await tx
      .insertInto('vardcentraler')
      .values(
        rows.map((row) => ({
          region,
          hsa_id: storableText(row.hsaId),
          name: storableText(row.name),
          listade: row.listade,
          hours_tenths: row.hoursTenths,
        })),
      )
      .execute();
  return Number(gone.numDeletedRows);
}

export async function delaktighet({ db }: LedgerContext, { region, from, to }: RegionPeriod): Promise<Measurement[]> {
  const rows = await db
    .selectFrom('delaktighet')
    .selectAll()
    .where('region', '=', region)
    .where('month', '>=', from)
    .where('month', '<=', to)
    .orderBy('month')
    .orderBy('matning')
    .orderBy('kommun')
    .orderBy('vardcentral')
    .execute();
  return rows.map((row) => ({
    month: row.month,
    matning: row.matning,
    kommun: row.kommun || null,
    vardcentral: row.vardcentral || null,
    answers: row.answers,
    shareTenths: row.share_tenths,
  }));
}

export async function vardcentraler({ db }: LedgerContext, region: string): Promise<VardcentralRow[]> {
  const rows = await db.selectFrom('vardcentraler').selectAll().where('region', '=', region).execute();
  return rows
    .map((row) => ({ hsaId: row.hsa_id, name: row.name, listade: row.listade, hoursTenths: row.hours_tenths }))
    .sort((a, b) => a.name.localeCompare(b.name, 'sv') || (a.hsaId < b.hsaId ? -1 : 1));
}
