/** Generated from the OpenAPI document by `npm run gen`; not to be edited. */

export type Feed = {
  /** earliest `at` of the feed that is not yet answered; null: the feed is done */
  watermark: string | null;
};

export type Admission = {
  region: string;
  /** ISO 8601 with offset */
  admittedAt: string;
  ward: {
    hsaId: string;
    name: string;
  };
  careForm: "somatisk" | "psykiatrisk";
  legalForm: "HSL" | "LPT" | "LRV";
  kommun: string;
  placerandeKommun?: string | undefined;
  vardcentral: {
    hsaId: string;
    name: string;
  };
  patient: {
    personnummer?: string | undefined;
    reservnummer?: string | undefined;
    name?: string | undefined;
    folkbokforingsadress?: string | undefined;
    skyddad?: boolean | undefined;
  };
};

/** Problem Details, RFC 9457 */
export type Problem = {
  /** `urn:hemgang:problem:` and the code */
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string | undefined;
  instance?: string | undefined;
  errors?: {
    path: string;
    message: string;
  }[] | undefined;
};

export type StayProof = {
  stayId: string;
  payer: string | null;
  placerandeKommun: string | null;
  careForm: "somatisk" | "psykiatrisk";
  admittedAt: string | null;
  dischargedAt: string | null;
  utskrivningsklarAt: string | null;
  summary: string;
  outcome: "snitt" | "individuell" | "utesluten" | "fri" | null;
  reason: string | null;
  days: {
    days: number | null;
    text: string;
    withdrawn: {
      from: string;
      until: string;
    }[];
    blocked: {
      from: string;
      until: string;
    }[];
  };
  /** null in the average */
  billableDays: number | null;
  /** null in the average, and while the price is unknown */
  amountOre: number | null;
  preconditions: {
    id: string;
    title: string;
    source: string;
    state: "ja" | "nej" | "vantar" | "behovs-inte";
    reason: string | null;
    at: string | null;
    registeredAt: string | null;
    countsFrom: string | null;
    dueAt: string | null;
    text: string;
  }[];
  steps: {
    actionId: string;
    action: string;
    title: string;
    by: {
      party: string;
      unit: string;
      [more: string]: unknown;
    };
    to: {
      party: string;
      unit: string;
      [more: string]: unknown;
    }[];
    at: string;
    registeredAt: string;
    countsFrom: string;
    late: boolean;
    imported: boolean;
    corrected: {
      at: string;
      wasAt: string;
      wasCountsFrom: string;
    }[];
    [more: string]: unknown;
  }[];
};

export type UnitRef = {
  party: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan";
  unit: string;
};

export type Deadline = {
  id: "inskrivningsmeddelande" | "vardtidsbedomning" | "svar-inskrivning" | "ratta-kommun" | "fast-vardkontakt" | "bemanning" | "svpl-kallelse" | "kvittering" | "vardplan-signerad" | "utskrivning" | "individuell-berakning" | "betalningsansvar" | "informationsoverforing" | "svpl-mote" | "beslut-sip" | "uppfoljning" | "avsluta-arende";
  owner: UnitRef;
  startedAt: string;
  dueAt: string;
  reminderAt: string;
  overdue: boolean;
  [more: string]: unknown;
};

export type StayDelivery = {
  noticeId: string;
  type: string;
  unit: string;
  /** `ingen`: the routing has no way for the unit */
  channel: "inkorg" | "webhook" | "epost" | "ingen";
  /** `sent`: on its way */
  status: "sent" | "delivered" | "acknowledged" | "failed";
  at: string;
  /** tries so far */
  attempts: number;
  /** why it failed, or why it is not there yet */
  error?: string | undefined;
};

export type Delivery = {
  id: string;
  noticeId: string;
  type: string;
  unit: string;
  /** `ingen`: the routing has no way for the unit */
  channel: "inkorg" | "webhook" | "epost" | "ingen";
  /** `sent`: on its way */
  status: "sent" | "delivered" | "acknowledged" | "failed";
  at: string;
  /** tries so far */
  attempts: number;
  /** why it failed, or why it is not there yet */
  error?: string | undefined;
  party?: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan" | undefined;
  /** absent when it concerns a month */
  stayId?: string | undefined;
  /** the receiver, as `/v1/endpoints` has it */
  endpoint?: string | undefined;
  /** the last ten tries, in real time */
  history: {
    at: string;
    /** absent: it was taken */
    error?: string | undefined;
  }[];
};

export type Endpoint = {
  /** `webhook:` and its name in the routing file, or `epost:` and its address */
  endpoint: string;
  /** a webhook's host */
  host?: string | undefined;
  /** `disabled`: it answered 410, and nothing is sent until it is enabled */
  state: "healthy" | "backing-off" | "disabled";
  /** failed tries in a row */
  failures: number;
  /** notices on their way to it */
  waiting: number;
  downSince?: string | undefined;
  /** nothing is sent before */
  retryAt?: string | undefined;
  lastSuccessAt?: string | undefined;
  lastFailureAt?: string | undefined;
  lastError?: string | undefined;
};

