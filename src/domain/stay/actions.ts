/** The catalogue of staff actions: who may perform each, in which step, and what it is called in Swedish. */

/** How a permitted performer is written: `party/role`, or `party` for every role of it. */
export type Performer = string;

export interface ActionSpec {
  /** Step of J's process, `alla` for those of any time, `rattelse` for corrections. */
  step: 1 | 2 | 3 | 4 | 5 | 6 | 'alla' | 'rattelse';
  by: readonly Performer[];
  /** What a process owner and a receiver of a notice reads. */
  titel: string;
  /** What it does, for descriptions in the Temporal UI and in the API's documentation. */
  beskrivning: string;
}

const NURSE = 'slutenvard/sjukskoterska';
const DOCTOR = 'slutenvard/lakare';
const COORDINATOR = 'vardcentral/vardsamordnare';
const PROFESSIONS = ['slutenvard', 'vardcentral', 'kommun'] as const;
const EVERYBODY = ['slutenvard', 'vardcentral', 'kommun', 'region', 'tolkningsinstans', 'system'] as const;

/** @source domain.md §3, Actions; J bilaga 1 */
export const ACTIONS = {
  'bedom-behov': {
    step: 1,
    by: [DOCTOR, NURSE],
    titel: 'Behov bedömt',
    beskrivning: 'Bedöm om patienten har insatser eller ett nytt behov. Kan göras om.',
  },
  'skicka-inskrivningsmeddelande': {
    step: 1,
    by: [NURSE],
    titel: 'Inskrivningsmeddelande skickat',
    beskrivning: 'Skicka inskrivningsmeddelande till kommun och vårdcentral, inom 24 timmar.',
  },
  'svara-inskrivning': {
    step: 1,
    by: ['kommun/handlaggare', 'kommun/sjukskoterska', COORDINATOR],
    titel: 'Svar på inskrivningsmeddelande',
    beskrivning: 'Svara ej känd, känd eller (kommunen) avvisad. Kan svaras om fram till utskrivning.',
  },
  'ratta-kommun': { step: 1, by: [NURSE], titel: 'Kommun rättad', beskrivning: 'Rätta kommunen, eller vidhåll den trots avvisning.' },
  'utse-fast-vardkontakt': {
    step: 1,
    by: ['vardcentral/verksamhetschef', COORDINATOR],
    titel: 'Fast vårdkontakt utsedd',
    beskrivning: 'Utse fast vårdkontakt i öppenvården.',
  },
  'avboka-besok': {
    step: 1,
    by: ['vardcentral', 'kommun'],
    titel: 'Besök avbokade',
    beskrivning: 'Avboka och eventuellt omboka planerade besök.',
  },
  'bedom-vardtid': {
    step: 2,
    by: [DOCTOR, NURSE],
    titel: 'Beräknad utskrivning bedömd',
    beskrivning: 'Bedöm beräknat datum för utskrivning. Varje senare är en omvärdering som alla får veta.',
  },
  'initiera-svpl': {
    step: 3,
    by: [NURSE],
    titel: 'SVPL initierad',
    beskrivning: 'Initiera samordnad vårdplanering: kallelse till samordnad vårdplanering.',
  },
  'avsta-svpl': {
    step: 3,
    by: [NURSE, COORDINATOR],
    titel: 'SVPL behövs inte',
    beskrivning: 'Dokumentera att SVPL inte behövs, med skäl; meddelas alla.',
  },
  'skjut-upp-svpl': {
    step: 3,
    by: [COORDINATOR],
    titel: 'SVPL uppskjuten',
    beskrivning: 'Skjut upp SVPL till ett senare datum, med skäl.',
  },
  bemanna: {
    step: 3,
    by: ['vardcentral', 'kommun'],
    titel: 'Bemannad',
    beskrivning: 'Bemanna: ange vilka som deltar från vårdcentral eller kommun.',
  },
  'foresla-tid': {
    step: 3,
    by: [COORDINATOR],
    titel: 'Tid för SVPL föreslagen',
    beskrivning: 'Föreslå preliminär tid och plats för SVPL.',
  },
  'kalla-till-svpl': {
    step: 3,
    by: [COORDINATOR],
    titel: 'Kallelse till SVPL',
    beskrivning: 'Kalla till SVPL eller uppföljning av SIP. Kan göras om med ny tid.',
  },
  'kvittera-kallelse': { step: 3, by: PROFESSIONS, titel: 'Kallelse kvitterad', beskrivning: 'Kvittera kallelsen.' },
  'papeka-saknad-profession': {
    step: 3,
    by: ['kommun', 'vardcentral'],
    titel: 'Saknad profession påpekad',
    beskrivning: 'Meddela vårdsamordnaren att en profession inte är kallad.',
  },
  'skriv-vardplan': {
    step: 3,
    by: PROFESSIONS,
    titel: 'Del i vårdplanen skriven',
    beskrivning: 'Skriv sin del av vårdplanen: insatser, ansvar och kontaktuppgifter.',
  },
  'signera-vardplan': {
    step: 3,
    by: PROFESSIONS,
    titel: 'Del i vårdplanen signerad',
    beskrivning: 'Signera sin del av vårdplanen. Ändrad del signeras om.',
  },
  'godkann-vardplan': {
    step: 3,
    by: [NURSE],
    titel: 'Vårdplanen godkänd',
    beskrivning: 'Godkänn vårdplanen när alla kallade har signerat.',
  },
  'skriv-ut-vardplan': {
    step: 3,
    by: [NURSE, 'vardcentral', 'kommun'],
    titel: 'Vårdplanen utskriven på papper',
    beskrivning: 'Skriv ut vårdplanen till patienten. Utskriften antecknas.',
  },
  'meddela-utskrivningsklar': {
    step: 4,
    by: [DOCTOR, NURSE],
    titel: 'Utskrivningsklar',
    beskrivning: 'Meddela att läkaren bedömt patienten utskrivningsklar.',
  },
  'aterkalla-utskrivningsklar': {
    step: 4,
    by: [DOCTOR],
    titel: 'Utskrivningsklar återkallad',
    beskrivning: 'Återkalla utskrivningsklar; utskrivningsmeddelandet dras tillbaka.',
  },
  'kryssa-checklista': { step: 4, by: PROFESSIONS, titel: 'Checklista', beskrivning: 'Kryssa en punkt på sin checklista.' },
  'skicka-utskrivningsmeddelande': {
    step: 4,
    by: [NURSE],
    titel: 'Utskrivningsmeddelande skickat',
    beskrivning: 'Skicka utskrivningsmeddelande: patienten kan lämna sjukhuset inom 24 timmar.',
  },
  'meddela-hemkomst': {
    step: 4,
    by: ['kommun'],
    titel: 'Besked om hemkomst',
    beskrivning: 'Meddela om och när kommunen kan ta emot patienten.',
  },
  'meddela-oppenvard': {
    step: 4,
    by: ['vardcentral', 'slutenvard', 'kommun'],
    titel: 'Besked om regionens öppenvård',
    beskrivning: 'Meddela om den öppenvård som behövs är tillgänglig. Medan den inte är det räknas inga dagar.',
  },
  'skriv-ut': { step: 4, by: ['slutenvard', 'system'], titel: 'Utskriven', beskrivning: 'Skriv ut patienten.' },
  'overfor-information': {
    step: 4,
    by: ['slutenvard'],
    titel: 'Information överförd',
    beskrivning: 'Överför epikriser, läkemedelslista och annan information samma dag som utskrivningen.',
  },
  'hall-svpl': {
    step: 5,
    by: [COORDINATOR],
    titel: 'SVPL genomförd',
    beskrivning: 'Anteckna att SVPL-mötet hållits och vilka som var med.',
  },
  'uppratta-sip': { step: 5, by: [COORDINATOR], titel: 'SIP upprättad', beskrivning: 'Upprätta samordnad individuell plan.' },
  'lamna-beslut': { step: 5, by: PROFESSIONS, titel: 'Beslut lämnat', beskrivning: 'Lämna det beslut som SIP:en väntar på.' },
  'signera-sip': { step: 5, by: [COORDINATOR], titel: 'SIP signerad', beskrivning: 'Signera SIP när inget beslut längre väntas.' },
  'delge-sip': { step: 5, by: [COORDINATOR], titel: 'SIP delgiven', beskrivning: 'Skicka SIP till patient, närstående eller handläggare.' },
  'folj-upp-del': { step: 6, by: PROFESSIONS, titel: 'Egen del i SIP uppföljd', beskrivning: 'Följ upp sin del i SIP.' },
  'folj-upp': {
    step: 6,
    by: [COORDINATOR],
    titel: 'Uppföljning gjord',
    beskrivning: 'Följ upp helheten inom en månad: avslutad, SIP revideras eller nytt möte.',
  },
  kommentera: { step: 'alla', by: EVERYBODY, titel: 'Kommentar', beskrivning: 'Skriv en kommentar till de andra.' },
  'rapportera-avvikelse': { step: 'alla', by: EVERYBODY, titel: 'Avvikelse rapporterad', beskrivning: 'Rapportera en avvikelse.' },
  'avsluta-arende': { step: 'alla', by: PROFESSIONS, titel: 'Ärendet avslutat', beskrivning: 'Avsluta ärendet för den egna parten.' },
  flytta: {
    step: 'rattelse',
    by: ['slutenvard', 'system'],
    titel: 'Flyttad till annan avdelning',
    beskrivning: 'Flytta till en annan avdelning, som tar över.',
  },
  permission: { step: 'rattelse', by: ['slutenvard', 'system'], titel: 'Permission', beskrivning: 'Anteckna permission.' },
  'andra-uppgifter': {
    step: 'rattelse',
    by: ['slutenvard', 'system'],
    titel: 'Uppgifter ändrade',
    beskrivning: 'Ändra patientuppgifter, vårdcentral, vårdform eller lagrum.',
  },
  'angra-utskrivning': {
    step: 'rattelse',
    by: ['slutenvard', 'system'],
    titel: 'Utskrivning ångrad',
    beskrivning: 'Ångra utskrivningen; vårdtillfället fortsätter som förut.',
  },
  'ratta-uppgift': {
    step: 'rattelse',
    by: [...PROFESSIONS, 'system'],
    titel: 'Uppgift rättad',
    beskrivning:
      'Rätta en egen tidigare uppgift. Båda värdena sparas; frister och betalning bedöms om. Ett system rättar vad det självt har fört över.',
  },
  'anmal-dodsfall': { step: 'rattelse', by: EVERYBODY, titel: 'Dödsfall', beskrivning: 'Anmäl dödsfall; allt som återstår upphör.' },
  annullera: {
    step: 'rattelse',
    by: ['slutenvard', 'system'],
    titel: 'Annullerat',
    beskrivning: 'Annullera vårdtillfället: fel patient eller feldokumenterat.',
  },
} as const satisfies Record<string, ActionSpec>;

