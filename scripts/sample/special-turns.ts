/** Special stays that take a turn: withdrawn and given again, moved, a change of legal form, death, corrected after the end. */
import {
  assess,
  call,
  close,
  contact,
  discharge,
  followUp,
  homecoming,
  initiate,
  known,
  meet,
  notify,
  plan,
  profession,
  ready,
  staff,
} from './chapters.js';
import { isoLocal, local } from './clock.js';
import { WARDS } from './places.js';
import { arrive, depart, leave, open } from './special-frame.js';
import { castOf, type Story, tell } from './story.js';

export function turns(): Story[] {
  return [withdrawnAndReadyAgain(), transferred(), compulsoryToVoluntary(), diedAfterDischarge(), diedOnTheWard(), correctedAfterTheEnd()];
}

/** Fever on the evening before going home: withdrawn, and ready again two days later. Only the last interval counts. */
function withdrawnAndReadyAgain(): Story {
  const story = open('0683-01', 20, '2019-03-07 09:40');
  const { cast } = story;
  arrive(story, '2019-03-12');
  ready(story, local('2019-03-11 10:00'), local('2019-03-12 09:00'), 'two');
  homecoming(story, local('2019-03-11 11:20'), true, local('2019-03-12 09:00'));
  tell(story, local('2019-03-11 19:50'), cast.doctor, 'aterkalla-utskrivningsklar', { skal: 'Feber 39 grader, blododlad.' });
  tell(story, local('2019-03-12 09:30'), cast.doctor, 'bedom-vardtid', { beraknadUtskrivning: '2019-03-15' });
  ready(story, local('2019-03-14 09:15'), local('2019-03-15 08:50'), 'two', 'ticked');
  homecoming(story, local('2019-03-14 10:30'), true, local('2019-03-15 08:50'));
  discharge(story, local('2019-03-15 08:50'));
  close(story, local('2019-03-15 08:50'), [cast.nurse, cast.coordinator, cast.handler]);
  return story;
}

/** From the medical ward to rehabilitation, which takes over; a night's leave before going home. */
function transferred(): Story {
  const story = open('0687-02', 21, '2019-03-08 16:00', { ward: WARDS.eksjoMedicin });
  const { cast } = story;
  arrive(story, '2019-03-15');
  tell(story, local('2019-03-11 10:00'), cast.adt, 'flytta', {
    avdelning: { ...WARDS.eksjoRehab },
    tidpunkt: isoLocal(local('2019-03-11 10:00')),
  });
  const rehab = castOf(WARDS.eksjoRehab.hsaId, cast.coordinator.unit, story.kommun, story.roll);
  story.cast = { ...cast, nurse: rehab.nurse, doctor: rehab.doctor, therapist: rehab.therapist };
  tell(story, local('2019-03-11 14:00'), story.cast.doctor, 'bedom-vardtid', { beraknadUtskrivning: '2019-03-20' });
  tell(story, local('2019-03-16 11:00'), cast.adt, 'permission', {
    from: isoLocal(local('2019-03-16 11:00')),
    until: isoLocal(local('2019-03-17 16:00')),
  });
  leave(story, '2019-03-18 10:10', '2019-03-19 09:30');
  return story;
}

