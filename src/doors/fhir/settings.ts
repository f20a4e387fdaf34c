/** What is agreed with those who send: whose systems name what, and what holds where an Encounter says nothing. */
import type { CareForm, LegalForm } from '../../domain/agreement.js';
import type { Named } from '../../domain/stay/state.js';
import type { DischargedTo } from '../hospital/message.js';
import { RESERVE_SYSTEM, STAY_SYSTEM } from './systems.js';

/** A hospital's own codes; each answers undefined for what it does not know. */
export interface CodeBook {
  /** A ward or clinic by a code of the hospital's own. */
  ward?(code: string): (Named & { careForm: CareForm }) | undefined;
  vardcentral?(code: string): Named | undefined;
  disposition?(code: string): DischargedTo | undefined;
  kommun?(address: { district?: string | undefined; postalCode?: string | undefined }): string | undefined;
}

export interface FhirSettings {
  /** Systems of the identifier that names the stay; with none of them, an only identifier is taken. */
  staySystems: readonly string[];
  /** Systems of reserve numbers. */
  reserveSystems: readonly string[];
  /** Where neither the Encounter nor the caller tells it. */
  region?: string | undefined;
  careForm: CareForm;
  legalForm: LegalForm;
  codes: CodeBook;
}

export const DEFAULT_SETTINGS: FhirSettings = {
  staySystems: [STAY_SYSTEM],
  reserveSystems: [RESERVE_SYSTEM],
  careForm: 'somatisk',
  legalForm: 'HSL',
  codes: {},
};
