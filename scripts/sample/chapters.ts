/** What most stays have in common, chapter by chapter: arrival, planning, departure, SVPL and SIP, closing. */
import { addDays, HOUR, type Instant, type LocalDate, localDateOf, MINUTE } from '../../src/domain/calendar.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import { CHECKLISTS, type Checklist, VID_BEHOV } from '../../src/domain/stay/actions.js';
import { isoLocal, onDay, spread } from './clock.js';
import { kontakt, pick, type Sending, type Story, tell } from './story.js';
import { ANSVAR, BOENDE, EGENVARD, INSATSER, KOMMUNIKATION, MAL, VARDPLAN, VIKTIGT } from './texts.js';

/** The assessment of need: with insatser since before, or with a new need. */
export function assess(
  story: Story,
  at: Instant,
  need: { harInsatser?: boolean; nyttBehov?: boolean; endastRegionensOppenvard?: boolean },
): string {
  const data = { harInsatser: false, nyttBehov: false, endastRegionensOppenvard: false, ...need };
  return tell(story, at, story.roll() < 0.5 ? story.cast.nurse : story.cast.doctor, 'bedom-behov', data);
}

/** Inskrivningsmeddelande with its estimate of discharge. */
export function notify(story: Story, at: Instant, expected: LocalDate, more: JsonObject = {}, sending?: Sending): string {
  const data = { samtycke: 'ja', beraknadUtskrivning: expected, inskrivningsorsak: story.orsak, ...more };
  return tell(story, at, story.cast.nurse, 'skicka-inskrivningsmeddelande', data, sending);
}

/** The kommun knows the patient, and tells what it already does. */
export function known(story: Story, at: Instant, by: Actor = story.cast.handler, sending?: Sending): string {
  return tell(
    story,
    at,
    by,
    'svara-inskrivning',
    {
      svar: 'kand',
      adl: pick(
        ['Behöver stöd vid förflyttning och hygien.', 'Självständig inomhus, stöd vid dusch.', 'Går med rollator, hjälp med måltider.'],
        story.roll,
      ),
      kommunikation: pick(KOMMUNIKATION, story.roll),
      boendeform: pick(BOENDE, story.roll),
      tillganglighet: pick(['Hiss, inga trösklar.', 'Två trappor utan hiss.', 'Markplan, ramp finns.'], story.roll),
      insatser: { sol: [pick(INSATSER, story.roll)], hsl: pick([['Läkemedelsövertag'], ['Såromläggning'], []], story.roll), lss: [] },
      avbokat: pick([[], ['Dagverksamhet'], ['Hemtjänst tills vidare']], story.roll),
    },
    sending,
  );
}

/** The vårdcentral names the patient's fast vårdkontakt. */
export function contact(story: Story, at: Instant): string {
  return tell(story, at, story.cast.coordinator, 'utse-fast-vardkontakt', kontakt(story.cast.coordinator, story.roll));
}

/** The ward initiates the SVPL. */
export function initiate(story: Story, at: Instant, wanted: JsonObject[], more: JsonObject = {}): string {
  return tell(story, at, story.cast.nurse, 'initiera-svpl', {
    samtycke: 'ja',
    kontaktOnskasMed: wanted,
    adl: pick(
      [
        'Behöver hjälp av en person vid förflyttning.',
        'Nedsatt kraft i höger sida, övar trappa.',
        'Behöver stöd vid dusch och påklädning.',
      ],
      story.roll,
    ),
    kommunikation: pick(KOMMUNIKATION, story.roll),
    hjalpmedel: pick([['Rollator'], ['Toalettförhöjning', 'Duschpall'], ['Vårdsäng'], []], story.roll),
    ...more,
  });
}

/** Somebody staffs the planning. */
export function staff(story: Story, at: Instant, by: Actor, also: Actor[] = []): string {
  const personer = [by, ...also].map((one) => ({ profession: one.role ?? one.party, ...kontakt(one, story.roll) }));
  return tell(story, at, by, 'bemanna', { personer });
}

