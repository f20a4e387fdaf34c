/** The proof of a stay: given what was done, then what its kommun's economist reads. */
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../../src/domain/agreement.js';
import { judge } from '../../../src/domain/billing/judge.js';
import { EVERYTHING_DUE } from '../../../src/domain/billing/preconditions.js';
import type { PreconditionProof, StayProof } from '../../../src/domain/billing/proof.js';
import type { Instant } from '../../../src/domain/calendar.js';
import type { JsonObject } from '../../../src/domain/ids.js';
import { ACTION_NAMES } from '../../../src/domain/stay/actions.js';
import { episodeOf } from '../../../src/domain/stay/episode.js';
import { proofOf } from '../../../src/domain/stay/proof.js';
import { agreement } from '../billing/episodes.js';
import { ADMISSION, admitted, CASEWORKER, type Case, COORDINATOR, DATA, DOCTOR, NURSE, STORY, SYSTEM, t, upTo } from './case.js';

const J = agreement('jonkoping-2018');
const ALL = Number.POSITIVE_INFINITY;

function proof(c: Case, by: Agreement = J, asOf: Instant = EVERYTHING_DUE): StayProof {
  const episode = episodeOf(c.stay(), c.rules);
  const judgement = episode.dischargedAt === null ? null : judge(episode, by, asOf);
  return proofOf(c.stay(), c.rules, { payer: episode.payer, episode, judgement, agreement: by, asOf });
}

const of = (found: StayProof, id: PreconditionProof['id']): PreconditionProof => {
  const one = found.preconditions.find((each) => each.id === id);
  if (one === undefined) throw new Error(`no ${id}`);
  return one;
};
const step = (found: StayProof, id: string) => found.steps.find(({ actionId }) => actionId === id);
const units = (refs: readonly { party: string; unit: string }[]): string[] => refs.map(({ party, unit }) => `${party}/${unit}`);

