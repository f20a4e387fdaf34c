/** Parties, units, roles and the ids that name things. */

/** @source domain.md §2 */
export const PARTIES = ['slutenvard', 'vardcentral', 'kommun', 'region', 'tolkningsinstans', 'system', 'annan'] as const;
export type Party = (typeof PARTIES)[number];

/** @source domain.md §2 */
export const ROLES = {
  slutenvard: ['lakare', 'sjukskoterska', 'arbetsterapeut', 'fysioterapeut'],
  vardcentral: ['vardsamordnare', 'lakare', 'verksamhetschef'],
  kommun: ['handlaggare', 'sjukskoterska', 'arbetsterapeut', 'fysioterapeut', 'ekonom'],
  region: ['ekonom', 'processledare'],
  tolkningsinstans: ['ledamot'],
  system: [],
  annan: [],
} as const satisfies Record<Party, readonly string[]>;

/** A party at one of its units: a ward or vårdcentral (HSA-id), a kommun (kommunkod), a region (region id). */
export interface UnitRef {
  party: Party;
  unit: string;
}

/** Who does something. */
export interface Actor extends UnitRef {
  role?: string;
  name?: string;
}

/** Ids of stays: 1–64 of A–Z a–z 0–9 . _ - */
export const STAY_ID = /^[A-Za-z0-9._-]{1,64}$/;
export const KOMMUNKOD = /^\d{4}$/;

/** Ids of actions: 1–128 characters, none of them a control character. */
export const ACTION_ID_MAX = 128;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
