/** Special stays where something went wrong on the way: late, refused, registered afterwards, annulled. */
import { assess, call, close, contact, discharge, followUp, initiate, known, meet, notify, plan, profession, staff } from './chapters.js';
import { isoLocal, local } from './clock.js';
import { depart, leave, open } from './special-frame.js';
import { type Story, tell } from './story.js';

export function deviating(): Story[] {
  return [sentTooLate(), registeredLate(), importedLate(), refused(), annulled(), onlyOpenCare(), neverAssessed()];
}

/** Sent thirty hours after admission; the vårdtid was assessed in time. The kommun reports it. */
function sentTooLate(): Story {
  const story = open('0643-01', 1, '2019-03-04 08:10');
  assess(story, local('2019-03-04 10:20'), { harInsatser: true });
  tell(story, local('2019-03-04 15:30'), story.cast.doctor, 'bedom-vardtid', {
    beraknadUtskrivning: '2019-03-08',
    inskrivningsorsak: story.orsak,
  });
  notify(story, local('2019-03-05 14:25'), '2019-03-08');
  known(story, local('2019-03-05 15:50'));
  tell(story, local('2019-03-05 15:58'), story.cast.handler, 'rapportera-avvikelse', {
    typ: 'sent inskrivningsmeddelande',
    text: 'Vi fick veta först dagen efter; hemtjänsten åkte hem till en tom bostad.',
  });
  contact(story, local('2019-03-06 09:05'));
  leave(story, '2019-03-07 11:00', '2019-03-08 10:30');
  return story;
}

/** Told by telephone in time on a Friday, registered on the Monday: it counts from when it was received. */
function registeredLate(): Story {
  const story = open('0684-01', 2, '2019-02-28 13:00');
  assess(story, local('2019-02-28 14:40'), { harInsatser: true });
  tell(story, local('2019-02-28 16:10'), story.cast.doctor, 'bedom-vardtid', {
    beraknadUtskrivning: '2019-03-26',
    inskrivningsorsak: story.orsak,
  });
  // Days late, and weeks before the discharge: on a fast clock it is received when the machine gets to it, and nothing else may hang on that.
  const registered = { receivedAt: local('2019-03-04 09:10'), imported: false as const };
  notify(story, local('2019-03-01 11:15'), '2019-03-26', { kommentar: 'Meddelat per telefon fredag kl. 11.15.' }, registered);
  known(story, local('2019-03-05 08:20'));
  contact(story, local('2019-03-05 08:50'));
  leave(story, '2019-03-25 10:30', '2019-03-26 09:15');
  return story;
}

/** The kommun answered within the hour, but its answer was imported only four days later: the deviation is withdrawn. */
function importedLate(): Story {
  const story = open('0684-02', 3, '2019-03-12 07:30');
  assess(story, local('2019-03-12 09:00'), { harInsatser: true });
  notify(story, local('2019-03-12 14:20'), '2019-03-19');
  known(story, local('2019-03-12 15:10'), story.cast.handler, { receivedAt: local('2019-03-16 09:40') });
  contact(story, local('2019-03-13 11:05'));
  leave(story, '2019-03-18 13:00', '2019-03-19 11:45');
  return story;
}

/** A call to SVPL before anybody is named fast vårdkontakt is refused; named, it is accepted. */
function refused(): Story {
  const story = open('0684-03', 4, '2019-03-11 09:20');
  const { cast } = story;
  assess(story, local('2019-03-11 10:30'), { nyttBehov: true });
  notify(story, local('2019-03-11 13:10'), '2019-03-15');
  known(story, local('2019-03-11 15:00'));
  const called = [cast.handler];
  initiate(story, local('2019-03-12 09:00'), [cast.handler, cast.coordinator].map(profession));
  staff(story, local('2019-03-12 10:00'), cast.coordinator);
  staff(story, local('2019-03-12 11:10'), cast.handler);
  const meeting = local('2019-03-18 10:00');
  call(story, local('2019-03-13 08:40'), meeting, called);
  contact(story, local('2019-03-13 08:52'));
  call(story, local('2019-03-13 08:55'), meeting, called);
  tell(story, local('2019-03-13 10:30'), cast.handler, 'kvittera-kallelse');
  plan(story, local('2019-03-13 11:00'), local('2019-03-14 09:00'), [cast.nurse, cast.coordinator, cast.handler]);
  depart(story, '2019-03-14 12:30', '2019-03-15 11:00');
  discharge(story, local('2019-03-15 11:00'));
  close(story, local('2019-03-15 11:00'), [cast.nurse]);
  close(story, meet(story, meeting, called, '2019-04-08'), [cast.coordinator]);
  followUp(story, local('2019-03-29 10:20'));
  close(story, local('2019-03-29 10:20'), [cast.handler]);
  return story;
}

/** Registered on the wrong patient: undone across the parties. */
function annulled(): Story {
  const story = open('0665-01', 5, '2019-03-13 21:10');
  assess(story, local('2019-03-13 22:00'), { harInsatser: true });
  notify(story, local('2019-03-14 07:45'), '2019-03-18');
  known(story, local('2019-03-14 09:10'));
  tell(story, local('2019-03-14 09:40'), story.cast.handler, 'kommentera', {
    text: 'Enligt hemtjänsten är personen hemma. Kan det vara fel patient?',
  });
  tell(story, local('2019-03-14 10:25'), story.cast.nurse, 'annullera', { skal: 'fel-patient' });
  return story;
}

/** Needs only the region's open care: outside the agreement, and the kommun is told nothing. */
function onlyOpenCare(): Story {
  const story = open('0643-02', 6, '2019-03-19 12:00');
  assess(story, local('2019-03-19 14:00'), { nyttBehov: true, endastRegionensOppenvard: true });
  tell(story, local('2019-03-22 10:00'), story.cast.adt, 'skriv-ut', { tidpunkt: isoLocal(local('2019-03-22 10:00')), till: 'hem' });
  return story;
}

/** Never assessed as in need, as most admissions: no deadline, and the end at discharge. */
function neverAssessed(): Story {
  const story = open('0662-01', 7, '2019-03-21 03:40');
  tell(story, local('2019-03-22 13:20'), story.cast.adt, 'skriv-ut', { tidpunkt: isoLocal(local('2019-03-22 13:20')), till: 'hem' });
  return story;
}