describe('the proof of a stay in which everybody did what they should', () => {
  const found = proof(upTo(admitted(), 'skriv-ut', { at: { 'skriv-ut': '2019-03-12T11:30' } }));

  it('says that the stay counts, and with how much', () => {
    expect(found).toMatchObject({ payer: '0680', outcome: 'snitt', reason: null, utskrivningsklarAt: t('2019-03-08T10:00') });
    expect(found.summary).toBe('Vårdtillfället räknas med 4 dagar i månadens snitt för Jönköping (0680).');
  });

  it("has every precondition in the law's order, each with its paragraph, its times and a sentence", () => {
    expect(found.preconditions.map(({ id, state, source }) => [id, state, source])).toEqual([
      ['inskrivningsmeddelande', 'ja', 'LUS 5:1, 2:1; Överenskommelsen i Jönköpings län 2018'],
      ['vardtidsbedomning', 'ja', 'LUS 5:1, 2:4; Överenskommelsen i Jönköpings län 2018'],
      ['utskrivningsklar', 'ja', 'LUS 5:1, 5:4; Överenskommelsen i Jönköpings län 2018'],
      ['utskrivningsmeddelande', 'ja', 'LUS 5:1; Överenskommelsen i Jönköpings län 2018'],
      ['svpl-kallelse', 'ja', 'LUS 5:3, 4:3; Överenskommelsen i Jönköpings län 2018'],
      ['oppenvard', 'ja', 'LUS 5:5; Överenskommelsen i Jönköpings län 2018'],
    ]);
    expect(found.preconditions.map(({ text }) => text)).toEqual([
      'Inskrivningsmeddelandet skickades till Jönköping (0680) 2019-03-04 10.00, före utskrivningen.',
      'Beräknad utskrivning bedömdes 2019-03-04 10.00, före utskrivningen.',
      'Beskedet att patienten är utskrivningsklar skickades till Jönköping (0680) 2019-03-08 10.00. Läkaren bedömde det 2019-03-08 10.00.',
      'Utskrivningsmeddelandet skickades till Jönköping (0680) 2019-03-08 11.00, före utskrivningen.',
      'Den fasta vårdkontakten kallade till SVPL 2019-03-06 09.00, i tid: senast 2019-03-11.',
      'Ingen har meddelat att den öppenvård som behövdes saknades.',
    ]);
    expect(of(found, 'svpl-kallelse')).toMatchObject({
      at: t('2019-03-06T09:00'),
      registeredAt: t('2019-03-06T09:00'),
      countsFrom: t('2019-03-06T09:00'),
      dueAt: t('2019-03-12'),
    });
  });

  it('counts the days block by block', () => {
    expect(found.days).toEqual({
      days: 4,
      text: 'Räkningen börjar 2019-03-08 10.00, då kommunen fick besked om att patienten var utskrivningsklar. Till utskrivningen 2019-03-12 11.30 gick 4 dygn, 1 timme och 30 minuter. Bara hela dygn räknas: 4 dagar. Dygnen var fulla 2019-03-09 10.00, 2019-03-10 10.00, 2019-03-11 10.00 och 2019-03-12 10.00. Det räknas in i kommunens snitt för månaden.',
      withdrawn: [],
      blocked: [],
    });
  });

  it('tells who did what when, and whom it was sent to', () => {
    expect(found.steps.map(({ title, at, to }) => [title, at, units(to)])).toContainEqual([
      'Inskrivningsmeddelande skickat',
      t('2019-03-04T10:00'),
      ['vardcentral/SE-VC-1', 'kommun/0680'],
    ]);
    expect(step(found, 'kallelse')).toEqual({
      actionId: 'kallelse',
      action: 'kalla-till-svpl',
      title: 'Kallelse till SVPL',
      by: { party: 'vardcentral', unit: 'SE-VC-1', role: 'vardsamordnare' },
      to: [
        { party: 'slutenvard', unit: 'SE-AVD-31' },
        { party: 'kommun', unit: '0680' },
      ],
      at: t('2019-03-06T09:00'),
      registeredAt: t('2019-03-06T09:00'),
      countsFrom: t('2019-03-06T09:00'),
      late: false,
      imported: false,
      corrected: [],
    });
    expect(step(found, 'behov')?.to, 'an assessment is a fact that nobody is sent').toEqual([]);
    const times = found.steps.map(({ countsFrom }) => countsFrom);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('a precondition that has failed', () => {
  it('names the reason, the paragraph and what it means, in the summary too', () => {
    const found = proof(
      upTo(admitted(), 'skriv-ut', {
        at: { kallelse: '2019-03-12T09:00', 'skriv-ut': '2019-03-12T11:00' },
        without: ['kvitterad-s', 'kvitterad-k', 'plan-s', 'plan-k', 'plan-vc', 'signerad-s', 'signerad-k', 'signerad-vc', 'godkand'],
      }),
    );
    expect(of(found, 'svpl-kallelse')).toMatchObject({
      state: 'nej',
      reason: 'svpl-kallelse-sen',
      text: 'Den fasta vårdkontakten kallade till SVPL 2019-03-12 09.00, men kallelsen skulle ha kommit senast 2019-03-11: kommunen betalar inte för vårdtillfället.',
    });
    expect(found.summary).toBe('Jönköping (0680) betalar inte för vårdtillfället: kallelsen till SVPL kom för sent.');
  });

  it('is told with what never came', () => {
    const found = proof(
      upTo(admitted(), 'skriv-ut', {
        without: [
          'kallelse',
          'kvitterad-s',
          'kvitterad-k',
          'plan-s',
          'plan-k',
          'plan-vc',
          'signerad-s',
          'signerad-k',
          'signerad-vc',
          'godkand',
        ],
      }),
    );
    expect(of(found, 'svpl-kallelse')).toMatchObject({
      state: 'nej',
      reason: 'svpl-kallelse-saknas',
      at: null,
      registeredAt: null,
      countsFrom: null,
    });
    expect(of(found, 'svpl-kallelse').text).toBe(
      'Den fasta vårdkontakten kallade inte till SVPL. Kallelsen skulle ha kommit senast 2019-03-11. Kommunen betalar inte för vårdtillfället.',
    );
  });

  it('waits while its time is not out, and counts as met', () => {
    const c = upTo(admitted(), 'skriv-ut', {
      without: [
        'kallelse',
        'kvitterad-s',
        'kvitterad-k',
        'plan-s',
        'plan-k',
        'plan-vc',
        'signerad-s',
        'signerad-k',
        'signerad-vc',
        'godkand',
      ],
    });
    const found = proof(c, J, t('2019-03-10T10:00'));
    expect(of(found, 'svpl-kallelse')).toMatchObject({ state: 'vantar', reason: null });
    expect(of(found, 'svpl-kallelse').text).toBe(
      'Kallelsen till SVPL är inte skickad än. Den ska komma senast 2019-03-11 och räknas till dess som gjord.',
    );
    expect(found.summary).toContain('Kallelsen till SVPL väntar ännu; kommer den inte i tid utgår vårdtillfället.');
  });

  it('raises nothing where the agreement says so, and the words follow', () => {
    const mild: Agreement = { ...J, preconditions: { ...J.preconditions, failing: 'never-raises' } };
    const found = proof(
      upTo(admitted(), 'skriv-ut', {
        without: [
          'kallelse',
          'kvitterad-s',
          'kvitterad-k',
          'plan-s',
          'plan-k',
          'plan-vc',
          'signerad-s',
          'signerad-k',
          'signerad-vc',
          'godkand',
        ],
      }),
      mild,
    );
    expect(found).toMatchObject({ outcome: 'snitt', reason: 'svpl-kallelse-saknas' });
    expect(found.summary).toBe(
      'Vårdtillfället räknas med 1 dag i månadens snitt för Jönköping (0680), fastän kallelse till SVPL saknas: det höjer inte vad kommunen betalar.',
    );
    expect(of(found, 'svpl-kallelse').text).toContain('Vårdtillfället får inte höja det kommunen betalar.');
  });

  it('is not demanded of a stay without an SVPL', () => {
    const found = proof(
      upTo(admitted(), 'skriv-ut', {
        without: [
          'initierad',
          'bemannad-vc',
          'bemannad-k',
          'forslag',
          'kallelse',
          'kvitterad-s',
          'kvitterad-k',
          'plan-s',
          'plan-k',
          'plan-vc',
          'signerad-s',
          'signerad-k',
          'signerad-vc',
          'godkand',
        ],
        data: { behov: { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false } },
      }),
    );
    expect(of(found, 'svpl-kallelse')).toMatchObject({
      state: 'behovs-inte',
      dueAt: null,
      text: 'Ingen SVPL skulle hållas, och då krävs ingen kallelse.',
    });
  });
});

describe('both times of what was sent', () => {
  it('a message registered late says what was claimed and what counts', () => {
    const c = upTo(admitted(), 'svar').do(
      '2019-03-08T15:00',
      'meddela-utskrivningsklar',
      DOCTOR,
      { bedomd: '2019-03-08T09:30:00+01:00' },
      { id: 'klar', at: '2019-03-08T10:00' },
    );
    const found = proof(c, J, t('2019-03-08T16:00'));
    expect(of(found, 'utskrivningsklar')).toMatchObject({
      at: t('2019-03-08T10:00'),
      registeredAt: t('2019-03-08T15:00'),
      countsFrom: t('2019-03-08T15:00'),
      text: 'Beskedet att patienten är utskrivningsklar skickades till Jönköping (0680) 2019-03-08 10.00 enligt avsändaren, men registrerades först 2019-03-08 15.00 och räknas därifrån. Läkaren bedömde det 2019-03-08 09.30.',
    });
    expect(step(found, 'klar')).toMatchObject({ late: true, at: t('2019-03-08T10:00'), countsFrom: t('2019-03-08T15:00') });
    expect(found.summary).toBe('Patienten är inte utskriven: vårdtillfället hör till den månad då utskrivningen sker.');
    expect(found.days).toMatchObject({
      days: null,
      text: 'Patienten är utskrivningsklar sedan 2019-03-08 15.00 och inte utskriven: dagarna räknas när patienten skrivs ut.',
    });
  });

  it('a feed transports what was really sent: marked, and counting from then', () => {
    const c = upTo(admitted(), 'svar').do(
      '2019-03-08T15:00',
      'meddela-utskrivningsklar',
      { ...SYSTEM, party: 'slutenvard', unit: 'SE-AVD-31', role: 'lakare' },
      { bedomd: '2019-03-08T09:30:00+01:00' },
      { id: 'klar', at: '2019-03-08T10:00', imported: true },
    );
    expect(step(proof(c, J, t('2019-03-08T16:00')), 'klar')).toMatchObject({
      late: false,
      imported: true,
      countsFrom: t('2019-03-08T10:00'),
      registeredAt: t('2019-03-08T15:00'),
    });
  });

  it('a fact tells when it happened, not when it was written down', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande').do(
      '2019-03-09T18:00',
      'skriv-ut',
      NURSE,
      { tidpunkt: '2019-03-09T10:00:00+01:00', till: 'hem' },
      { id: 'hem' },
    );
    expect(step(proof(c), 'hem')).toMatchObject({
      late: false,
      at: t('2019-03-09T10:00'),
      countsFrom: t('2019-03-09T10:00'),
      registeredAt: t('2019-03-09T18:00'),
    });
  });

  it('a correction keeps both values', () => {
    const c = upTo(admitted(), 'skriv-ut').do(
      '2019-03-20T09:00',
      'ratta-uppgift',
      COORDINATOR,
      { actionId: 'kallelse', at: '2019-03-07T15:00:00+01:00', skal: 'Fel dag' },
      { id: 'rattad' },
    );
    const found = proof(c);
    expect(step(found, 'kallelse')?.corrected).toEqual([
      { at: t('2019-03-20T09:00'), wasAt: t('2019-03-06T09:00'), wasCountsFrom: t('2019-03-06T09:00') },
    ]);
    expect(of(found, 'svpl-kallelse').text).toBe(
      'Den fasta vårdkontakten kallade till SVPL 2019-03-07 15.00 (rättat 2019-03-20 09.00, angavs tidigare 2019-03-06 09.00), i tid: senast 2019-03-11.',
    );
    expect(step(found, 'rattad')).toMatchObject({
      title: 'Uppgift rättad',
      to: [{ party: 'slutenvard' }, { party: 'kommun', unit: '0680' }],
    });
  });
});

describe('what reached the payer', () => {
  it('is what was sent to it, when the kommun was put right', () => {
    const c = upTo(admitted(), 'svar').do('2019-03-06T14:00', 'ratta-kommun', NURSE, { kommun: '0682' }, { id: 'ratt' });
    c.do('2019-03-08T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-08T09:30:00+01:00' }, { id: 'klar' });
    const found = proof(c, J, t('2019-03-08T12:00'));
    expect(of(found, 'inskrivningsmeddelande')).toMatchObject({
      at: t('2019-03-04T10:00'),
      countsFrom: t('2019-03-06T14:00'),
      text: 'Inskrivningsmeddelandet skickades till Nässjö (0682) 2019-03-06 14.00, när kommunen rättades (först skickat 2019-03-04 10.00).',
    });
    expect(units(step(found, 'inskrivning')?.to ?? [])).toEqual(['vardcentral/SE-VC-1', 'kommun/0680']);
    expect(step(found, 'inskrivning')?.reachedPayerAt).toBe(t('2019-03-06T14:00'));
    expect(units(step(found, 'ratt')?.to ?? [])).toEqual(['kommun/0682', 'vardcentral/SE-VC-1']);
    expect(units(step(found, 'klar')?.to ?? [])).toEqual(['vardcentral/SE-VC-1', 'kommun/0682']);
    expect(step(found, 'klar')).not.toHaveProperty('reachedPayerAt');
  });

  it('does not ask of an assessment that the kommun was told of it: it may come before the inskrivningsmeddelande', () => {
    const c = upTo(admitted(), 'behov').do(
      '2019-03-04T09:30',
      'bedom-vardtid',
      NURSE,
      { beraknadUtskrivning: '2019-03-10', inskrivningsorsak: 'Fall' },
      { id: 'tid' },
    );
    c.do('2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, { samtycke: 'ja', beraknadUtskrivning: '2019-03-10' });
    const found = proof(c, J, t('2019-03-04T12:00'));
    expect(of(found, 'vardtidsbedomning')).toMatchObject({ state: 'ja', text: 'Beräknad utskrivning bedömdes 2019-03-04 09.30.' });
    expect(step(found, 'tid')?.to).toEqual([]);
  });

  it('is nothing after the discharge: the new kommun does not pay', () => {
    const c = upTo(admitted(), 'skriv-ut').do('2019-03-10T14:00', 'ratta-kommun', NURSE, { kommun: '0682' }, { id: 'ratt' });
    const found = proof(c);
    expect(of(found, 'inskrivningsmeddelande')).toMatchObject({
      state: 'nej',
      reason: 'inskrivningsmeddelande-saknas',
      countsFrom: t('2019-03-10T14:00'),
    });
    expect(of(found, 'inskrivningsmeddelande').text).toBe(
      'Inget inskrivningsmeddelande skickades till Nässjö (0682) före utskrivningen 2019-03-09 10.00: det blev ärendets kommun först 2019-03-10 14.00. Kommunen betalar inte för vårdtillfället.',
    );
    expect(step(found, 'ratt')?.to.map(({ unit }) => unit)).toEqual(['SE-VC-1']);
  });

  it('is held back from a kommun that rejects, and delivered when that is overruled', () => {
    const c = upTo(admitted(), 'inskrivning').do('2019-03-05T09:00', 'svara-inskrivning', CASEWORKER, {
      svar: 'avvisad',
      skal: 'ej-folkbokford',
    });
    c.do('2019-03-08T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-08T09:30:00+01:00' }, { id: 'klar' });
    c.do('2019-03-08T15:00', 'ratta-kommun', NURSE, { kommun: '0680' }, { id: 'ratt' });
    const found = proof(c, J, t('2019-03-08T16:00'));
    expect(units(step(found, 'klar')?.to ?? [])).toEqual(['vardcentral/SE-VC-1']);
    expect(step(found, 'klar')?.reachedPayerAt).toBe(t('2019-03-08T15:00'));
    expect(of(found, 'utskrivningsklar'), 'it counts from when it was sent').toMatchObject({
      state: 'ja',
      countsFrom: t('2019-03-08T10:00'),
      text: 'Beskedet att patienten är utskrivningsklar skickades till Jönköping (0680) 2019-03-08 10.00. Läkaren bedömde det 2019-03-08 09.30. Kommunen hade avvisat ärendet: det lämnades 2019-03-08 15.00, när avvisningen hade prövats, och räknas från när det skickades.',
    });
  });
});

describe('the days', () => {
  it('tell what was withdrawn and what was taken out', () => {
    const c = upTo(admitted(), 'klar');
    c.do('2019-03-08T20:00', 'aterkalla-utskrivningsklar', DOCTOR, { skal: 'Feber' });
    c.do('2019-03-10T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-10T09:30:00+01:00' });
    c.do('2019-03-10T11:00', 'meddela-oppenvard', COORDINATOR, { lage: 'ej-tillganglig', insats: 'Sårvård' });
    c.do('2019-03-11T17:00', 'meddela-oppenvard', COORDINATOR, { lage: 'tillganglig', insats: 'Sårvård' });
    c.do('2019-03-13T09:00', 'skicka-utskrivningsmeddelande', NURSE, { utskrivning: '2019-03-13T12:00:00+01:00' });
    c.do('2019-03-13T12:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-13T12:00:00+01:00', till: 'hem' });
    const { days, preconditions } = proof(c);
    expect(days).toEqual({
      days: 1,
      text: 'Ett tidigare besked om utskrivningsklar, 2019-03-08 10.00 (återkallat 2019-03-08 20.00), räknas inte. Räkningen börjar 2019-03-10 10.00, då kommunen fick besked om att patienten var utskrivningsklar. Till utskrivningen 2019-03-13 12.00 gick 3 dygn och 2 timmar. Av den tiden räknas 1 dygn och 6 timmar bort, då regionens öppenvård inte var tillgänglig eller var oklar (LUS 5:5). Bara hela dygn räknas: 1 dag. Det räknas in i kommunens snitt för månaden.',
      withdrawn: [{ from: t('2019-03-08T10:00'), until: t('2019-03-08T20:00') }],
      blocked: [{ from: t('2019-03-10T11:00'), until: t('2019-03-11T17:00') }],
    });
    expect(preconditions.at(-1)).toMatchObject({
      state: 'ja',
      text: 'Regionens öppenvård meddelades tillgänglig 2019-03-11 17.00; tiden då den inte var det, från 2019-03-10 11.00, räknas bort från dagarna.',
    });
  });

  it('of eight or more are paid for by themselves, over a change of the clocks too', () => {
    const c = upTo(admitted(), 'skriv-ut', {
      at: {
        klar: '2019-03-25T10:00',
        utskrivningsmeddelande: '2019-03-25T11:00',
        hemkomst: '2019-03-25T12:00',
        'skriv-ut': '2019-04-04T10:00',
      },
    });
    const found = proof(c);
    expect(found.summary).toBe('Jönköping (0680) betalar enskilt för vårdtillfället: 10 dagar, varav 7 dagar att betala.');
    expect(found.days.text).toBe(
      'Räkningen börjar 2019-03-25 10.00, då kommunen fick besked om att patienten var utskrivningsklar. Till utskrivningen 2019-04-04 10.00 gick 10 dygn. Klockan ställdes om under tiden; det räknas efter vad den visar. Bara hela dygn räknas: 10 dagar. Det första dygnet var fullt 2019-03-26 10.00, det sista 2019-04-04 10.00. 8 dagar eller fler räknas enskilt, utan de 3 första: 10 − 3 = 7 dagar att betala.',
    );
  });

  it('under the law are calendar days from the start of payment to the day before the discharge', () => {
    const c = upTo(admitted({}, 'lag-2017-612'), 'skriv-ut', {
      at: {
        klar: '2019-03-08T12:00',
        utskrivningsmeddelande: '2019-03-08T13:00',
        hemkomst: '2019-03-08T14:00',
        'skriv-ut': '2019-03-13T10:00',
      },
    });
    const found = proof(c, agreement('lag-2017-612'));
    expect(found.days).toMatchObject({ days: 5 });
    expect(found.days.text).toBe(
      'Beskedet om utskrivningsklar kom 2019-03-08 12.00. Betalningsansvaret börjar 3 dagar efter beskedets dag, 4 när det skickades efter klockan 12.00 (LUS 5:4): 2019-03-11. Det gäller till dagen före utskrivningen 2019-03-13 10.00: 2019-03-11 till 2019-03-12 (2 dagar). Sammanlagt 2 dagar att betala.',
    );
    expect(found.preconditions[0]?.text).toBe(
      'Inskrivningsmeddelandet skickades till kommun 0680 2019-03-04 10.00, före utskrivningen. Det var i tid: senast 2019-03-05 08.00.',
    );
    expect(found.preconditions[0]?.source).toBe('LUS 5:1, 2:3');
  });
});