export type Stay = {
  stayId: string;
  region: string;
  /** absent for those who have no part in the stay any more */
  phase?: "annullerad" | "avslutad" | "utanfor" | "uppfoljning" | "utskriven" | "utskrivningsklar" | "planering" | "inskriven" | undefined;
  kommun?: string | undefined;
  agreement: string;
  /** since when the identity and every text of the stay are destroyed: a text reads `«gallrat»` */
  gallratAt?: string | undefined;
  deadlines?: Deadline[] | undefined;
  ball?: UnitRef[] | undefined;
  deviations?: {
    id: string;
    type: string;
    at: string;
    status: "oppen" | "avslutad" | "sen-registrering";
    [more: string]: unknown;
  }[] | undefined;
  episode?: {
    missing?: string[] | undefined;
    [more: string]: unknown;
  } | undefined;
  deliveries?: StayDelivery[] | undefined;
  refused?: {
    action: string;
    at: string;
    code: string;
    [more: string]: unknown;
  }[] | undefined;
  log?: {
    action: string;
    at: string;
    receivedAt: string;
    by: {
      party: string;
      unit: string;
      [more: string]: unknown;
    };
    [more: string]: unknown;
  }[] | undefined;
  [more: string]: unknown;
};

export type Accepted = {
  stayId: string;
  action: string;
  id: string;
  /** absent for those who have no part in the stay any more */
  phase?: "annullerad" | "avslutad" | "utanfor" | "uppfoljning" | "utskriven" | "utskrivningsklar" | "planering" | "inskriven" | undefined;
  deadlines: Deadline[];
  warnings?: string[] | undefined;
};

export type Case = {
  stayId: string;
  region: string;
  phase: string;
  kommun?: string | undefined;
  vardcentral?: string | undefined;
  ward?: string | undefined;
  admittedAt?: string | undefined;
  dischargedAt?: string | undefined;
  endedAt?: string | undefined;
  /** the soonest open deadline */
  deadline?: {
    id: "inskrivningsmeddelande" | "vardtidsbedomning" | "svar-inskrivning" | "ratta-kommun" | "fast-vardkontakt" | "bemanning" | "svpl-kallelse" | "kvittering" | "vardplan-signerad" | "utskrivning" | "individuell-berakning" | "betalningsansvar" | "informationsoverforing" | "svpl-mote" | "beslut-sip" | "uppfoljning" | "avsluta-arende";
    owner: UnitRef;
    dueAt: string;
  } | undefined;
  overdue: boolean;
};

export type Notice = {
  noticeId: string;
  /** the action's or deadline's id, or what it tells of a month's billing; `paminnelse:`, `forsenad:` or `sen-registrering:` (not late after all) before a deadline's, `avvisad:` before a refused action's */
  type: string;
  /** absent when it concerns a month */
  stayId?: string | undefined;
  /** path of the API where the rest is read */
  reference?: string | undefined;
  occurredAt: string;
  text: string;
  deadline?: {
    id: "inskrivningsmeddelande" | "vardtidsbedomning" | "svar-inskrivning" | "ratta-kommun" | "fast-vardkontakt" | "bemanning" | "svpl-kallelse" | "kvittering" | "vardplan-signerad" | "utskrivning" | "individuell-berakning" | "betalningsansvar" | "informationsoverforing" | "svpl-mote" | "beslut-sip" | "uppfoljning" | "avsluta-arende";
    dueAt: string;
  } | undefined;
  acknowledgedAt?: string | undefined;
};

export type CasePage = {
  items: Case[];
  /** `after` of the next page; null at the end */
  next: string | null;
};

export type DeliveryPage = {
  items: Delivery[];
  /** `after` of the next page; null at the end */
  next: string | null;
};

export type NoticePage = {
  items: Notice[];
  /** `after` of the next page; null at the end */
  next: string | null;
};

export type Clock = {
  now: string;
  scale: number;
};

export type Actor = {
  party: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan";
  unit: string;
  role?: string | undefined;
  name?: string | undefined;
};

export type Access = {
  /** real time */
  at: string;
  /** the same, unless the clock is simulated */
  domainAt: string;
  /** the token's `sub` */
  subject: string;
  name?: string | undefined;
  party: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan";
  unit: string;
  roles: string[];
  /** the action, or what was read */
  operation: string;
  /** `seen`; `done`; `not-done`: refused by a rule; `forbidden`: not for that role; `hidden`: asked for by somebody who may not know of the stay, and answered as if there were none */
  outcome: "seen" | "done" | "not-done" | "forbidden" | "hidden";
  region: string;
  stayIds: string[];
};

export type AccessPage = {
  items: Access[];
  /** `after` of the next page; null at the end */
  next: string | null;
};

export type Objection = {
  objectionId: string;
  payer: string;
  stayId: string;
  code: "kallelse-saknas" | "kallelse-sen" | "meddelande-saknas" | "meddelande-sen" | "vardtid-saknas" | "fel-kommun" | "fel-tid" | "ej-utskrivningsklar" | "oppenvard" | "utanfor" | "avbojt-insatser" | "annat";
  text: string;
  at: string;
  by: Actor;
  /** made while the stay could be objected to; one that came later changes nothing before it is accepted */
  inTime: boolean;
  state: "obesvarad" | "godtagen" | "avvisad" | "bestridd" | "bifallen" | "avslagen";
  /** unanswered then, it counts as accepted */
  answerDueAt: string;
  /** until when the kommun may dispute a rejection */
  disputeUntil: string | null;
  /** `by` null: nobody answered in time */
  answer: {
    accepted: boolean;
    text: string;
    at: string;
    by: Actor | null;
    rattad: boolean;
  } | null;
  dispute: {
    text: string;
    at: string;
    by: Actor;
  } | null;
  /** the tolkningsinstans' word, which binds */
  decision: {
    accepted: boolean;
    text: string;
    at: string;
    by: Actor | null;
  } | null;
};

export type ObjectionList = {
  items: Objection[];
};

/** Whether the kommun's invoice is held back, and approved */
export type Invoicing = {
  held: {
    text: string;
    at: string;
    by: Actor;
  } | null;
  approved: {
    at: string;
    by: Actor;
  } | null;
};

