/** What a process owner sees of a region's month in the Temporal UI, and `hemgang billing run` prints. */
import type { SearchAttributePair } from '@temporalio/common';
import { log, setCurrentDetails } from '@temporalio/workflow';
import { type Instant, localDateOf, toSwedish } from '../src/domain/calendar.js';
import { kronorInText } from '../src/domain/money.js';
import { FAS, MANAD, REGION } from '../src/temporal/search-attributes.js';
import type { FrozenTotals, MonthlyBillingResult, MonthProgress, MonthStage, SentMonth } from './month-messages.js';
import { publishPairs } from './publish-pairs.js';

const SUMMARY_MAX = 120;

/** By what a month is found in lists. */
export const monthAttributes = (region: string, month: string): SearchAttributePair[] => [
  { key: REGION, value: region },
  { key: MANAD, value: month },
];

export interface MonthBoard {
  stage(): MonthStage;
  running(until: Instant): void;
  busy(text: string): void;
  sent(sent: SentMonth): void;
  frozen(frozen: FrozenTotals, progress: MonthProgress): void;
  invoiced(result: MonthlyBillingResult): void;
  failed(reason: string): void;
  /** What a frozen month's timer says. */
  waitsFor(): string;
}

export function monthBoard(region: string, month: string): MonthBoard {
  let stage: MonthStage = { state: 'lopande', text: 'Månaden läses in.', busy: true, until: null };
  const show = (next: Partial<MonthStage> & { text: string }, ...lines: string[]): void => {
    stage = { ...stage, busy: false, until: null, ...next };
    publishPairs([...monthAttributes(region, month), { key: FAS, value: stage.state }]);
    describe(lines);
  };
  const describe = (lines: readonly string[] = []): void => {
    try {
      setCurrentDetails([`## Underlag ${month}, region ${region}`, '', stage.text, ...lines].join('\n'));
    } catch (error) {
      log.warn('Current details could not be made', { error: error instanceof Error ? error.name : 'unknown' });
    }
  };
  // Not found by anything yet: whoever started it by hand may have left out what it is of.
  describe();
  return {
    stage: () => stage,
    running: (until) => show({ until, text: `Månaden pågår. Det preliminära underlaget sänds **${toSwedish(until)}**.` }),
    busy: (text) => show({ busy: true, text }),
    sent: ({ payers, objectUntil, freezeAt }) =>
      show({
        state: 'preliminar',
        until: freezeAt,
        text: `Preliminärt underlag är sänt till ${payers.length} kommuner. Invändningar till och med **${localDateOf(objectUntil - 1)}**; låses **${toSwedish(freezeAt)}**.`,
      }),
    frozen(frozen, { waiting, invoices }) {
      show(
        {
          state: 'last',
          busy: waiting.some(({ waitsFor }) => waitsFor === null),
          text: `Låst ${toSwedish(frozen.frozenAt)}. ${waiting.length === 0 ? 'Alla kommuner är klara.' : waitText(waiting)}`,
        },
        '',
        ...perKommun(frozen),
        '',
        summary(frozen, invoices.length),
      );
    },
    invoiced(result) {
      show(
        { state: 'fakturerad', text: `Låst ${toSwedish(result.frozenAt)} och fakturerad.` },
        '',
        ...perKommun(result),
        '',
        summary(result, result.invoices.length),
      );
    },
    failed: (reason) => show({ text: `**Underlaget kunde inte göras:** ${reason}` }),
    waitsFor: () => stage.text.slice(0, SUMMARY_MAX),
  };
}

const WAITS: Record<'release' | 'approval', string> = { release: 'hålls av regionen', approval: 'väntar på godkännande' };

function waitText(waiting: MonthProgress['waiting']): string {
  const each = waiting.map(({ kommun, waitsFor }) => `${kommun} ${waitsFor === null ? 'görs upp' : WAITS[waitsFor]}`);
  return `Återstår: ${each.join(', ')}.`;
}

const summary = ({ amountOre, agreement }: FrozenTotals, invoices: number): string =>
  `**Summa ${kronor(amountOre)}** · överenskommelse ${agreement} · ${invoices} fakturor`;

/** `488 280 kr`; without a vårdpris nothing is guessed. */
const kronor = (ore: number | null): string => (ore === null ? 'utan vårdpris' : kronorInText(ore));

function perKommun({ kommuner }: FrozenTotals): string[] {
  const rows = kommuner.map(({ payer, stays, amountOre }) => `| ${payer} | ${stays} | ${kronor(amountOre)} |`);
  return ['| Kommun | Vårdtillfällen | Belopp |', '| --- | ---: | ---: |', ...rows];
}
