/** Facts into the ledger, each exactly once, and what lists and months are read from brought along in the same transaction. */

import type { ProcessRules } from '../domain/agreement.js';
import type { Instant } from '../domain/calendar.js';
import { canonical } from '../domain/canonical.js';
import { evolve, initialStay } from '../domain/stay/evolve.js';
import type { Stay, StayEvent } from '../domain/stay/state.js';
import { claimIn } from './admissions.js';
import type { Db } from './connect.js';
import type { Erasure } from './erasure/erasure-ledger.js';
import { erasureOf } from './erasure/list-erasures.js';
import { type Identities, type LedgerKey, putBack, takeOut } from './identity.js';
import type { LedgerContext } from './ledger.js';
import { INBOX, noteIn } from './notify.js';
import { projectionOf } from './projection.js';
import { readFactsIn } from './read-stay.js';
import { LedgerRefusal } from './refusal.js';
import { writeIndicators } from './reports/write-indicators.js';
import { keepIdentities, secretsOfHeld } from './stay-secrets.js';
import { storable, storableJson } from './storable.js';
import { writeProjection } from './write-projection.js';

export interface RecordBatch {
  stayId: string;
  region: string;
  /** The rules that the stay is planned under; with the first batch, and then kept. */
  rules?: ProcessRules | undefined;
  events: { seq: number; event: StayEvent }[];
}

export interface Recorded {
  /** How many of the events were new. */
  appended: number;
  /** The stay's last number in the ledger. */
  seq: number;
}

/**
 * Appends the events that are new, in order of their numbers, all of them or none.
 * Refused for good: a gap before them, another event under a number that is taken, a stay of another region.
 */