/** A called or wanted profession, as the data of an action has it. */
export function profession(of: Actor): { part: string; profession: string } {
  return { part: of.party, profession: of.role ?? '' };
}

/** The call to SVPL. */
export function call(story: Story, at: Instant, meeting: Instant, called: Actor[], more: JsonObject = {}): string {
  return tell(story, at, story.cast.coordinator, 'kalla-till-svpl', {
    typ: 'svpl',
    tid: isoLocal(meeting),
    plats: 'bostad',
    kallade: called.map((one) => ({ ...profession(one), namn: one.name ?? one.unit, iSystemet: one.party !== 'annan' })),
    ...more,
  });
}

/** Each writes its part of the vårdplan and signs it, one after the other, and the ward approves: all between two instants. */
export function plan(story: Story, from: Instant, until: Instant, writers: Actor[]): void {
  const times = spread(from, until, writers.length * 2 + 1, story.roll);
  const next = () => times.shift() ?? until;
  for (const writer of writers) {
    tell(story, next(), writer, 'skriv-vardplan', {
      insatser: pick(VARDPLAN[writer.party] ?? INSATSER, story.roll),
      ansvar: ANSVAR[writer.party] ?? 'Enligt vårdplanen.',
      kontakt: kontakt(writer, story.roll),
    });
    tell(story, next(), writer, 'signera-vardplan');
  }
  tell(story, next(), story.cast.nurse, 'godkann-vardplan');
}

/** Utskrivningsklar and utskrivningsmeddelande at the same moment, in one act or in two, with the ward's checklists ticked in the hours before. */
export function ready(
  story: Story,
  at: Instant,
  expected: Instant,
  acts: 'one' | 'two' = 'one',
  checklists: 'tick' | 'ticked' = 'tick',
): void {
  const { doctor, nurse } = story.cast;
  if (checklists === 'tick') {
    tick(story, at - (100 + Math.floor(story.roll() * 120)) * MINUTE, doctor, 'lakare');
    tick(story, at - (15 + Math.floor(story.roll() * 50)) * MINUTE, nurse, 'sjukskoterska');
  }
  const bedomd = isoLocal(at - (10 + Math.floor(story.roll() * 40)) * MINUTE);
  if (acts === 'two') tell(story, at, doctor, 'meddela-utskrivningsklar', { bedomd });
  tell(story, at, nurse, 'skicka-utskrivningsmeddelande', { utskrivning: isoLocal(expected), ...(acts === 'one' ? { bedomd } : {}) });
}

/** The items of a list that are not "vid behov", ticked one a minute. */
function tick(story: Story, from: Instant, by: Actor, lista: Checklist): void {
  const items = CHECKLISTS[lista].filter((punkt) => !VID_BEHOV.includes(punkt));
  for (const [i, punkt] of items.entries()) tell(story, from + i * MINUTE, by, 'kryssa-checklista', { lista, punkt, svar: 'klar' });
}

/** The patient leaves, and what the next ones need is handed over the same day. */
export function discharge(story: Story, at: Instant, till = 'hem', by: Actor = story.cast.nurse): string {
  const id = tell(story, at, by, 'skriv-ut', { tidpunkt: isoLocal(at), till });
  tell(story, at + (15 + Math.floor(story.roll() * 90)) * MINUTE, story.cast.nurse, 'overfor-information', {
    vad: ['medicinsk-epikris', 'omvardnadsepikris', 'lakemedelslista'],
  });
  return id;
}

/** Parties close their case on the day after `when`, in the morning. Returns the last moment. */
export function close(story: Story, when: Instant, parties: Actor[]): Instant {
  let at = onDay(addDays(localDateOf(when), 1), '07:40');
  for (const party of parties) {
    at += (12 + Math.floor(story.roll() * 70)) * MINUTE;
    tell(story, at, party, 'avsluta-arende');
  }
  return at;
}

