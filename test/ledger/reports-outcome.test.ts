import { beforeAll, describe, expect, test } from 'vitest';
import { DAY, type Instant } from '../../src/domain/calendar.js';
import type { IndicatorId, Report } from '../../src/domain/reports/report.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { readReport } from '../../src/out/reports/read-report.js';
import { feedLines, known, play } from '../sample/play.js';
import { onEachBackend } from './backends.js';
import { economist, FREEZE, kommun, PRELIMINARY, reko, shippedRules } from './billing-sample.js';
import { numbered, t } from './sample.js';

const MONTH = { region: 'jonkoping', month: '2019-03' };
const JONKOPING = { ...MONTH, payer: '0680' };

await onEachBackend((backend) => {
  describe('the report of the sample month', () => {
    let ledger: Ledger;
    const agreements = shippedRules();
    beforeAll(async () => {
      ({ ledger } = await backend.open());
      const played = play(feedLines(), t('2019-06-01T00:00:00Z'));
      for (const stayId of played.stays.keys()) {
        const { stay, rules } = known(played, stayId);
        await ledger.record({ stayId, region: stay.admission.region, rules, events: numbered(played.events.get(stayId) ?? []) });
      }
    }, 240_000);

    const read = async (now: Instant, period = { from: '2019-03', to: '2019-03' }): Promise<Report> => {
      const report = await readReport({ ledger, agreements, clock: { now: () => now } }, { region: 'jonkoping', period });
      if (report === undefined) throw new Error('no report');
      return report;
    };
    const value = (report: Report, id: IndicatorId, unit: string) =>
      report.indicators.find((i) => i.id === id)?.figures.find((f) => f.unit.id === unit)?.value;

    test('has the ledger’s own kronor; then what was invoiced, objected and credited', { timeout: 120_000 }, async () => {
      const running = await read(t('2019-03-31T12:00:00Z'));
      expect([running.running, running.outcome.amountOre, running.outcome.invoicedOre]).toEqual([true, 48_828_000, 0]);

      const first = PRELIMINARY;
      await ledger.sendBasis(MONTH, first);
      const page = await ledger.monthStays({ ...JONKOPING, order: 'cost', limit: 2 }, first);
      const [dear, second] = page.items.map(({ stayId }) => stayId) as [string, string];
      for (const [objectionId, stayId] of [
        ['o1', dear],
        ['o2', second],
      ] as const) {
        await ledger.addObjection({
          ...JONKOPING,
          objectionId,
          stayId,
          code: 'kallelse-sen',
          text: 'För sent',
          by: kommun(),
          at: first + DAY,
        });
        await ledger.answerObjection({ ...JONKOPING, objectionId, accepted: false, text: 'I tid', by: economist, at: first + 2 * DAY });
      }
      await ledger.disputeObjection({ ...JONKOPING, objectionId: 'o1', text: 'Nej', by: kommun(), at: first + 3 * DAY });
      const frozenAt = FREEZE;
      await ledger.freezeMonth(MONTH, frozenAt);
      const { issuedOre } = await ledger.settle(JONKOPING, frozenAt);
      const disputed = await read(frozenAt);
      expect(disputed.outcome).toMatchObject({ amountOre: 48_828_000, invoicedOre: issuedOre });
      expect(disputed.objections.rows).toMatchObject([{ code: 'kallelse-sen', count: 2, open: 1, rejected: 1, upheld: 0 }]);
      expect(value(disputed, 'belopp-i-tvist', '0680')).toBe(`${(38_688_000 - issuedOre) / 100}.0`);
      expect(value(disputed, 'belopp-i-tvist', '0682')).toBe('0.0');
      expect(disputed.indicators.find((i) => i.id === 'invanda')?.figures[0]).toMatchObject({ numerator: 2, denominator: 84 });

      // The tolkningsinstans finds for the region: the rest is invoiced, and nothing is in dispute any more.
      await ledger.decideObjection({ ...JONKOPING, objectionId: 'o1', accepted: false, text: 'I tid', by: reko, at: frozenAt + DAY });
      await ledger.settle(JONKOPING, frozenAt + DAY);
      const decided = await read(frozenAt + DAY);
      expect([value(decided, 'belopp-i-tvist', 'jonkoping'), value(decided, 'krediterat-belopp', 'jonkoping')]).toEqual(['0.0', '0.0']);
      expect(decided.outcome.kommuner.find(({ payer }) => payer === '0680')).toMatchObject({
        amountOre: 38_688_000,
        invoicedOre: 38_688_000,
      });
      expect(decided.outcome.kommuner.flatMap((k) => k.months.flatMap((m) => m.invoices.map((i) => i.number)))).toEqual([
        'jonkoping-2019-03-0680-1',
        'jonkoping-2019-03-0680-2',
      ]);
    });

    test('of a longer period reads only months that have begun, and compares with months before the agreement', async () => {
      const report = await read(t('2019-05-20T00:00:00Z'), { from: '2019-01', to: '2019-06' });
      expect(report.outcome.kommuner[0]?.months.map(({ month }) => month)).toEqual(['2019-01', '2019-02', '2019-03', '2019-04', '2019-05']);
      expect([report.kind, report.stays.count > 80, report.stays.before]).toEqual(['halvar', true, 0]);
      const early = await read(t('2019-05-20T00:00:00Z'), { from: '2017-06', to: '2017-06' });
      expect([early.agreement.id, early.outcome.kommuner.length, early.stays.count]).toEqual(['jonkoping-2018', 0, 0]);
    });

    test('there is none of a region without an agreement', async () => {
      const deps = { ledger, agreements, clock: { now: () => 0 } };
      expect(await readReport(deps, { region: 'atlantis', period: { from: '2019-03', to: '2019-03' } })).toBeUndefined();
    });
  });
});
