/** Special stays about the meeting and what comes of it: all of an SVPL, declined, postponed, a decision awaited, a new meeting. */
import { HOUR, type Instant, MINUTE } from '../../src/domain/calendar.js';
import type { Actor } from '../../src/domain/ids.js';
import { CHECKLISTS, type Checklist, VID_BEHOV } from '../../src/domain/stay/actions.js';
import { call, close, discharge, followUp, initiate, meet, plan, profession, ready, sign, staff } from './chapters.js';
import { isoLocal, local } from './clock.js';
import { arrive, depart, open } from './special-frame.js';
import { type Story, tell } from './story.js';

export function meetings(): Story[] {
  return [everyPart(), declined(), postponed(), decisionAwaited(), newMeeting()];
}

/** An SVPL with everything: proposed time, calls, acknowledgements, a missing profession, a new time, all parts signed, every checklist ticked, a SIP delivered. */
function everyPart(): Story {
  const story = open('0682-01', 30, '2019-03-03 11:20');
  const { cast } = story;
  arrive(story, '2019-03-12', { harInsatser: true, nyttBehov: true });
  tell(story, local('2019-03-04 08:20'), cast.coordinator, 'svara-inskrivning', {
    svar: 'kand',
    insatser: 'Blodtryckskontroller hos distriktssköterska.',
  });
  tell(story, local('2019-03-04 08:35'), cast.coordinator, 'avboka-besok', {
    besok: ['Läkarbesök 2019-03-06'],
    ombokat: ['Läkarbesök 2019-03-27'],
  });
  const first = [cast.handler, cast.kommunNurse, cast.nurse, cast.vcDoctor];
  initiate(story, local('2019-03-06 09:00'), [cast.handler, cast.kommunNurse, cast.coordinator].map(profession), {
    narstaende: 'Dottern vill vara med.',
  });
  staff(story, local('2019-03-06 10:15'), cast.coordinator, [cast.vcDoctor]);
  staff(story, local('2019-03-06 11:30'), cast.handler, [cast.kommunNurse]);
  tell(story, local('2019-03-06 13:00'), cast.coordinator, 'foresla-tid', { tid: isoLocal(local('2019-03-13 10:00')), plats: 'bostad' });
  call(story, local('2019-03-06 14:30'), local('2019-03-13 10:00'), first);
  tell(story, local('2019-03-06 15:20'), cast.kommunNurse, 'papeka-saknad-profession', {
    profession: 'arbetsterapeut',
    skal: 'Bostaden behöver bedömas före hemgång.',
  });
  for (const [i, by] of [cast.nurse, cast.handler, cast.vcDoctor].entries())
    tell(story, local('2019-03-06 15:40') + i * 14 * MINUTE, by, 'kvittera-kallelse');
  const called = [...first, cast.kommunTherapist];
  const meeting = local('2019-03-14 13:30');
  call(story, local('2019-03-07 08:30'), meeting, called);
  for (const [i, by] of [cast.handler, cast.nurse, cast.vcDoctor].entries())
    tell(story, local('2019-03-07 09:10') + i * 17 * MINUTE, by, 'kvittera-kallelse');
  tell(story, local('2019-03-07 11:00'), cast.therapist, 'kommentera', { text: 'Provade rollator i dag, gick bra.' });
  plan(story, local('2019-03-07 12:00'), local('2019-03-09 09:00'), [
    cast.nurse,
    cast.therapist,
    cast.coordinator,
    cast.vcDoctor,
    cast.handler,
    cast.kommunNurse,
    cast.kommunTherapist,
  ]);
  checklists(story, local('2019-03-10 07:40'));
  depart(story, '2019-03-10 16:30', '2019-03-11 13:00', 'ticked');
  tell(story, local('2019-03-11 09:00'), cast.nurse, 'skriv-ut-vardplan');
  discharge(story, local('2019-03-11 13:00'), 'hem', cast.adt);
  close(story, local('2019-03-11 13:00'), [cast.nurse]);
  close(story, meet(story, meeting, called, '2019-04-10'), [cast.coordinator]);
  tell(story, local('2019-03-28 09:00'), cast.handler, 'folj-upp-del', { resultat: 'Hemtjänsten fungerar, trygghetslarmet används.' });
  tell(story, local('2019-03-28 09:30'), cast.kommunTherapist, 'folj-upp-del', { resultat: 'Toalettförhöjning på plats, övar trappa.' });
  followUp(story, local('2019-03-28 14:00'));
  close(story, local('2019-03-28 14:00'), [cast.handler]);
  return story;
}

/** Every item of every checklist, one every few minutes. */
function checklists(story: Story, from: Instant): void {
  const { cast } = story;
  const owner: Record<Checklist, Actor> = {
    lakare: cast.doctor,
    sjukskoterska: cast.nurse,
    rehab: cast.therapist,
    vardcentral: cast.coordinator,
    kommun: cast.handler,
  };
  let at = from;
  for (const lista of Object.keys(CHECKLISTS) as Checklist[]) {
    for (const punkt of CHECKLISTS[lista]) {
      at += (4 + Math.floor(story.roll() * 12)) * MINUTE;
      tell(story, at, owner[lista], 'kryssa-checklista', {
        lista,
        punkt,
        svar: VID_BEHOV.includes(punkt) && story.roll() < 0.5 ? 'ej-aktuellt' : 'klar',
      });
    }
  }
}

