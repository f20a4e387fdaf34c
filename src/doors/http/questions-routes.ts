/** The route of the ready-made lists. The page is open as documentation is; how many a list holds is for the region's processledare. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppDeps } from './deps.js';
import { type Chosen, chosenFrom, QUESTIONS_PATH, questionsPage } from './questions-page.js';

/** No script runs, nothing is loaded from elsewhere, the form goes home, and nobody frames the page. */
const CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function questionsRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { agreements, clock } = deps;
  const lists = deps.temporalLists ?? { uiUrl: undefined, namespace: 'hemgang' };
  app.get(QUESTIONS_PATH, { schema: { hide: true } as never }, async (request, reply) => {
    const chosen = chosenFrom((request.query ?? {}) as Record<string, unknown>, { agreements });
    const count = (await mayCount(request, deps, chosen)) ? lists.count : undefined;
    const text = await questionsPage({
      agreements,
      lists: { ...lists, count },
      chosen,
      clock: { now: clock.now(), scale: clock.scale },
    });
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', CSP)
      .header('cache-control', 'no-store')
      .serializer(String)
      .send(text);
  });
}

/** Where nobody is asked who they are, everybody; else whoever shows that the region's process is theirs, for that region. */
async function mayCount(request: FastifyRequest, { auth }: AppDeps, { region }: Chosen): Promise<boolean> {
  if (auth === undefined) return true;
  const { authorization } = request.headers;
  if (authorization === undefined) return false;
  const shown = await auth.identify(authorization);
  return shown.ok && shown.value.party === 'region' && shown.value.roles.includes('processledare') && shown.value.unit === region;
}
