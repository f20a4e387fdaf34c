/** Special stays about who is told and who pays: rejected, unknown, placed, consent, open care. */
import { HOUR, MINUTE } from '../../src/domain/calendar.js';
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
import { arrive, depart, leave, open } from './special-frame.js';
import { castOf, type Story, tell } from './story.js';

export function payers(): Story[] {
  return [rejectedAndCorrected(), unknownToTheKommun(), harmAssessment(), placedByAnother(), openCareUnavailable()];
}

/** Habo rejects: folkbokförd in Eksjö. The ward corrects it, and Eksjö gets everything that stands. */
function rejectedAndCorrected(): Story {
  const story = open('0643-03', 10, '2019-03-06 10:00');
  const { cast } = story;
  assess(story, local('2019-03-06 11:30'), { harInsatser: true });
  notify(story, local('2019-03-06 14:20'), '2019-03-11');
  tell(story, local('2019-03-06 15:45'), cast.handler, 'svara-inskrivning', {
    svar: 'avvisad',
    skal: 'ej-folkbokford',
    rattKommun: '0686',
  });
  tell(story, local('2019-03-07 08:30'), cast.nurse, 'ratta-kommun', { kommun: '0686' });
  story.cast = { ...cast, ...kommunCast('0686') };
  known(story, local('2019-03-07 10:15'));
  contact(story, local('2019-03-07 10:40'));
  leave(story, '2019-03-10 09:00', '2019-03-11 08:40');
  return story;
}

const kommunCast = (kommun: string) => {
  const { handler, kommunNurse, kommunTherapist } = castOf('', '', kommun, () => 0);
  return { handler, kommunNurse, kommunTherapist };
};

/** A new need in somebody the kommun has never met; the discharge is re-estimated twice, and an SVPL is held. */
function unknownToTheKommun(): Story {
  const story = open('0662-02', 11, '2019-03-04 18:30');
  const { cast } = story;
  assess(story, local('2019-03-04 20:15'), { nyttBehov: true });
  notify(story, local('2019-03-05 07:50'), '2019-03-08', { insatserIdag: 'Inga kända insatser.' });
  tell(story, local('2019-03-05 09:35'), cast.handler, 'svara-inskrivning', { svar: 'ej-kand' });
  contact(story, local('2019-03-05 10:20'));
  tell(story, local('2019-03-07 09:40'), cast.doctor, 'bedom-vardtid', { beraknadUtskrivning: '2019-03-14' });
  tell(story, local('2019-03-11 09:30'), cast.doctor, 'bedom-vardtid', { beraknadUtskrivning: isoLocal(local('2019-03-13 15:00')) });
  const called = [cast.handler, cast.kommunTherapist];
  initiate(story, local('2019-03-11 10:30'), [...called, cast.coordinator].map(profession));
  staff(story, local('2019-03-11 13:00'), cast.coordinator);
  staff(story, local('2019-03-11 14:10'), cast.handler, [cast.kommunTherapist]);
  const meeting = local('2019-03-15 13:00');
  call(story, local('2019-03-12 08:15'), meeting, called);
  tell(story, local('2019-03-12 09:00'), cast.handler, 'kvittera-kallelse');
  plan(story, local('2019-03-12 09:30'), local('2019-03-13 09:00'), [cast.nurse, cast.therapist, cast.coordinator, ...called]);
  depart(story, '2019-03-12 16:10', '2019-03-13 14:00');
  discharge(story, local('2019-03-13 14:00'));
  close(story, local('2019-03-13 14:00'), [cast.nurse]);
  close(story, meet(story, meeting, called, '2019-04-05'), [cast.coordinator]);
  followUp(story, local('2019-03-27 10:40'));
  close(story, local('2019-03-27 10:40'), [cast.handler]);
  return story;
}

/** The patient cannot consent: menprövning instead. */
function harmAssessment(): Story {
  const story = open('0665-02', 12, '2019-03-18 11:00');
  arrive(
    story,
    '2019-03-22',
    { harInsatser: true },
    { samtycke: 'menprovning', kommentar: 'Patienten kan inte ta ställning. Menprövning gjord: uppgifterna behövs för vård och omsorg.' },
  );
  leave(story, '2019-03-20 13:30', '2019-03-21 11:20', 'sarskilt-boende');
  return story;
}

/** Folkbokförd in Eksjö, placed there by Tranås: both are told, Tranås pays. */
function placedByAnother(): Story {
  const story = open('0686-02', 13, '2019-03-14 09:00', { placerandeKommun: '0687' });
  const placing = kommunCast('0687').handler;
  arrive(story, '2019-03-19');
  known(story, story.admittedAt + 8 * HOUR + 25 * MINUTE, placing);
  ready(story, local('2019-03-18 10:00'), local('2019-03-19 09:40'));
  homecoming(story, local('2019-03-18 11:15'), true, local('2019-03-19 09:40'));
  tell(story, local('2019-03-18 13:05'), placing, 'meddela-hemkomst', { kanTaEmot: true, tid: isoLocal(local('2019-03-19 09:40')) });
  discharge(story, local('2019-03-19 09:40'), 'sarskilt-boende');
  close(story, local('2019-03-19 09:40'), [story.cast.nurse, story.cast.coordinator, story.cast.handler, placing]);
  return story;
}

/** Two days of waiting for the region's own home care: no day of them is the kommun's. */
function openCareUnavailable(): Story {
  const story = open('0687-01', 14, '2019-03-20 14:00');
  const { cast } = story;
  arrive(story, '2019-03-26');
  ready(story, local('2019-03-24 10:00'), local('2019-03-25 09:00'));
  homecoming(story, local('2019-03-24 11:00'), true, local('2019-03-25 09:00'));
  tell(story, local('2019-03-24 13:00'), cast.coordinator, 'meddela-oppenvard', {
    lage: 'ej-tillganglig',
    insats: 'Palliativ hemsjukvård',
    skal: 'Teamet kan börja först om två dagar.',
  });
  tell(story, local('2019-03-26 13:00'), cast.coordinator, 'meddela-oppenvard', { lage: 'tillganglig', insats: 'Palliativ hemsjukvård' });
  discharge(story, local('2019-03-26 15:30'));
  close(story, local('2019-03-26 15:30'), [cast.nurse, cast.coordinator, cast.handler]);
  return story;
}
