/** What this FHIR service does, as FHIR says such things; held against the routes by a test. */
import type { FhirSettings } from './settings.js';
import { EVENT_CODE, MESSAGE_DEFINITION } from './systems.js';

/** When this statement was last changed. */
const CHANGED = '2026-11-24';

/** `base`: the address that the service is reached by. */
export function capabilityStatement(base: string, { staySystems }: FhirSettings, asksForTokens: boolean) {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: CHANGED,
    publisher: 'Hemgång',
    kind: 'instance',
    software: { name: 'Hemgång' },
    implementation: { description: "Hemgång: what hospitals' systems tell of their stays", url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation: `An Encounter states its stay in whole: identifier (${staySystems[0]}) names the stay, and is its logical id. Batches are not taken.`,
        security: {
          cors: false,
          description: asksForTokens
            ? 'A bearer token (JWT) of the configured OIDC issuer, its party "system", its unit the region or a system of it.'
            : 'Nobody is asked who they are: this service listens to its own machine only.',
        },
        resource: [
          {
            type: 'Encounter',
            documentation: 'Inpatient stays (class IMP).',
            interaction: [{ code: 'read' }, { code: 'create' }, { code: 'update' }, { code: 'search-type' }],
            versioning: 'versioned',
            readHistory: false,
            updateCreate: true,
            conditionalCreate: true,
            conditionalRead: 'not-supported',
            conditionalUpdate: false,
            conditionalDelete: 'not-supported',
            referencePolicy: ['literal', 'logical', 'local'],
            searchParam: [
              {
                name: 'identifier',
                type: 'token',
                definition: 'http://hl7.org/fhir/SearchParameter/clinical-identifier',
                documentation: "The stay's id.",
              },
              { name: '_id', type: 'token', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id' },
            ],
          },
        ],
        interaction: [
          {
            code: 'transaction',
            documentation: 'Of Encounters; Patient, Organization and Location are read for the Encounters that refer to them.',
          },
        ],
      },
    ],
    messaging: [
      {
        endpoint: [{ protocol: { system: 'http://terminology.hl7.org/CodeSystem/message-transport', code: 'http' }, address: base }],
        documentation: `Message Bundles with the event ${EVENT_CODE}, in the manner of MedCom's HospitalNotification, POSTed to the base; answered by an OperationOutcome.`,
        supportedMessage: [{ mode: 'receiver', definition: MESSAGE_DEFINITION }],
      },
    ],
  };
}
