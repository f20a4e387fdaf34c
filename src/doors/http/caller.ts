/** Who a request comes from, once its token has been checked: asked for by the routes, set by the one hook that checks it. */
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';

const callers = new WeakMap<FastifyRequest, Caller>();

/** Undefined when authorisation is off, and on routes that are open to all. */
export const callerOf = (request: FastifyRequest): Caller | undefined => callers.get(request);

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}