export async function record({ db, keys, books }: LedgerContext, batch: RecordBatch): Promise<Recorded> {
  const events = [...batch.events].sort((a, b) => a.seq - b.seq);
  const first = events[0];
  if (first === undefined) throw new LedgerRefusal('felaktig-handelse', 'En tom sändning till liggaren.');
  return db.transaction().execute(async (tx) => {
    if (first.seq === 1) await begin(tx, keys, batch, first.event);
    const row = await tx
      .selectFrom('stays')
      .select(['region', 'seq', 'state', 'rules', 'projected', 'discharged_at'])
      .where('stay_id', '=', batch.stayId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw gap(1, first.seq);
    if (row.region !== batch.region) throw taken(row.region);

    const erasure = await erasureOf(tx, batch.stayId);
    const repeated = events.filter((e) => e.seq <= row.seq);
    // What is left of an erased stay cannot be held against what was sent.
    if (repeated.length > 0 && erasure === undefined) await refuseOthers(tx, keys, batch.stayId, repeated);
    const fresh = events.filter((e) => e.seq > row.seq);
    fresh.forEach((e, i) => {
      if (e.seq !== row.seq + i + 1) throw gap(row.seq + i + 1, e.seq);
    });
    if (fresh.length === 0) return { appended: 0, seq: row.seq };
    if (erasure !== undefined) throw addedToErased(erasure);

    const rules = row.rules ?? batch.rules;
    if (rules === undefined)
      throw new LedgerRefusal('felaktig-handelse', 'Vårdtillfällets första händelser saknar överenskommelsens regler.');
    const identities = await secretsOfHeld(tx, keys, batch.stayId);
    const known = identities.size;
    const clean = fresh.map(({ seq, event }) => ({ seq, event: storable(event) }));
    const told = row.state === null ? begun(batch.stayId, clean[0]?.event) : putBack<Stay>(row.state, identities);
    const stay = clean.reduce((folded, { event }) => evolve(folded, event), told);

    await appendFacts(tx, batch, clean, identities);
    const state = storableJson(takeOut(stay, identities));
    const projection = projectionOf(stay, rules);
    const seq = row.seq + fresh.length;
    await tx
      .updateTable('stays')
      .set({
        ...projection.row,
        seq,
        state,
        projected: projection.digest,
        ...(row.rules === null ? { rules: storableJson(rules) } : {}),
      })
      .where('stay_id', '=', batch.stayId)
      .execute();
    const before = { digest: row.projected, dischargedAt: row.discharged_at };
    await writeProjection(tx, books, { stayId: batch.stayId, projection, seq, at: receivedAt(clean) }, before);
    if (identities.size > known) await keepIdentities(tx, keys, batch.stayId, identities);
    await noteFailures(
      tx,
      clean.map((e) => e.event),
    );
    await writeIndicators(tx, keys, { before: row.state === null ? null : told, stay, rules });
    return { appended: fresh.length, seq };
  });
}

/** When the newest of the events came in. */
function receivedAt(events: RecordBatch['events']): Instant {
  return Math.max(...events.map(({ event }) => (event.type === 'accepted' ? event.entry.receivedAt : event.at)));
}

/** The stay's row, made when it is not there; whoever else is making it is waited for. */
async function begin(tx: Db, keys: readonly LedgerKey[], batch: RecordBatch, event: StayEvent): Promise<void> {
  const { region } = await claimIn(tx, keys, batch.stayId, begun(batch.stayId, event).admission);
  if (region !== batch.region) throw taken(region);
  await tx
    .insertInto('stays')
    .values({ stay_id: batch.stayId, region: batch.region, seq: 0, phase: 'inskriven', next_due: 0, projected: '' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function begun(stayId: string, first: StayEvent | undefined): Stay {
  if (first?.type !== 'admitted') throw new LedgerRefusal('felaktig-handelse', 'Vårdtillfällets första händelse är inte en inskrivning.');
  return initialStay(stayId, first.admission);
}

async function appendFacts(tx: Db, batch: RecordBatch, events: RecordBatch['events'], identities: Identities): Promise<void> {
  await tx
    .insertInto('facts')
    .values(
      events.map(({ seq, event }) => ({
        stay_id: batch.stayId,
        seq,
        region: batch.region,
        event_type: event.type,
        at: event.type === 'accepted' ? event.entry.at : event.at,
        received_at: event.type === 'accepted' ? event.entry.receivedAt : null,
        event: storableJson(takeOut(event, identities)),
      })),
    )
    .execute();
}

/** A run that was reset tells another story under the same numbers: that must be seen, not skipped. */
async function refuseOthers(tx: Db, keys: readonly LedgerKey[], stayId: string, repeated: RecordBatch['events']): Promise<void> {
  const first = repeated[0] as RecordBatch['events'][number];
  const kept = new Map((await readFactsIn(tx, keys, stayId, first.seq - 1, repeated.length)).map((e) => [e.seq, e.event]));
  for (const { seq, event } of repeated) {
    if (canonical(kept.get(seq)) !== canonical(storable(event))) {
      throw new LedgerRefusal('handelse-skiljer-sig', `Händelse ${seq} finns redan i liggaren, med annat innehåll.`);
    }
  }
}

/** A delivery that was given up has its place among the deliveries too. */
async function noteFailures(tx: Db, events: StayEvent[]): Promise<void> {
  for (const event of events) {
    // By another channel than the inbox it is the ledger that knew first.
    if (event.type !== 'delivery-failed' || event.channel !== undefined) continue;
    await noteIn(tx, { noticeId: event.noticeId, channel: INBOX, status: 'failed', at: event.at, error: event.reason });
  }
}

/** Begun in the very moment in which the stay was taken up again, the erasure is withdrawn: until it is seen to be so, it is tried again. */
const addedToErased = ({ historiesGoneAt }: Erasure): Error =>
  historiesGoneAt === null
    ? new Error('the stay is being erased')
    : new LedgerRefusal('gallrad', 'Vårdtillfället är gallrat: ingenting läggs till.');
const gap = (wanted: number, got: number) => new LedgerRefusal('lucka-i-handelser', `Liggaren väntar händelse ${wanted} men fick ${got}.`);
const taken = (region: string) => new LedgerRefusal('id-upptaget', `Vårdtillfällets id är upptaget i region ${region}.`);