/** Admitted under LPT, where steps 3 and 5 belong to that law; the care goes over to HSL and an SVPL is planned. */
function compulsoryToVoluntary(): Story {
  const story = open('0685-01', 22, '2019-03-01 22:15', { ward: WARDS.ryhovPsykiatri, careForm: 'psykiatrisk', legalForm: 'LPT' });
  const { cast } = story;
  assess(story, local('2019-03-02 09:00'), { nyttBehov: true });
  notify(story, local('2019-03-02 12:00'), '2019-03-20');
  known(story, local('2019-03-02 15:00'));
  contact(story, local('2019-03-03 09:00'));
  tell(story, local('2019-03-08 11:00'), cast.adt, 'andra-uppgifter', { legalForm: 'HSL' });
  tell(story, local('2019-03-08 13:00'), cast.doctor, 'bedom-vardtid', { beraknadUtskrivning: '2019-03-14' });
  const called = [cast.handler];
  const psychiatry = { part: 'annan', profession: 'Öppenpsykiatrin', iSystemet: false };
  initiate(story, local('2019-03-11 09:10'), [cast.handler, cast.coordinator].map(profession), {
    oppenpsykiatri: 'Ny kontakt tas över från avdelningen.',
  });
  staff(story, local('2019-03-11 10:00'), cast.coordinator);
  staff(story, local('2019-03-11 13:00'), cast.handler);
  const meeting = local('2019-03-15 10:00');
  call(story, local('2019-03-12 08:30'), meeting, called, {
    kallade: [{ ...profession(cast.handler), namn: cast.handler.name ?? '', iSystemet: true }, psychiatry],
  });
  tell(story, local('2019-03-12 10:00'), cast.handler, 'kvittera-kallelse');
  plan(story, local('2019-03-12 10:30'), local('2019-03-13 09:00'), [cast.nurse, cast.coordinator, cast.handler]);
  depart(story, '2019-03-13 10:00', '2019-03-14 09:45');
  discharge(story, local('2019-03-14 09:45'));
  close(story, local('2019-03-14 09:45'), [cast.nurse]);
  close(story, meet(story, meeting, called, '2019-04-05'), [cast.coordinator]);
  followUp(story, local('2019-03-28 13:20'));
  close(story, local('2019-03-28 13:20'), [cast.handler]);
  return story;
}

/** Went home to die; the kommun tells the others before the SVPL was held. */
function diedAfterDischarge(): Story {
  const story = open('0682-02', 23, '2019-03-17 13:00');
  const { cast } = story;
  assess(story, local('2019-03-17 14:30'), { harInsatser: true, nyttBehov: true });
  notify(story, local('2019-03-17 17:00'), '2019-03-22');
  known(story, local('2019-03-18 08:40'));
  contact(story, local('2019-03-18 09:30'));
  initiate(story, local('2019-03-19 10:00'), [cast.handler, cast.coordinator].map(profession));
  staff(story, local('2019-03-19 11:00'), cast.coordinator);
  staff(story, local('2019-03-19 13:00'), cast.handler);
  call(story, local('2019-03-20 09:00'), local('2019-03-25 10:00'), [cast.handler]);
  tell(story, local('2019-03-20 10:10'), cast.handler, 'kvittera-kallelse');
  plan(story, local('2019-03-20 11:00'), local('2019-03-21 09:00'), [cast.nurse, cast.coordinator, cast.handler]);
  depart(story, '2019-03-21 12:00', '2019-03-22 11:00');
  discharge(story, local('2019-03-22 11:00'));
  close(story, local('2019-03-22 11:00'), [cast.nurse]);
  tell(story, local('2019-03-24 07:50'), cast.kommunNurse, 'anmal-dodsfall', { tidpunkt: isoLocal(local('2019-03-24 04:30')) });
  return story;
}

/** Died on the ward, before being ready to leave. */
function diedOnTheWard(): Story {
  const story = open('0685-02', 24, '2019-03-23 06:20');
  arrive(story, '2019-03-29');
  tell(story, local('2019-03-27 03:15'), story.cast.nurse, 'skriv-ut', { tidpunkt: isoLocal(local('2019-03-27 03:15')), till: 'avliden' });
  return story;
}

/** All have closed when the ward finds that the patient left earlier in the day than written: in time, and no day as utskrivningsklar. */
function correctedAfterTheEnd(): Story {
  const story = open('0686-01', 25, '2019-03-10 10:30');
  arrive(story, '2019-03-16');
  depart(story, '2019-03-15 11:00', '2019-03-16 10:30');
  const wrong = local('2019-03-16 13:30');
  const id = discharge(story, wrong);
  close(story, wrong, [story.cast.nurse, story.cast.coordinator, story.cast.handler]);
  const right = isoLocal(local('2019-03-16 10:30'));
  tell(story, local('2019-03-19 09:10'), story.cast.nurse, 'ratta-uppgift', {
    actionId: id,
    at: right,
    data: { tidpunkt: right, till: 'hem' },
    skal: 'Fel klockslag angivet vid utskrivningen.',
  });
  return story;
}