export type KommunMonth = {
  payer: string;
  stays: number;
  excluded: {
    stayId: string;
    reason: "annullerad" | "utanfor-overenskommelsen" | "inskrivningsmeddelande-saknas" | "inskrivningsmeddelande-sen" | "vardtidsbedomning-saknas" | "utskrivningsklar-saknas" | "utskrivningsmeddelande-saknas" | "svpl-kallelse-saknas" | "svpl-kallelse-sen" | "oppenvard-saknas" | "avliden" | "annan";
  }[];
  averageStays: number | null;
  averageDaysTotal: number | null;
  threshold: string | null;
  average: string | null;
  averageBillableDays: string | null;
  averageAmountOre: number | null;
  individual: {
    stayId: string;
    days: number;
    billableDays: number;
    amountOre: number | null;
  }[];
  individualAmountOre: number | null;
  amountOre: number | null;
};

export type Invoice = {
  number: string;
  payer: string;
  n: number;
  kind: "faktura" | "kreditfaktura" | "debetfaktura";
  amountOre: number;
  /** what the month comes to with this one */
  totalOre: number;
  refersTo: string | null;
  issuedAt: string;
  dueDate: string;
  /** stays held back as disputed */
  contested: string[];
  /** stays that changed since the one before */
  changed: string[];
};

export type Document = {
  payer: string;
  /** the invoice's; 0: the zero basis */
  n: number;
  kind: "underlag.pdf" | "underlag.xlsx" | "underlag.csv" | "faktura.xml";
  href: string;
  sha256: string;
  size: number;
  at: string;
};

export type BillingMonth = {
  region: string;
  agreement: string;
  agreementVersion: string;
  month: string;
  state: "lopande" | "preliminar" | "last" | "fakturerad";
  preliminaryAt: string | null;
  /** from then on the figures are those that were frozen */
  frozenAt: string | null;
  hash: string | null;
  vardprisOre: number | null;
  kommuner: KommunMonth[];
  amountOre: number | null;
  andraRegioner: {
    agreement: string;
    kommuner: KommunMonth[];
    amountOre: number | null;
  } | null;
  /** stays that count for now: their call to SVPL is still to come */
  vantar: string[];
  objections: Objection[];
  documents: Document[];
  invoices: Invoice[];
  /** of one payer: when its basis was sent, and until when what it held can be objected to */
  sent?: {
    no: number;
    at: string;
    objectUntil: string;
    changed: number;
  }[] | undefined;
  invoicing?: Invoicing | undefined;
  [more: string]: unknown;
};

export type MonthRules = {
  region: string;
  month: string;
  state: "lopande" | "preliminar" | "last" | "fakturerad";
  frozenAt: string | null;
  hash: string | null;
  agreement: {
    id: string;
    version: string;
    [more: string]: unknown;
  };
  /** the law, for payers of other regions */
  fallback: {
    id: string;
    version: string;
    [more: string]: unknown;
  } | null;
  /** öre per day, by year */
  vardpriser: Record<string, number>;
};

export type HospitalMessage = {
  id: string;
  /** the sending system, by its name in the mapping; `okand` when it is none of those */
  source: string;
  /** the sender's own id of it (MSH-10) */
  messageId: string;
  /** the event (A01) */
  trigger: string;
  region?: string | undefined;
  stayId?: string | undefined;
  state: "mottagen" | "tillampad" | "parkerad" | "avvisad" | "ignorerad" | "vantar";
  /** why it is parked, refused or ignored */
  reason?: string | undefined;
  /** what its sender was answered */
  ack: "AA" | "AE";
  /** how often it has come */
  times: number;
  occurredAt?: string | undefined;
  registeredAt?: string | undefined;
  receivedAt: string;
  /** when its stay was last told */
  settledAt?: string | undefined;
  waitUntil?: string | undefined;
  droppedAt?: string | undefined;
};

export type HospitalMessagePage = {
  items: HospitalMessage[];
  next: string | null;
  counts: {
    mottagen: number;
    tillampad: number;
    parkerad: number;
    avvisad: number;
    ignorerad: number;
    vantar: number;
  };
};

