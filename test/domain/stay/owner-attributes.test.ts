/** What a stay shows in lists that nothing encrypts: days as they are in Sweden, and nothing of the patient. */
import { describe, expect, test } from 'vitest';
import { attributesOf, dueDay } from '../../../src/domain/stay/owner.js';
import { QUESTIONS } from '../../../src/temporal/questions.js';
import { attributePairs, searchable } from '../../../src/temporal/search-attributes.js';
import { admitted, DATA, DOCTOR, NURSE, t } from './case.js';

const published = (c: ReturnType<typeof admitted>) => attributePairs(attributesOf(c.stay(), c.rules));
const asking = (id: string, now: string) => QUESTIONS.find((question) => question.id === id)!.query({ now: t(now) });

describe('the day that a deadline falls due on', () => {
  test.each([
    ['2019-03-20T00:00', '2019-03-19'], // midnight is the end of the day before
    ['2019-03-20T00:01', '2019-03-20'],
    ['2019-03-20T23:59', '2019-03-20'],
    ['2019-03-31T00:30', '2019-03-31'], // the clocks go forward
    ['2019-03-31T23:59', '2019-03-31'],
    ['2019-04-01T00:00', '2019-03-31'],
    ['2019-10-27T23:59', '2019-10-27'], // and back
    ['2019-10-28T00:00', '2019-10-27'],
    ['2020-01-01T00:00', '2019-12-31'],
  ])('%s belongs to %s', (due, day) => expect(dueDay(t(due))).toBe(day));
});

describe('questions about today', () => {
  test.each([
    ['2019-03-30T23:59', '2019-03-30', '2019-03-31'],
    ['2019-03-31T00:00', '2019-03-31', '2019-04-01'], // a day of 23 hours
    ['2019-03-31T23:59', '2019-03-31', '2019-04-01'],
    ['2019-10-27T00:00', '2019-10-27', '2019-10-28'], // and one of 25
    ['2019-10-27T23:59', '2019-10-27', '2019-10-28'],
    ['2019-12-31T23:59', '2019-12-31', '2020-01-01'],
  ])('asked at %s mean %s, and tomorrow %s', (now, today, tomorrow) => {
    expect(asking('i-dag', now)).toContain(`Frister = "${today}"`);
    expect(asking('i-morgon', now)).toContain(`Frister = "${tomorrow}"`);
  });

  test('three days are 72 hours, also when the clocks change', () => {
    expect(asking('utskrivningsklara-tre-dygn', '2019-04-01T12:00')).toContain('UtskrivningsklarSedan < "2019-03-29T10:00:00.000Z"');
  });

  test('the month before is that of Sweden', () => {
    expect(asking('fakturor', '2019-04-01T00:30')).toContain('Manad = "2019-03"');
    expect(asking('fakturor', '2019-03-31T23:59')).toContain('Manad = "2019-02"');
    expect(asking('fakturor', '2020-01-10T12:00')).toContain('Manad = "2019-12"');
  });
});

describe('nothing of the patient', () => {
  const SECRET = ['Alva Lind', 'Alva', '189001019802', 'Storgatan', 'Lunginflammation', 'psykiatrisk', 'LPT'];

  test('whatever was written or reported, a list holds units, states and times', () => {
    const c = admitted({ careForm: 'psykiatrisk', legalForm: 'LPT' })
      .do('2019-03-04T09:00', 'bedom-behov', DOCTOR, DATA['bedom-behov'])
      .do('2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande'])
      .do('2019-03-04T11:00', 'rapportera-avvikelse', NURSE, { typ: 'Alva Lind föll', text: '189001019802' })
      .until('2019-03-08T12:00');
    const text = JSON.stringify(published(c));
    expect(text).toContain('rapporterad');
    for (const secret of SECRET) expect(text).not.toContain(secret);
  });

  test.each(['189001019802', '18900101-9802', '900101-9802', '9001019802', '900101+9802'])(
    'a ward that is called %s has no name there',
    (number) => {
      const c = admitted({ ward: { hsaId: number, name: 'Fel' } }).do(
        '2019-03-04T09:00',
        'bedom-behov',
        { ...DOCTOR, unit: number },
        DATA['bedom-behov'],
      );
      const pairs = published(c);
      expect(JSON.stringify(pairs)).not.toContain(number);
      expect(pairs.find(({ key }) => key.name === 'Avdelning')?.value).toBeNull();
      expect(pairs.find(({ key }) => key.name === 'BollenHos')?.value).toBeNull();
    },
  );

  test("units' real ids are shown as they are", () => {
    for (const id of ['SE2321000131-T00000000101', 'SE2321000057-9001019802', 'jonkoping', '0680']) expect(searchable(id)).toBe(id);
    const c = admitted({ ward: { hsaId: 'SE2321000057-9001019802', name: 'A' } });
    expect(published(c).find(({ key }) => key.name === 'Avdelning')?.value).toBe('SE2321000057-9001019802');
  });

  test('a value holds nothing that a query cannot', () => expect(searchable('a"b\\c\nd')).toBe('a b c d'));
});

test('an annulled stay waits for nobody, though the patient was utskrivningsklar', () => {
  const c = admitted()
    .do('2019-03-04T09:00', 'bedom-behov', DOCTOR, DATA['bedom-behov'])
    .do('2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande'])
    .do('2019-03-05T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-05T10:00:00+01:00' });
  expect(attributesOf(c.stay(), c.rules).utskrivningsklarSedan).toBe(t('2019-03-05T10:00'));
  c.do('2019-03-05T11:00', 'annullera', NURSE, DATA.annullera);
  expect(attributesOf(c.stay(), c.rules)).toMatchObject({
    fas: 'annullerad',
    frist: null,
    fristTid: null,
    frister: [],
    utskrivningsklarSedan: null,
    bollenHos: [],
  });
});
