/** The hook before every route: who calls, and whether the route is theirs to use. Absent when authorisation is off. */
import type { FastifyInstance } from 'fastify';
import { challengeOf } from '../access/challenges.js';
import { isOpen, POLICY, routeKey } from '../access/policy.js';
import { setCaller } from './caller.js';
import type { AppDeps } from './deps.js';
import { ProblemError, problemError } from './problem-reply.js';

/** Before anything of the body is read, and before anything is looked up. */
export function authorise(app: FastifyInstance, { auth, accesses, agreements }: Pick<AppDeps, 'auth' | 'accesses' | 'agreements'>): void {
  if (auth === undefined) return;
  if (accesses === undefined) throw new Error('callers are asked who they are, and there is no log of accesses');
  const interprets = (tolkningsinstans: string, region: string): boolean =>
    agreements.agreements.some((agreement) => agreement.region === region && agreement.tolkningsinstans === tolkningsinstans);

  app.addHook('onRequest', async (request, reply) => {
    const key = routeKey(request.method, request.routeOptions.url ?? '');
    if (isOpen(key)) return;
    const shown = await auth.identify(request.headers.authorization);
    if (!shown.ok) {
      const challenge = challengeOf(shown.problem.code);
      if (challenge !== undefined) reply.header('www-authenticate', challenge);
      throw new ProblemError(shown.problem);
    }
    setCaller(request, shown.value);
    const rule = Object.hasOwn(POLICY, key) ? POLICY[key] : undefined;
    const params = request.params as Record<string, string | undefined>;
    if (rule?.may(shown.value, { params, query: (request.query ?? {}) as Record<string, unknown>, interprets }) !== true)
      throw problemError('not-allowed');
  });
}