export type Report = {
  region: string;
  agreement: {
    id: string;
    name: string;
  };
  kind: "manad" | "kvartal" | "halvar" | "ar";
  title: string;
  audience: string;
  period: {
    /** YYYY-MM */
    from: string;
    /** YYYY-MM */
    to: string;
  };
  /** the period that it is compared with: equally long, just before */
  before: {
    /** YYYY-MM */
    from: string;
    /** YYYY-MM */
    to: string;
  };
  asOf: string;
  /** its last month is not over */
  running: boolean;
  /** what the page shows to this audience; the JSON holds everything */
  sections: ("sammanfattning" | "utfall" | "kvalitet" | "invandningar" | "processen" | "vardcentraler" | "dagar" | "aterinskrivning" | "avvikelser" | "delaktighet" | "vardsamordnare" | "utveckling")[];
  /** discharges of the target group */
  stays: {
    count: number;
    before: number;
  };
  /** the region's stays with 0, 1, 2 … whole days as utskrivningsklar */
  readyDays: number[];
  indicators: {
    id: string;
    name: string;
    short: string;
    unit: "procent" | "dagar" | "antal" | "kronor";
    better: "hogre" | "lagre" | null;
    counted: string;
    numerator: string;
    denominator: string;
    leftOut: string;
    source: string;
    per: ("region" | "kommun" | "vardcentral")[];
    figures: {
      /** exact decimal; null where nothing is counted */
      value: string | null;
      numerator: number | null;
      denominator: number | null;
      /** how many cannot be judged yet */
      waits: number;
      unit: {
        type: "region" | "kommun" | "vardcentral";
        /** region id, kommunkod or HSA-id; `ovriga`: kommuner outside the agreement, `ingen`: stays that no kommun has in sight */
        id: string;
        name: string;
      };
      /** fewer than ten cases */
      few: boolean;
      before: {
        /** exact decimal; null where nothing is counted */
        value: string | null;
        numerator: number | null;
        denominator: number | null;
        /** how many cannot be judged yet */
        waits: number;
      };
    }[];
  }[];
  /** by month, at least a year: the region by indicator id */
  trend: {
    /** YYYY-MM */
    month: string;
    stays: number;
    values: Record<string, string | null>;
  }[];
  deviations: {
    rows: {
      type: string;
      name: string;
      count: number;
      before: number;
    }[];
    units: {
      unit: {
        type: "region" | "kommun" | "vardcentral";
        /** region id, kommunkod or HSA-id; `ovriga`: kommuner outside the agreement, `ingen`: stays that no kommun has in sight */
        id: string;
        name: string;
      };
      types: Record<string, number>;
    }[];
  };
  objections: {
    rows: {
      code: string;
      name: string;
      count: number;
      upheld: number;
      rejected: number;
      open: number;
      states: Record<string, number>;
    }[];
    before: number;
    units: {
      unit: {
        type: "region" | "kommun" | "vardcentral";
        /** region id, kommunkod or HSA-id; `ovriga`: kommuner outside the agreement, `ingen`: stays that no kommun has in sight */
        id: string;
        name: string;
      };
      rows: {
        code: string;
        name: string;
        count: number;
        upheld: number;
        rejected: number;
        open: number;
        states: Record<string, number>;
      }[];
    }[];
  };
  /** the ledger's own sums and invoices */
  outcome: {
    kommuner: {
      payer: string;
      name: string;
      months: {
        /** YYYY-MM */
        month: string;
        state: "lopande" | "preliminar" | "last" | "fakturerad";
        stays: number;
        /** exact decimal; null where nothing is counted */
        average: string | null;
        /** exact decimal; null where nothing is counted */
        threshold: string | null;
        amountOre: number | null;
        invoicedOre: number;
        invoices: {
          number: string;
          kind: "faktura" | "kreditfaktura" | "debetfaktura";
          amountOre: number;
          /** epoch milliseconds */
          issuedAt: number;
          /** how many stays it says have changed */
          changed: number;
        }[];
      }[];
      stays: number;
      amountOre: number | null;
      invoicedOre: number;
    }[];
    stays: number;
    amountOre: number | null;
    invoicedOre: number;
    before: {
      stays: number;
      amountOre: number | null;
    } | null;
  };
  vardsamordnare: {
    hsaId: string;
    name: string;
    listade: number;
    timmar: string;
    riktmarke: string;
  }[];
};

export type ReportImport = {
  region: string;
  kind: string;
  rows: number;
  /** earlier rows that these took the place of */
  replaced: number;
};

export type EndpointList = {
  items: Endpoint[];
};

/** Stable: what a program goes by */
export type ProblemCode = "accesses-unavailable" | "annullerad" | "arendet-fullt" | "avslutad" | "behov-ej-bedomt" | "beslut-vantas" | "by-disagrees" | "checklista-ej-klar" | "clock-not-simulated" | "ej-avvisad" | "ej-behorig" | "ej-dags-att-avsluta" | "ej-deltagit" | "ej-egen-checklista" | "ej-egen-uppgift" | "ej-kallad" | "ej-utskriven" | "ej-utskrivningsklar" | "fakturan-inte-gjord" | "fast-vardkontakt-saknas" | "fel-enhet" | "for-stor" | "gallrad" | "headers-too-large" | "id-anvant" | "identitet-saknas" | "ingen-faktura" | "ingen-tolkningsinstans" | "ingen-vag" | "inget-beslut-vantas" | "inskrivningsmeddelande-saknas" | "inskrivningsmeddelande-skickat" | "inskrivningsorsak-saknas" | "inte-avvisad" | "inte-parkerad" | "inte-rattad" | "internal" | "internt-fel" | "invalid-token" | "invandning-finns" | "issuer-unavailable" | "ledger-unavailable" | "leverans-inte-misslyckad" | "manaden-inte-sand" | "no-such-delivery" | "no-such-endpoint" | "no-such-message" | "no-such-month" | "no-such-notice" | "no-such-payer" | "no-such-region" | "no-such-route" | "no-such-stay" | "no-token" | "not-allowed" | "not-http" | "not-json" | "not-json-type" | "ogiltig-data" | "okand-atgard" | "okand-invandning" | "only-systems" | "overloaded" | "redan-avgjord" | "redan-avslutat" | "redan-besvarad" | "redan-utskrivningsklar" | "sip-ej-signerad" | "sip-saknas" | "svpl-ej-genomford" | "svpl-ej-initierad" | "svpl-ej-kallad" | "temporal-unavailable" | "tidpunkt-fore-inskrivning" | "tidpunkt-i-framtiden" | "token-claims" | "too-large" | "too-many-requests" | "too-many-streams" | "too-slow" | "tvangsvard" | "uppfoljning-for-sent" | "uppgift-finns-inte" | "uppgift-kan-ej-rattas" | "utanfor-overenskommelsen" | "utskriven" | "utskrivning-over-24-timmar" | "vardplan-ej-godkand" | "vardplan-ej-signerad" | "vardplan-ej-skriven" | "vardtidsbedomning-saknas" | "vardtillfallet-ej-i-underlaget";