/** A planning with its call until the discharge, as far as these stays have it in common. */
function planned(story: Story, initiated: string, called: string, meeting: Instant, professions: Actor[]): void {
  const { cast } = story;
  initiate(story, local(initiated), [...professions, cast.coordinator].map(profession));
  staff(story, local(initiated) + 65 * MINUTE, cast.coordinator);
  staff(story, local(initiated) + 130 * MINUTE, cast.handler);
  call(story, local(called), meeting, professions);
  tell(story, local(called) + 90 * MINUTE, cast.handler, 'kvittera-kallelse');
  plan(story, local(called) + 2 * HOUR, local(called) + 22 * HOUR, [cast.nurse, cast.coordinator, ...professions]);
}

/** Initiated, and then declined by the patient: documented, told to all, and all may close at discharge. */
function declined(): Story {
  const story = open('0683-02', 31, '2019-03-19 15:10');
  const { cast } = story;
  arrive(story, '2019-03-25', { nyttBehov: true });
  initiate(story, local('2019-03-21 09:00'), [cast.handler, cast.coordinator].map(profession));
  staff(story, local('2019-03-21 10:00'), cast.coordinator);
  staff(story, local('2019-03-21 11:30'), cast.handler);
  tell(story, local('2019-03-22 09:45'), cast.coordinator, 'avsta-svpl', {
    skal: 'patienten-avbojer',
    text: 'Patienten vill inte ha något möte och klarar sig med makens hjälp.',
  });
  depart(story, '2019-03-23 10:00', '2019-03-24 09:20');
  discharge(story, local('2019-03-24 09:20'));
  close(story, local('2019-03-24 09:20'), [cast.nurse, cast.coordinator, cast.handler]);
  return story;
}

/** To a short-term home first: the SVPL is postponed ten days, and held on that day. */
function postponed(): Story {
  const story = open('0686-03', 32, '2019-03-06 13:30');
  const { cast } = story;
  arrive(story, '2019-03-13', { nyttBehov: true });
  const meeting = local('2019-03-22 10:00');
  tell(story, local('2019-03-11 09:00'), cast.nurse, 'kommentera', { text: 'Korttidsplats från den 13 mars.' });
  planned(story, '2019-03-11 09:30', '2019-03-11 13:20', meeting, [cast.handler]);
  tell(story, local('2019-03-11 13:10'), cast.coordinator, 'skjut-upp-svpl', {
    datum: '2019-03-22',
    skal: 'Mötet hålls när patienten kommit hem från korttidsboendet.',
  });
  depart(story, '2019-03-12 14:00', '2019-03-13 11:15');
  discharge(story, local('2019-03-13 11:15'), 'korttids');
  close(story, local('2019-03-13 11:15'), [cast.nurse]);
  close(story, meet(story, meeting, [cast.handler], '2019-04-15'), [cast.coordinator]);
  followUp(story, local('2019-04-03 10:20'));
  close(story, local('2019-04-03 10:20'), [cast.handler]);
  return story;
}

/** The kommun must come back with a decision on special housing: the SIP waits unsigned until it has. */
function decisionAwaited(): Story {
  const story = open('0662-03', 33, '2019-03-11 10:10');
  const { cast } = story;
  arrive(story, '2019-03-18', { harInsatser: true, nyttBehov: true });
  const meeting = local('2019-03-20 09:30');
  planned(story, '2019-03-14 09:00', '2019-03-14 13:30', meeting, [cast.handler]);
  depart(story, '2019-03-17 11:00', '2019-03-18 10:20');
  discharge(story, local('2019-03-18 10:20'));
  close(story, local('2019-03-18 10:20'), [cast.nurse]);
  meet(story, meeting, [cast.handler], '2019-04-12', { vantarPaBeslut: [{ part: 'kommun', senast: '2019-03-27' }] });
  close(story, meeting, [cast.coordinator]);
  tell(story, local('2019-03-26 11:15'), cast.handler, 'lamna-beslut', {
    beslut: 'Särskilt boende beviljat från den 15 april; utökad hemtjänst till dess.',
  });
  sign(story, local('2019-03-26 13:00'));
  followUp(story, local('2019-04-02 14:10'));
  close(story, local('2019-04-02 14:10'), [cast.handler]);
  return story;
}

/** The follow-up shows that it does not work at home: a new meeting is called and held, with a SIP and a follow-up of its own. */
function newMeeting(): Story {
  const story = open('0683-03', 34, '2019-02-26 09:00');
  const { cast } = story;
  arrive(story, '2019-03-05', { nyttBehov: true });
  const first = local('2019-03-07 10:00');
  planned(story, '2019-03-01 09:00', '2019-03-01 13:00', first, [cast.handler]);
  ready(story, local('2019-03-04 09:20'), local('2019-03-05 09:00'));
  tell(story, local('2019-03-04 10:30'), cast.handler, 'meddela-hemkomst', { kanTaEmot: true, tid: isoLocal(local('2019-03-05 09:00')) });
  discharge(story, local('2019-03-05 09:00'));
  close(story, local('2019-03-05 09:00'), [cast.nurse]);
  meet(story, first, [cast.handler], '2019-03-28');
  followUp(story, local('2019-03-20 10:30'), 'nytt-mote', 'Nätterna fungerar inte. Nytt möte behövs.');
  const second = local('2019-03-26 13:00');
  call(story, local('2019-03-20 13:15'), second, [cast.handler]);
  tell(story, local('2019-03-20 15:00'), cast.handler, 'kvittera-kallelse');
  close(story, meet(story, second, [cast.handler], '2019-04-20'), [cast.coordinator]);
  followUp(story, local('2019-04-09 11:00'));
  close(story, local('2019-04-09 11:00'), [cast.handler]);
  return story;
}
