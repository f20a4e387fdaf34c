/** What a kommun can do about its basis, until when and to whom, in sentences; and what the words in it mean. */
import { averageRuleIn } from '../../domain/billing/kommun-month.js';
import { OBJECTION_NAMES } from '../../domain/billing/objection-words.js';
import { OBJECTION_CODES } from '../../domain/billing/objections.js';
import type { BasisData } from './basis-data.js';
import { dateText, decimal, instansName, kronor, lastDayText, monthText, timeText } from './format.js';

/** One piece of advice: a heading of a few words, and what it says. */
export interface Advice {
  title: string;
  text: string;
}

/** What advice rests on: the board gives it without the stays. */
export type AdviceSources = Pick<BasisData, 'process' | 'objectUntil' | 'plan' | 'frozenAt' | 'month' | 'invoice' | 'sum' | 'region'>;

/** How a kommun objects, for a reader of the document. */
const HOW =
  'Ange vårdtillfällets id, en av koderna (de står under tabellen över vårdtillfällen) och några ord om vad som är fel. Det görs på tavlan i Hemgång, på kommunens sida för månaden, eller av ert eget system.';

/** `how`: the way to object from where this is read. @source domain.md §5, The month's cycle */
export function adviceOf(data: AdviceSources, how: string = HOW): Advice[] {
  return [...objecting(data, how), dispute(data.process), ...paying(data), ...asking(data)];
}

function objecting(data: AdviceSources, how: string): Advice[] {
  const { objectUntil, plan, frozenAt, month } = data;
  if (frozenAt !== null)
    return [
      {
        title: 'Ser ni ett fel?',
        text: `Underlaget låstes ${timeText(frozenAt)}. En invändning tas emot också nu: blir den godtagen räknas månaden om och skillnaden kommer som en kreditfaktura. ${how}`,
      },
    ];
  if (objectUntil === null)
    return [
      {
        title: 'Månaden pågår',
        text: `Siffrorna ändras tills ${monthText(month)} är slut. Det preliminära underlaget sänds ${timeText(plan.preliminaryAt)}; därefter kan ni invända till och med den ${lastDayText(plan.objectUntil)}.`,
      },
    ];
  const later =
    data.objectUntil !== null && data.objectUntil > plan.objectUntil ? ' Det gäller även det som sändes eller ändrades sent.' : '';
  return [
    {
      title: `Invänd till och med den ${lastDayText(objectUntil)}`,
      text: `Invändningar lämnas för varje vårdtillfälle för sig.${later} ${how} Underlaget låses ${timeText(plan.freezeAt)}.`,
    },
  ];
}

function dispute({ cycle, tolkningsinstans }: BasisData['process']): Advice {
  const judge =
    tolkningsinstans === null
      ? 'Ingen tolkningsinstans är utsedd: vårdtillfället faktureras inte förrän ni och regionen är eniga.'
      : `Då avgör ${instansName(tolkningsinstans)}, och det beslutet gäller.`;
  return {
    title: 'Regionen svarar',
    text: `Regionen svarar inom ${cycle.answerWithinDays} dagar med bevisen. Ett uteblivet svar räknas som att ni fått rätt. Ett avslag kan ni bestrida inom ${cycle.answerWithinDays} dagar. ${judge}`,
  };
}

function paying({ invoice, process, frozenAt, sum }: AdviceSources): Advice[] {
  if (invoice !== null && invoice.amountOre < 0)
    return [
      { title: 'Ni får tillbaka', text: `${kronor(-invoice.amountOre)} krediteras på ${invoice.refersTo}. Ni behöver inte göra något.` },
    ];
  if (invoice !== null)
    return [
      {
        title: `Betala senast den ${dateText(invoice.dueDate)}`,
        text: `Faktura ${invoice.number} på ${kronor(invoice.amountOre)} sänds som e-faktura. Den innehåller inga uppgifter om patienter eller vårdtillfällen, bara en hänvisning hit.`,
      },
    ];
  if (sum.amountOre === 0 && frozenAt !== null)
    return [{ title: 'Inget att betala', text: 'Månaden är låst utan något att betala. Det kommer ingen faktura.' }];
  if (frozenAt !== null) return [];
  return [
    {
      title: 'Betalning',
      text: `När underlaget har låsts kommer en faktura, att betala inom ${process.cycle.paymentDays} dagar från fakturans dag. Vårdtillfällen ni har invänt mot och som inte är avgjorda då hålls utanför.`,
    },
  ];
}

function asking({ region }: AdviceSources): Advice[] {
  const { contact } = region;
  if (contact === null) return [];
  const ways = [contact.phone, contact.email].filter((way) => way !== undefined);
  return [
    { title: 'Fråga oss', text: `${[contact.name, ...ways].join(', ')}. Nämn kommun, månad och vårdtillfällets id, aldrig personnummer.` },
  ];
}

/** What an objection's codes mean, in a line. */
export const codesText = (): string => `${OBJECTION_CODES.map((code) => `${code} (${OBJECTION_NAMES[code]})`).join(', ')}.`;

/** The words of the basis, each explained once. */
export function wordsOf({ agreement, month }: Pick<BasisData, 'agreement' | 'month'>): Advice[] {
  const rule = averageRuleIn(agreement, month);
  const words: Advice[] = [];
  if (rule === null) {
    words.push({
      title: 'Betalda dagar',
      text: 'Kalenderdagar från den dag då betalningsansvaret började, till och med dagen före utskrivningen (LUS 5 kap. 4 och 6 §§).',
    });
  } else {
    words.push({
      title: 'Dagar',
      text: 'Hela dygn från att kommunen fick besked om utskrivningsklar till utskrivningen. Tid då regionens öppenvård inte var tillgänglig räknas bort.',
    });
    words.push({
      title: 'Snitt och tröskel',
      text: `Dagarna delas på antalet vårdtillfällen. Ni betalar för det som överstiger ${decimal(rule.threshold)} dagar i snitt.`,
    });
    if (rule.individual !== null)
      words.push({
        title: 'Räknas enskilt',
        text: `Ett vårdtillfälle med ${rule.individual.fromDays} dagar eller fler räknas för sig, utanför snittet: dagarna utöver ${rule.individual.freeDays}.`,
      });
  }
  words.push({
    title: 'Ingår inte',
    text: 'Något som ska nå kommunen före utskrivningen saknas eller kom för sent. Då betalar kommunen inte för vårdtillfället.',
  });
  return words;
}