/** What each action is told of, by its name. */
export interface ActionData {
  /** Uppgifter ändrade */
  'andra-uppgifter': {
    patient?: {
      personnummer?: string | undefined;
      reservnummer?: string | undefined;
      name?: string | undefined;
      folkbokforingsadress?: string | undefined;
      skyddad?: boolean | undefined;
    } | undefined;
    vardcentral?: {
      hsaId: string;
      name: string;
    } | undefined;
    legalForm?: "HSL" | "LPT" | "LRV" | undefined;
    careForm?: "somatisk" | "psykiatrisk" | undefined;
  };
  /** Utskrivning ångrad */
  'angra-utskrivning': {
    skal: string;
  };
  /** Dödsfall */
  'anmal-dodsfall': {
    /** ISO 8601 with offset */
    tidpunkt: string;
  };
  /** Annullerat */
  annullera: {
    skal: "fel-patient" | "feldokumenterat";
  };
  /** Utskrivningsklar återkallad */
  'aterkalla-utskrivningsklar': {
    skal: string;
  };
  /** Besök avbokade */
  'avboka-besok': {
    besok: string[];
    ombokat?: string[] | undefined;
  };
  /** Ärendet avslutat */
  'avsluta-arende': Record<string, never>;
  /** SVPL behövs inte */
  'avsta-svpl': {
    skal: "inga-nya-behov" | "fungerande-sip" | "ej-aktuellt" | "patienten-avbojer" | "korttids" | "aterinlagd" | "annat";
    text: string;
  };
  /** Behov bedömt */
  'bedom-behov': {
    harInsatser: boolean;
    nyttBehov: boolean;
    endastRegionensOppenvard: boolean;
  };
  /** Beräknad utskrivning bedömd */
  'bedom-vardtid': {
    beraknadUtskrivning: string;
    inskrivningsorsak?: string | undefined;
  };
  /** Bemannad */
  bemanna: {
    personer: {
      profession: string;
      namn: string;
      telefon: string;
    }[];
  };
  /** SIP delgiven */
  'delge-sip': {
    till: ("patient" | "narstaende" | "handlaggare")[];
  };
  /** Flyttad till annan avdelning */
  flytta: {
    avdelning: {
      hsaId: string;
      name: string;
    };
    /** ISO 8601 with offset */
    tidpunkt: string;
    careForm?: "somatisk" | "psykiatrisk" | undefined;
  };
  /** Uppföljning gjord */
  'folj-upp': {
    resultat: "avslutad" | "sip-revideras" | "nytt-mote";
    /** ISO 8601 with offset */
    kontaktMedPatient: string;
    text?: string | undefined;
  };
  /** Egen del i SIP uppföljd */
  'folj-upp-del': {
    resultat: string;
    text?: string | undefined;
  };
  /** Tid för SVPL föreslagen */
  'foresla-tid': {
    /** ISO 8601 with offset */
    tid: string;
    plats: "bostad" | "sjukhus" | "video";
  };
  /** Vårdplanen godkänd */
  'godkann-vardplan': Record<string, never>;
  /** SVPL genomförd */
  'hall-svpl': {
    /** ISO 8601 with offset */
    tidpunkt: string;
    plats: "bostad" | "sjukhus" | "video";
    narvarande: {
      part: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan" | "patient" | "narstaende";
      profession?: string | undefined;
    }[];
  };
  /** SVPL initierad */
  'initiera-svpl': {
    samtycke: "ja" | "foretradare" | "menprovning";
    kontaktOnskasMed: {
      part: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan";
      profession: string;
    }[];
    adl: string;
    kommunikation: string;
    hjalpmedel: string[];
    oppenpsykiatri?: string | undefined;
    narstaende?: string | undefined;
  };
  /** Kallelse till SVPL */
  'kalla-till-svpl': {
    typ: "svpl" | "uppfoljning-av-sip";
    /** ISO 8601 with offset */
    tid: string;
    plats: "bostad" | "sjukhus" | "video";
    kallade: {
      part: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan";
      profession: string;
      namn?: string | undefined;
      iSystemet: boolean;
    }[];
  };
  /** Kommentar */
  kommentera: {
    text: string;
  };
  /** Checklista */
  'kryssa-checklista': {
    lista: "lakare" | "sjukskoterska" | "rehab" | "vardcentral" | "kommun";
    punkt: "lakemedelsgenomgang" | "recept" | "medicinlista-eller-doskort" | "naringsprodukter" | "intyg" | "utskrivningssamtal-och-information-om-vardtiden" | "medicinsk-epikris" | "meddelat-sjukskoterska" | "vardplan-utskriven-och-lamnad" | "lakemedel-med-hem" | "kontrollerat-med-lakare" | "dietist-stomi-diabetes-och-hjalpmedel" | "transport-och-tid" | "adl-sammanfattning" | "hjalpmedel-planerade" | "hjalpmedel-forskrivna" | "ny-bedomning-vid-forandring" | "svpl-tid-avstamd" | "ansvar-insatser-hjalpmedel-avstamda" | "planerat-med-lakare" | "teknik-tolk-tillganglighet" | "ansvar-insatser-hjalpmedel-klara" | "tid-for-hemkomst" | "moter-upp" | "epikris-last" | "lakemedelslista-eller-pascal" | "utbildningsbehov" | "tandvardsintyg";
    svar: "klar" | "ej-aktuellt";
  };
  /** Kallelse kvitterad */
  'kvittera-kallelse': Record<string, never>;
  /** Beslut lämnat */
  'lamna-beslut': {
    beslut: string;
  };
  /** Besked om hemkomst */
  'meddela-hemkomst': {
    kanTaEmot: boolean;
    /** ISO 8601 with offset */
    tid?: string | undefined;
    skal?: string | undefined;
  };
  /** Besked om regionens öppenvård */
  'meddela-oppenvard': {
    lage: "tillganglig" | "ej-tillganglig" | "oklart";
    insats: string;
    skal?: string | undefined;
  };
  /** Utskrivningsklar */
  'meddela-utskrivningsklar': {
    /** ISO 8601 with offset */
    bedomd: string;
  };
  /** Information överförd */
  'overfor-information': {
    vad: string[];
  };
  /** Saknad profession påpekad */
  'papeka-saknad-profession': {
    profession: string;
    skal: string;
  };
  /** Permission */
  permission: {
    /** ISO 8601 with offset */
    from: string;
    /** ISO 8601 with offset */
    until?: string | undefined;
  };
  /** Avvikelse rapporterad */
  'rapportera-avvikelse': {
    typ: string;
    text: string;
  };
  /** Kommun rättad */
  'ratta-kommun': {
    kommun: string;
    placerandeKommun?: string | undefined;
  };
  /** Uppgift rättad */
  'ratta-uppgift': {
    actionId: string;
    /** ISO 8601 with offset */
    at?: string | undefined;
    data?: Record<string, unknown> | undefined;
    skal: string;
  };
  /** SIP signerad */
  'signera-sip': Record<string, never>;
  /** Del i vårdplanen signerad */
  'signera-vardplan': Record<string, never>;
  /** Inskrivningsmeddelande skickat */
  'skicka-inskrivningsmeddelande': {
    samtycke: "ja" | "nej" | "menprovning";
    beraknadUtskrivning: string;
    insatserIdag?: string | undefined;
    inskrivningsorsak?: string | undefined;
    kommentar?: string | undefined;
  };
  /** Utskrivningsmeddelande skickat */
  'skicka-utskrivningsmeddelande': {
    /** ISO 8601 with offset */
    utskrivning: string;
    /** ISO 8601 with offset */
    bedomd?: string | undefined;
  };
  /** SVPL uppskjuten */
  'skjut-upp-svpl': {
    datum: string;
    skal: string;
  };
  /** Utskriven */
  'skriv-ut': {
    /** ISO 8601 with offset */
    tidpunkt: string;
    till: "hem" | "sarskilt-boende" | "korttids" | "annan-klinik" | "avliden";
  };
  /** Vårdplanen utskriven på papper */
  'skriv-ut-vardplan': Record<string, never>;
  /** Del i vårdplanen skriven */
  'skriv-vardplan': {
    insatser: string;
    ansvar: string;
    kontakt: {
      namn: string;
      telefon: string;
    };
  };
  /** Svar på inskrivningsmeddelande */
  'svara-inskrivning': {
    svar: "ej-kand" | "kand" | "avvisad";
    skal?: "ej-folkbokford" | undefined;
    rattKommun?: string | undefined;
    adl?: string | undefined;
    kommunikation?: string | undefined;
    boendeform?: string | undefined;
    tillganglighet?: string | undefined;
    insatser?: {
      sol?: string[] | undefined;
      hsl?: string[] | undefined;
      lss?: string[] | undefined;
    } | string | undefined;
    avbokat?: string[] | undefined;
  };
  /** SIP upprättad */
  'uppratta-sip': {
    samtycke: "ja" | "foretradare";
    viktigtForMig: string;
    mal: string[];
    insatser: {
      vad: string | string[];
      huvudman: string;
      ansvarig: string;
      kontakt: {
        namn: string;
        telefon: string;
      };
    }[];
    egenvard?: string | undefined;
    huvudansvar: string;
    uppfoljning: string;
    vantarPaBeslut?: {
      part: "slutenvard" | "vardcentral" | "kommun" | "region" | "tolkningsinstans" | "system" | "annan";
      senast: string;
    }[] | undefined;
  };
  /** Fast vårdkontakt utsedd */
  'utse-fast-vardkontakt': {
    namn: string;
    telefon: string;
  };
}