describe("a stay that is not the kommun's", () => {
  it('demands nothing', () => {
    const c = upTo(admitted(), 'inskrivning').do('2019-03-05T09:00', 'svara-inskrivning', CASEWORKER, {
      svar: 'avvisad',
      skal: 'ej-folkbokford',
    });
    const found = proof(c, J, t('2019-03-06T10:00'));
    expect(new Set(found.preconditions.map(({ state }) => state))).toEqual(new Set(['behovs-inte']));
    expect(found.summary).toBe('Vårdtillfället hör inte till Jönköping (0680) och ingår inte i något underlag.');
  });
});

describe('an objection that was upheld', () => {
  it('decides, though the facts say otherwise', () => {
    const c = upTo(admitted(), 'skriv-ut');
    const episode = episodeOf(c.stay(), c.rules);
    const judgement = { ...judge(episode, J), outcome: 'utesluten' as const, reason: 'svpl-kallelse-saknas' as const, averageDays: null };
    const found = proofOf(c.stay(), c.rules, { payer: '0680', episode, judgement, agreement: J, asOf: ALL });
    expect(found.summary).toBe(
      'Jönköping (0680) betalar inte för vårdtillfället: kallelse till SVPL saknas. Det följer av en invändning som fått rätt.',
    );
    expect(of(found, 'svpl-kallelse').state).toBe('ja');
  });
});

