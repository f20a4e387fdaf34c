/** One stay brought to what its messages say, and what became of each of them; also told to those who must know. */
import type { Instant } from '../../domain/calendar.js';
import { factsOf, presentKommun } from '../../domain/stay/facts.js';
import type { Named } from '../../domain/stay/state.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { HospitalRefusal } from '../../ledger/messages/hospital-stays.js';
import type { HospitalDesk } from '../hospital/desk.js';
import type { Performed } from '../hospital/perform.js';
import { isOfThePast, outcomesOf, type RefusedAct } from './outcomes.js';
import { readStayMessages, type StayMessages } from './stay-claim.js';

const DOOR = 'hl7';

export interface ApplyDeps {
  ledger: Pick<
    Ledger,
    'messagesOfStay' | 'mergesOf' | 'settleMessages' | 'untoldRefusals' | 'refusalsTold' | 'notify' | 'findStay' | 'readStay'
  >;
  desk: Pick<HospitalDesk, 'bringTo'>;
  now(): Instant;
}

/**
 * Brings a stay to what all its messages say together. Doing it again, after it was broken off anywhere, does what was left.
 * `region`: whose message made us look, for a stay of which none of the messages is its own. Throws `TemporalUnavailable`.
 */
export async function applyStay(deps: ApplyDeps, stayId: string, region?: string): Promise<void> {
  const { ledger, desk, now } = deps;
  let told: StayMessages | undefined;
  const performed = await desk.bringTo(stayId, async () => {
    told = await readStayMessages(ledger, stayId, region);
    return told && { source: told.source, claim: told.claim };
  });
  if (told === undefined || performed === undefined) return;
  // Those that were refused before we were broken off are among them.
  const refusals = await ledger.untoldRefusals({ stayId, door: DOOR });
  await tellWard(deps, stayId, told, performed, refusals);
  const acts = refusals.map((refusal) => actOf(refusal, performed));
  await ledger.settleMessages(outcomesOf(told, performed, acts, now()), now());
  await ledger.refusalsTold(
    { stayId, door: DOOR },
    refusals.map(({ revision }) => revision),
  );
}

function actOf({ revision, action, code, text }: HospitalRefusal, { refused }: Performed): RefusedAct {
  const step = refused.find((one) => one.revision === revision)?.step;
  return { action, code, text, ...(step?.type === 'act' && step.at !== undefined ? { at: step.at } : {}) };
}

const ACTIONS: Record<string, string> = {
  inskrivning: 'inskrivningen',
  flytta: 'flytten',
  permission: 'permissionen',
  'skriv-ut': 'utskrivningen',
  'angra-utskrivning': 'att utskrivningen är ångrad',
  annullera: 'att inskrivningen är annullerad',
  'andra-uppgifter': 'de ändrade uppgifterna',
  'ratta-uppgift': 'rättelsen',
};

/** What the stay would not take, and a kommun that is not the stay's: only staff can put that right. Each is told once. */
async function tellWard(
  { ledger, now }: ApplyDeps,
  stayId: string,
  { claim, region, messages }: StayMessages,
  { applied }: Performed,
  refusals: readonly HospitalRefusal[],
): Promise<void> {
  const isOther = claim.kommun !== null && claim.kommun !== applied.admission?.kommun;
  if (refusals.length === 0 && !isOther) return;
  const recorded = await ledger.readStay(stayId);
  const facts = recorded && factsOf(recorded.stay);
  const ward: Named | undefined = facts?.ward ?? applied.admission?.ward ?? claim.admission?.ward;
  if (ward === undefined) return;
  const refused = refusals
    // That somebody had admitted the patient already is no news, nor is what is told of a patient who has left.
    .filter((refusal) => !isOfThePast(refusal))
    .filter(({ action, code }) => !(action === 'inskrivning' && code === 'id-anvant' && applied.admission !== null))
    .map(({ revision, action, at, code, text }) => ({
      noticeId: `${stayId}~${DOOR}~${revision}~${code}`,
      type: 'hl7-avvisad',
      occurredAt: at,
      text: `Journalsystemet har meddelat ${ACTIONS[action] ?? action}, men vårdtillfället tog inte emot det: ${text}`,
    }));
  const present = facts === undefined ? applied.admission?.kommun : presentKommun(facts).kommun;
  // Who has moved since the stay was over lives elsewhere, and the stay is as it was.
  const endedAt = recorded?.stay.ended?.at ?? Number.POSITIVE_INFINITY;
  const isOfTheStay = messages.some(({ message }) => message.kommun === claim.kommun && message.occurredAt <= endedAt);
  const kommun = isOther && isOfTheStay && present !== undefined && claim.kommun !== present ? claim.kommun : undefined;
  const moved =
    kommun === undefined
      ? []
      : [
          {
            noticeId: `${stayId}~${DOOR}~kommun~${kommun}`,
            type: 'hl7-kommun',
            occurredAt: now(),
            text: `Journalsystemet anger kommun ${kommun}, som inte är vårdtillfällets. Stämmer det, rätta kommunen.`,
          },
        ];
  const notices = [...refused, ...moved];
  if (notices.length > 0) await ledger.notify({ stayId, region, to: { party: 'slutenvard', unit: ward.hsaId }, notices, at: now() });
}
