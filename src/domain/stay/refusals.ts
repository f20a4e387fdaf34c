/** Why an action is refused: every code with its HTTP status and its Swedish sentence, in one catalogue. */

export interface RefusalSpec {
  /** 403 not this caller's to do, 409 an unmet need, 422 the message itself is wrong. */
  status: 403 | 404 | 409 | 422;
  sv: string;
}

/** @source domain.md §3 Actions, "needs"; contract.md HTTP API, Status */
export const REFUSALS = {
  'okand-atgard': { status: 404, sv: 'Åtgärden finns inte.' },
  'ogiltig-data': { status: 422, sv: 'Uppgifterna har fel form.' },
  'tidpunkt-i-framtiden': { status: 422, sv: 'Tidpunkten ligger i framtiden.' },
  'tidpunkt-fore-inskrivning': { status: 422, sv: 'Tidpunkten ligger före inskrivningen.' },
  'for-stor': { status: 422, sv: 'Meddelandet är för stort.' },
  'id-anvant': { status: 409, sv: 'Id:t har redan använts med annat innehåll.' },
  annullerad: { status: 409, sv: 'Vårdtillfället är annullerat.' },
  avslutad: { status: 409, sv: 'Ärendet är avslutat.' },
  gallrad: { status: 409, sv: 'Vårdtillfället är gallrat: ingenting kan läggas till eller rättas.' },
  'arendet-fullt': { status: 409, sv: 'Ärendet rymmer inte fler uppgifter. Kontakta regionens processledare.' },
  'ej-behorig': { status: 403, sv: 'Rollen får inte utföra åtgärden.' },
  'fel-enhet': { status: 403, sv: 'Enheten har inte del i vårdtillfället.' },
  'ej-kallad': { status: 403, sv: 'Professionen är inte kallad till vårdplaneringen.' },
  'ej-egen-uppgift': { status: 403, sv: 'Uppgiften är någon annan parts och kan bara rättas av den.' },
  'ej-egen-checklista': { status: 403, sv: 'Checklistan ägs av en annan roll.' },
  utskriven: { status: 409, sv: 'Patienten var redan utskriven.' },
  'ej-utskriven': { status: 409, sv: 'Patienten är inte utskriven.' },
  'behov-ej-bedomt': { status: 409, sv: 'Patientens behov är inte bedömt.' },
  'utanfor-overenskommelsen': { status: 409, sv: 'Patienten tillhör inte överenskommelsens målgrupp.' },
  'identitet-saknas': { status: 409, sv: 'Patientens namn och folkbokföringsadress måste vara kända (LUS 2:2).' },
  'inskrivningsmeddelande-saknas': { status: 409, sv: 'Inskrivningsmeddelande är inte skickat.' },
  'inskrivningsmeddelande-skickat': { status: 409, sv: 'Inskrivningsmeddelande är redan skickat.' },
  'ej-avvisad': { status: 409, sv: 'Kommunen är redan den rätta; inget finns att rätta.' },
  'inskrivningsorsak-saknas': { status: 409, sv: 'Inskrivningsorsak måste anges en gång, här eller i inskrivningsmeddelandet.' },
  'vardtidsbedomning-saknas': { status: 409, sv: 'Vårdtiden är inte bedömd.' },
  tvangsvard: { status: 409, sv: 'Under LPT eller LRV planeras vården enligt 7 a § LPT respektive 12 a § LRV, inte här.' },
  'svpl-ej-initierad': { status: 409, sv: 'SVPL är inte initierad.' },
  'svpl-ej-kallad': { status: 409, sv: 'Det finns ingen kallelse till SVPL.' },
  'svpl-ej-genomford': { status: 409, sv: 'SVPL är inte genomförd.' },
  'fast-vardkontakt-saknas': { status: 409, sv: 'Fast vårdkontakt är inte utsedd.' },
  'vardplan-ej-skriven': { status: 409, sv: 'Den egna delen av vårdplanen är inte skriven.' },
  'vardplan-ej-signerad': { status: 409, sv: 'Alla kallade har inte signerat sin del av vårdplanen.' },
  'vardplan-ej-godkand': { status: 409, sv: 'Vårdplanen är inte godkänd.' },
  'ej-deltagit': { status: 403, sv: 'Vårdplanen skrivs ut av dem som deltagit i planeringen.' },
  'redan-utskrivningsklar': { status: 409, sv: 'Patienten är redan meddelad utskrivningsklar.' },
  'ej-utskrivningsklar': { status: 409, sv: 'Patienten är inte meddelad utskrivningsklar.' },
  'checklista-ej-klar': { status: 409, sv: 'Checklistans punkter är inte klara.' },
  'utskrivning-over-24-timmar': { status: 409, sv: 'Utskrivningen ska kunna ske inom 24 timmar från meddelandet.' },
  'sip-saknas': { status: 409, sv: 'SIP är inte upprättad.' },
  'sip-ej-signerad': { status: 409, sv: 'SIP är inte signerad.' },
  'beslut-vantas': { status: 409, sv: 'Ett beslut väntas fortfarande.' },
  'inget-beslut-vantas': { status: 409, sv: 'Inget beslut väntas från parten.' },
  'uppfoljning-for-sent': { status: 409, sv: 'Uppföljningen ska ske senast en månad efter mötet.' },
  'ej-dags-att-avsluta': { status: 409, sv: 'Ärendet kan inte avslutas än.' },
  'redan-avslutat': { status: 409, sv: 'Parten har redan avslutat ärendet.' },
  'uppgift-finns-inte': { status: 409, sv: 'Den uppgift som ska rättas finns inte.' },
  'uppgift-kan-ej-rattas': { status: 409, sv: 'Den uppgiften rättas inte så; gör åtgärden på nytt.' },
  'internt-fel': { status: 409, sv: 'Åtgärden kunde inte tas emot. Felet är antecknat.' },
} as const satisfies Record<string, RefusalSpec>;

export type RefusalCode = keyof typeof REFUSALS;