describe("nobody's words and nobody's name", () => {
  const SECRET = 'HEMLIGT';
  const planted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(planted);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, planted(part)]));
    // Free text only: codes, times and dates keep their form.
    return typeof value === 'string' && (/[A-ZÅÄÖ ]/.test(value) || /^0\d\d-/.test(value)) && !/^\d{4}-\d\d-\d\d/.test(value)
      ? `${SECRET} ${value}`
      : value;
  };

  it('stands in a proof, whatever was written in whichever action', () => {
    const c = admitted({ patient: { personnummer: ADMISSION.patient.personnummer ?? '', name: SECRET, folkbokforingsadress: SECRET } });
    const data: Record<string, JsonObject> = Object.fromEntries(STORY.map(([key, , action]) => [key, planted(DATA[action]) as JsonObject]));
    data['skriv-ut'] = { ...data['skriv-ut'], tidpunkt: '2019-03-09T10:00:00+01:00' };
    data['utskrivningsmeddelande'] = { ...data['utskrivningsmeddelande'], utskrivning: '2019-03-08T12:00:00+01:00' };
    upTo(c, 'overfort', { data, by: Object.fromEntries(STORY.map(([key, , , by]) => [key, { ...by, name: SECRET }])) });
    c.do('2019-03-20T09:00', 'kommentera', NURSE, { text: SECRET });
    c.do('2019-03-20T09:10', 'rapportera-avvikelse', NURSE, { typ: SECRET, text: SECRET });
    c.do('2019-03-20T09:20', 'ratta-uppgift', NURSE, { actionId: 'skriv-ut', at: '2019-03-09T09:00:00+01:00', skal: SECRET });
    c.do('2019-03-20T09:30', 'avsta-svpl', COORDINATOR, { skal: 'annat', text: SECRET });
    c.do('2019-03-20T09:40', 'andra-uppgifter', NURSE, { patient: { name: SECRET } });
    expect(JSON.stringify(c.stay()), 'it was planted').toContain(SECRET);
    const text = JSON.stringify(proof(c));
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('189001019802');
  });

  it('stands in no field that an action could fill: a step holds its title and its times', () => {
    const c = upTo(admitted(), 'uppfoljd');
    for (const one of proof(c).steps) {
      expect(Object.keys(one).sort()).toEqual([
        'action',
        'actionId',
        'at',
        'by',
        'corrected',
        'countsFrom',
        'imported',
        'late',
        'registeredAt',
        'title',
        'to',
      ]);
      expect(ACTION_NAMES as string[]).toContain(one.action);
    }
  });
});