/** Every operation: what is asked, what is sent, what is answered. */
export interface Operations {
  /** Acknowledge a notice */
  acknowledgeNotice: {
    path: {
      /** HSA-id, kommunkod, region id or the id of another party */
      unit: string;
      noticeId: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: undefined;
  };
  /** Admit a patient */
  admit: {
    path: {
      /** 1–64 of A–Z a–z 0–9 . _ -, unique in the service, never a personnummer */
      stayId: string;
    };
    query: Record<string, never>;
    body: Admission;
    answer: Stay;
  };
  /** Answer an objection */
  answerInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
      objectionId: string;
    };
    query: Record<string, never>;
    body: {
      accepted: boolean;
      /** the stay's facts have been corrected, and decide */
      rattad?: boolean | undefined;
      text: string;
      by?: Actor | undefined;
    };
    answer: Objection;
  };
  /** Approve a kommun's invoice */
  approveInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: Record<string, never>;
    body: {
      by?: Actor | undefined;
    } | undefined;
    answer: Invoicing;
  };
  /** Decide a disputed objection */
  decisionInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
      objectionId: string;
    };
    query: Record<string, never>;
    body: {
      accepted: boolean;
      text: string;
      by?: Actor | undefined;
    };
    answer: Objection;
  };
  /** Dispute a rejection */
  disputeInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
      objectionId: string;
    };
    query: Record<string, never>;
    body: {
      text: string;
      by?: Actor | undefined;
    };
    answer: Objection;
  };
  /** Give a parked message up */
  dropMessage: {
    path: {
      /** its `id` in the list */
      message: string;
    };
    query: Record<string, never>;
    body: {
      /** why; no identity in it */
      reason: string;
    };
    answer: HospitalMessage;
  };
  /** Send to a receiver again */
  enableEndpoint: {
    path: {
      /** as `/v1/endpoints` has it, percent-encoded */
      endpoint: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: undefined;
  };
  /** Liveness */
  healthz: {
    path: Record<string, never>;
    query: Record<string, never>;
    body: undefined;
    answer: {
      status: "ok";
    };
  };
  /** Hold a kommun's invoice */
  holdInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: Record<string, never>;
    body: {
      text: string;
      by?: Actor | undefined;
    };
    answer: Invoicing;
  };
  /** Bring in a file */
  importReportFile: {
    path: {
      region: string;
      kind: "delaktighet" | "vardcentraler";
    };
    query: Record<string, never>;
    body: {
      /** the file's text */
      csv: string;
    };
    answer: ReportImport;
  };
  /** List deliveries that failed, or that wait */
  listDeliveries: {
    path: Record<string, never>;
    query: {
      /** those given up (default), or those on their way */
      state?: "failed" | "waiting" | undefined;
      unit?: string | undefined;
      /** how many, 1–1000; default 100 */
      limit?: number | undefined;
      /** `next` of the page before */
      after?: string | undefined;
    };
    body: undefined;
    answer: DeliveryPage;
  };
  /** List the receivers and how they are */
  listEndpoints: {
    path: Record<string, never>;
    query: Record<string, never>;
    body: undefined;
    answer: EndpointList;
  };
  /** List what hospitals' systems have sent */
  listMessages: {
    path: Record<string, never>;
    query: {
      state?: "mottagen" | "tillampad" | "parkerad" | "avvisad" | "ignorerad" | "vantar" | undefined;
      source?: string | undefined;
      /** how many, 1–1000; default 100 */
      limit?: number | undefined;
      /** `next` of the page before */
      after?: string | undefined;
    };
    body: undefined;
    answer: HospitalMessagePage;
  };
  /** Who has looked at a stay */
  listStayAccesses: {
    path: {
      stayId: string;
    };
    query: {
      /** how many, 1–1000; default 100 */
      limit?: number | undefined;
      /** `next` of the page before */
      after?: string | undefined;
    };
    body: undefined;
    answer: AccessPage;
  };
  /** List a unit's cases */
  listStays: {
    path: Record<string, never>;
    query: {
      /** the unit whose open cases are listed: HSA-id, kommunkod or region; without it all stays */
      unit?: string | undefined;
      phase?: "annullerad" | "avslutad" | "utanfor" | "uppfoljning" | "utskriven" | "utskrivningsklar" | "planering" | "inskriven" | undefined;
      overdue?: boolean | undefined;
      /** soonest deadline first (default), or by stay id: then a case that is one all the while comes exactly once, whatever changes */
      order?: "deadline" | "stayId" | undefined;
      /** how many, 1–1000; default 100 */
      limit?: number | undefined;
      /** `next` of the page before */
      after?: string | undefined;
    };
    body: undefined;
    answer: CasePage;
  };
  /** What a unit's people have looked at */
  listUnitAccesses: {
    path: {
      unit: string;
    };
    query: {
      /** how many, 1–1000; default 100 */
      limit?: number | undefined;
      /** `next` of the page before */
      after?: string | undefined;
      /** a date, or an instant */
      from?: string | undefined;
      /** a date, that day included, or an instant */
      to?: string | undefined;
    };
    body: undefined;
    answer: AccessPage;
  };
  /** Object to a stay */
  objectionInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: Record<string, never>;
    body: {
      objectionId?: string | undefined;
      stayId: string;
      code: "kallelse-saknas" | "kallelse-sen" | "meddelande-saknas" | "meddelande-sen" | "vardtid-saknas" | "fel-kommun" | "fel-tid" | "ej-utskrivningsklar" | "oppenvard" | "utanfor" | "avbojt-insatser" | "annat";
      text: string;
      by?: Actor | undefined;
    };
    answer: Objection;
  };
  /** The basis as CSV */
  readBasisCsv: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: {
      /** 1 the first invoice, 2 the note after it …; 0 a zero basis. Default: the first invoice, or the zero basis */
      n?: number | undefined;
    };
    body: undefined;
    answer: Response;
  };
  /** The basis as PDF */
  readBasisPdf: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: {
      /** 1 the first invoice, 2 the note after it …; 0 a zero basis. Default: the first invoice, or the zero basis */
      n?: number | undefined;
    };
    body: undefined;
    answer: Response;
  };
  /** The basis as a workbook */
  readBasisXlsx: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: {
      /** 1 the first invoice, 2 the note after it …; 0 a zero basis. Default: the first invoice, or the zero basis */
      n?: number | undefined;
    };
    body: undefined;
    answer: Response;
  };
  /** Domain time */
  readClock: {
    path: Record<string, never>;
    query: Record<string, never>;
    body: undefined;
    answer: Clock;
  };
  /** Read a month's episodes */
  readEpisodes: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
    };
    query: {
      /** of a frozen month: the facts as they are now (default), or as they were frozen */
      as?: "current" | "frozen" | undefined;
    };
    body: undefined;
    answer: Response;
  };
  /** The invoice or note as Peppol BIS Billing 3 */
  readInvoiceXml: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: {
      /** 1 the first invoice, 2 the note after it …; 0 a zero basis. Default: the first invoice, or the zero basis */
      n?: number | undefined;
    };
    body: undefined;
    answer: Response;
  };
  /** Read what became of a message */
  readMessage: {
    path: {
      /** its `id` in the list */
      message: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: HospitalMessage;
  };
  /** Metrics, for Prometheus */
  readMetrics: {
    path: Record<string, never>;
    query: Record<string, never>;
    body: undefined;
    answer: Response;
  };
  /** Read a region's month */
  readMonth: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
    };
    query: {
      /** one kommun's own part */
      payer?: string | undefined;
    };
    body: undefined;
    answer: BillingMonth;
  };
  /** Read the rules that a month is reckoned by */
  readMonthRules: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: MonthRules;
  };
  /** Read a unit's inbox */
  readNotices: {
    path: {
      /** HSA-id, kommunkod, region id or the id of another party */
      unit: string;
    };
    query: {
      /** how many, 1–1000; default 100 */
      limit?: number | undefined;
      /** `next` of the page before */
      after?: string | undefined;
    };
    body: undefined;
    answer: NoticePage;
  };
  /** Read a kommun's objections */
  readObjections: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: ObjectionList;
  };
  /** A report of some months */
  readReport: {
    path: {
      region: string;
    };
    query: {
      /** first month, YYYY-MM */
      from: string;
      /** last month, YYYY-MM; at most 36 months, none of them to come */
      to: string;
      format?: "html" | "json" | "csv" | undefined;
      /** for which audience: månad, kvartal, halvår, år; default by the length of the period (1, 2–3, 4–6, more months) */
      kind?: "manad" | "kvartal" | "halvar" | "ar" | undefined;
    };
    body: undefined;
    answer: Report;
  };
  /** Read a stay */
  readStay: {
    path: {
      /** 1–64 of A–Z a–z 0–9 . _ -, unique in the service, never a personnummer */
      stayId: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: Stay;
  };
  /** Read a stay's proof */
  readStayProof: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
      stayId: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: StayProof;
  };
  /** Readiness: Temporal and the ledger can be reached */
  readyz: {
    path: Record<string, never>;
    query: Record<string, never>;
    body: undefined;
    answer: {
      status: "ready";
    };
  };
  /** Release an invoice that was held */
  releaseInvoice: {
    path: {
      region: string;
      /** YYYY-MM */
      month: string;
      /** kommunkod */
      payer: string;
    };
    query: Record<string, never>;
    body: {
      text?: string | "" | undefined;
      by?: Actor | undefined;
    } | undefined;
    answer: Invoicing;
  };
  /** Say how far a recorded feed has been answered */
  renewFeed: {
    path: {
      /** the feed's own id, such as the SHA-256 of its file */
      feedId: string;
    };
    query: Record<string, never>;
    body: Feed;
    answer: Clock;
  };
  /** Send a failed delivery again */
  retryDelivery: {
    path: {
      deliveryId: string;
    };
    query: Record<string, never>;
    body: undefined;
    answer: undefined;
  };
}

