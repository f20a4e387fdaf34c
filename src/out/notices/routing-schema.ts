/** The shape of the routing file: strict, so that a misspelt field is an error and never a silence. */
import { z } from 'zod';
import { PARTIES } from '../../domain/ids.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const endpointId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'ska bestå av a–z, 0–9 och bindestreck')
  .refine((id) => id !== 'inkorg', 'inkorg är enhetens egen inkorg och får inte vara namnet på en mottagare');

const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'ska vara en adress som börjar med https://')
  .refine(
    (text) => !URL.canParse(text) || new URL(text).protocol === 'https:' || LOOPBACK.test(new URL(text).hostname),
    'ska börja med https://; http:// får bara leda till den egna maskinen (127.0.0.1, ::1, localhost)',
  )
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'får inte innehålla användarnamn eller lösenord');

/** Where a secret is; never the secret itself, since this file is read and shared by people. */
const secret = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'ska vara namnet på en miljövariabel') }),
  z.strictObject({ file: z.string().min(1) }),
]);

const endpoint = z
  .strictObject({
    webhook: z.strictObject({ url, secrets: z.array(secret).min(1) }).optional(),
    epost: z.strictObject({ to: z.array(z.email('ska vara en e-postadress')).min(1) }).optional(),
  })
  .refine(({ webhook, epost }) => (webhook === undefined) !== (epost === undefined), 'ska ha antingen webhook eller epost');

const ways = z.array(z.string().min(1)).min(1);
const pattern = z
  .string()
  .regex(/^[^*]*\*?$/, 'får bara ha en stjärna, och sist')
  .min(1);

export const routingFileSchema = z.strictObject({
  retry: z
    .strictObject({
      firstSeconds: z.number().min(1).max(3_600).optional(),
      longestMinutes: z.number().min(1).max(1_440).optional(),
      giveUpAfterHours: z.number().min(1).max(720).optional(),
      timeoutSeconds: z.number().min(1).max(120).optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      perEndpoint: z.int().min(1).max(50).optional(),
      perSecond: z.int().min(1).max(1_000).optional(),
      total: z.int().min(1).max(500).optional(),
    })
    .optional(),
  mail: z.strictObject({ gatherSeconds: z.int().min(0).max(86_400).optional() }).optional(),
  endpoints: z.record(endpointId, endpoint).optional(),
  routes: z
    .array(
      z.strictObject({
        party: z.enum(PARTIES).optional(),
        unit: pattern.optional(),
        region: z.string().min(1).optional(),
        types: z.array(pattern).min(1).optional(),
        to: ways,
      }),
    )
    .optional(),
  defaults: z.partialRecord(z.enum([...PARTIES, '*']), ways).optional(),
});
export type RoutingFile = z.infer<typeof routingFileSchema>;