export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];

export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}

/** Messages count from when they were sent, facts from when they happened. @source domain.md §3, Envelope */
export function isMessage(action: string): boolean {
  return /^(skicka|meddela|kalla|avsta|skjut-upp|svara)-/.test(action) || action === 'ratta-kommun';
}

/** The professions' checklists; those "vid behov" may be answered `ej-aktuellt`. @source J bilaga 1, Steg 2–5 */
export const CHECKLISTS = {
  lakare: [
    'lakemedelsgenomgang',
    'recept',
    'medicinlista-eller-doskort',
    'naringsprodukter',
    'intyg',
    'utskrivningssamtal-och-information-om-vardtiden',
    'medicinsk-epikris',
    'meddelat-sjukskoterska',
  ],
  sjukskoterska: [
    'vardplan-utskriven-och-lamnad',
    'lakemedel-med-hem',
    'kontrollerat-med-lakare',
    'dietist-stomi-diabetes-och-hjalpmedel',
    'transport-och-tid',
  ],
  rehab: ['adl-sammanfattning', 'hjalpmedel-planerade', 'hjalpmedel-forskrivna', 'ny-bedomning-vid-forandring'],
  vardcentral: ['svpl-tid-avstamd', 'ansvar-insatser-hjalpmedel-avstamda', 'planerat-med-lakare', 'teknik-tolk-tillganglighet'],
  kommun: [
    'ansvar-insatser-hjalpmedel-klara',
    'tid-for-hemkomst',
    'moter-upp',
    'epikris-last',
    'lakemedelslista-eller-pascal',
    'utbildningsbehov',
    'tandvardsintyg',
  ],
} as const;
export type Checklist = keyof typeof CHECKLISTS;

export const VID_BEHOV: readonly string[] = [
  'naringsprodukter',
  'intyg',
  'dietist-stomi-diabetes-och-hjalpmedel',
  'hjalpmedel-forskrivna',
  'ny-bedomning-vid-forandring',
  'svpl-tid-avstamd',
  'teknik-tolk-tillganglighet',
  'moter-upp',
  'utbildningsbehov',
  'tandvardsintyg',
];

/** Who owns a checklist. */
export const CHECKLIST_OWNERS: Record<Checklist, readonly Performer[]> = {
  lakare: [DOCTOR],
  sjukskoterska: [NURSE],
  rehab: ['slutenvard/arbetsterapeut', 'slutenvard/fysioterapeut'],
  vardcentral: ['vardcentral'],
  kommun: ['kommun'],
};