export const OPERATIONS: { readonly [Id in keyof Operations]: readonly [method: string, path: string] } = {
  acknowledgeNotice: ['POST', '/v1/units/{unit}/notices/{noticeId}/ack'],
  admit: ['PUT', '/v1/stays/{stayId}'],
  answerInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/objections/{objectionId}/answer'],
  approveInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/approve'],
  decisionInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/objections/{objectionId}/decision'],
  disputeInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/objections/{objectionId}/dispute'],
  dropMessage: ['POST', '/v1/messages/{message}/drop'],
  enableEndpoint: ['POST', '/v1/endpoints/{endpoint}/enable'],
  healthz: ['GET', '/healthz'],
  holdInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/hold'],
  importReportFile: ['POST', '/v1/reports/{region}/imports/{kind}'],
  listDeliveries: ['GET', '/v1/deliveries'],
  listEndpoints: ['GET', '/v1/endpoints'],
  listMessages: ['GET', '/v1/messages'],
  listStayAccesses: ['GET', '/v1/stays/{stayId}/accesses'],
  listStays: ['GET', '/v1/stays'],
  listUnitAccesses: ['GET', '/v1/units/{unit}/accesses'],
  objectionInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/objections'],
  readBasisCsv: ['GET', '/v1/billing/{region}/{month}/{payer}/basis.csv'],
  readBasisPdf: ['GET', '/v1/billing/{region}/{month}/{payer}/basis.pdf'],
  readBasisXlsx: ['GET', '/v1/billing/{region}/{month}/{payer}/basis.xlsx'],
  readClock: ['GET', '/v1/clock'],
  readEpisodes: ['GET', '/v1/billing/{region}/{month}/episodes.jsonl'],
  readInvoiceXml: ['GET', '/v1/billing/{region}/{month}/{payer}/invoice.xml'],
  readMessage: ['GET', '/v1/messages/{message}'],
  readMetrics: ['GET', '/metrics'],
  readMonth: ['GET', '/v1/billing/{region}/{month}'],
  readMonthRules: ['GET', '/v1/billing/{region}/{month}/rules'],
  readNotices: ['GET', '/v1/units/{unit}/notices'],
  readObjections: ['GET', '/v1/billing/{region}/{month}/{payer}/objections'],
  readReport: ['GET', '/v1/reports/{region}'],
  readStay: ['GET', '/v1/stays/{stayId}'],
  readStayProof: ['GET', '/v1/billing/{region}/{month}/{payer}/stays/{stayId}/proof'],
  readyz: ['GET', '/readyz'],
  releaseInvoice: ['POST', '/v1/billing/{region}/{month}/{payer}/release'],
  renewFeed: ['PUT', '/v1/clock/feeds/{feedId}'],
  retryDelivery: ['POST', '/v1/deliveries/{deliveryId}/retry'],
};