/** The meeting is held, everybody called is there, and a SIP comes of it. Returns when the SIP was delivered. */
export function meet(story: Story, meeting: Instant, called: Actor[], followUp: LocalDate, more: JsonObject = {}): Instant {
  const { coordinator } = story.cast;
  const end = meeting + (50 + Math.floor(story.roll() * 25)) * MINUTE;
  tell(story, end, coordinator, 'hall-svpl', {
    tidpunkt: isoLocal(meeting),
    plats: 'bostad',
    narvarande: [
      ...called.map(profession),
      ...(called.some((one) => one.role === 'vardsamordnare') ? [] : [profession(coordinator)]),
      { part: 'patient' },
      { part: 'narstaende' },
    ],
  });
  const written = end + (40 + Math.floor(story.roll() * 50)) * MINUTE;
  tell(story, written, coordinator, 'uppratta-sip', sip(story, followUp, more));
  if (more['vantarPaBeslut']) return written;
  return sign(story, written + 10 * MINUTE);
}

/** The SIP is signed and delivered. */
export function sign(story: Story, at: Instant): Instant {
  tell(story, at, story.cast.coordinator, 'signera-sip');
  const delivered = at + (5 + Math.floor(story.roll() * 30)) * MINUTE;
  tell(story, delivered, story.cast.coordinator, 'delge-sip', {
    till: pick([['patient'], ['patient', 'narstaende'], ['patient', 'handlaggare']], story.roll),
  });
  return delivered;
}

export function sip(story: Story, followUp: LocalDate, more: JsonObject = {}): JsonObject {
  const { coordinator, handler } = story.cast;
  return {
    samtycke: 'ja',
    viktigtForMig: pick(VIKTIGT, story.roll),
    mal: [pick(MAL, story.roll)],
    insatser: [
      { vad: pick(INSATSER, story.roll), huvudman: 'kommun', ansvarig: handler.name ?? '', kontakt: kontakt(handler, story.roll) },
      {
        vad: 'Uppföljning av läkemedel och blodtryck',
        huvudman: 'vardcentral',
        ansvarig: coordinator.name ?? '',
        kontakt: kontakt(coordinator, story.roll),
      },
    ],
    egenvard: pick(EGENVARD, story.roll),
    huvudansvar: coordinator.name ?? '',
    uppfoljning: followUp,
    ...more,
  };
}

/** The vårdsamordnare follows up the whole. */
export function followUp(
  story: Story,
  at: Instant,
  resultat: 'avslutad' | 'sip-revideras' | 'nytt-mote' = 'avslutad',
  text = 'Insatserna fungerar och patienten är nöjd.',
): string {
  return tell(story, at, story.cast.coordinator, 'folj-upp', { resultat, kontaktMedPatient: isoLocal(at - 35 * MINUTE), text });
}

/** What the kommun says of the home-coming; `from` and `until` bound when it says it. */
export function homecoming(story: Story, at: Instant, kanTaEmot: boolean, tid?: Instant): string {
  return tell(story, at, story.cast.handler, 'meddela-hemkomst', {
    kanTaEmot,
    ...(tid === undefined ? {} : { tid: isoLocal(tid) }),
    ...(kanTaEmot
      ? {}
      : {
          skal: pick(
            [
              'Väntar på plats på korttidsboende.',
              'Hemtjänsten behöver utökas innan hemgång.',
              'Hjälpmedel i bostaden är inte på plats.',
              'Bostadsanpassning pågår.',
            ],
            story.roll,
          ),
        }),
  });
}

/** A whole hour of the day some days later. */
export function daysLater(at: Instant, days: number, time: string): Instant {
  return onDay(addDays(localDateOf(at), days), time);
}

/** Never later than either. */
export const earliest = (...times: Instant[]): Instant => Math.min(...times);
export const hours = (n: number): number => n * HOUR;
