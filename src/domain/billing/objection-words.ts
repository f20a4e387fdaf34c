/** The Swedish words of objections: what a kommun says, and how far it has come. */
import type { ObjectionCode, ObjectionState } from './objections.js';

/** What the kommun says of the stay, to stand after a colon. */
export const OBJECTION_NAMES: Record<ObjectionCode, string> = {
  'kallelse-saknas': 'kallelse till SVPL saknas',
  'kallelse-sen': 'kallelsen till SVPL kom för sent',
  'meddelande-saknas': 'ett meddelande saknas',
  'meddelande-sen': 'ett meddelande kom för sent',
  'vardtid-saknas': 'bedömning av vårdtid saknas',
  'fel-kommun': 'fel kommun betalar',
  'fel-tid': 'en tidpunkt är fel',
  'ej-utskrivningsklar': 'patienten var inte utskrivningsklar',
  oppenvard: 'regionens öppenvård var inte tillgänglig',
  utanfor: 'patienten är utanför överenskommelsen',
  'avbojt-insatser': 'patienten har avböjt insatser',
  annat: 'annat skäl',
};

/** How far an objection has come, as economists read it. */
export const OBJECTION_STATE_NAMES: Record<ObjectionState, string> = {
  obesvarad: 'väntar på regionens svar',
  godtagen: 'godtagen',
  avvisad: 'avvisad',
  bestridd: 'avvisad och bestridd',
  bifallen: 'bifallen av tolkningsinstansen',
  avslagen: 'avslagen av tolkningsinstansen',
};
