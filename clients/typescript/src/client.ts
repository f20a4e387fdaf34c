/** A small client of Hemgång's HTTP API: typed, without dependencies, on the `fetch` of Node ≥ 20 and of browsers. */
import {
  type Accepted,
  type ActionData,
  type Actor,
  type Notice,
  OPERATIONS,
  type Operations,
  type Problem,
  type ProblemCode,
} from './api.gen.js';

export interface ClientOptions {
  /** Where the service is: `https://hemgang.example`. */
  baseUrl: string;
  /** The bearer token, or where to get a fresh one; none where the service asks nobody who they are. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** How often what cannot be done just now (429, 503, no connection) is tried again; default 3. */
  retries?: number | undefined;
  fetch?: typeof fetch | undefined;
}

/** What was not done, with the stable code that a program goes by. */
export class HemgangProblem extends Error {
  override readonly name = 'HemgangProblem';
  readonly code: ProblemCode;
  readonly status: number;
  constructor(readonly problem: Problem) {
    super(problem.detail === undefined ? problem.title : `${problem.title}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
  }
}

export type ActionName = keyof ActionData;
/** `id` makes the action happen once: the same id again is answered as the first time. */
export interface Envelope<A extends ActionName> {
  id: string;
  at?: string | undefined;
  /** May be left out where the token says who it is. */
  by?: Actor | undefined;
  data: ActionData[A];
  imported?: boolean | undefined;
}

type Given<Id extends keyof Operations> = Part<'path', Operations[Id]['path']> &
  Part<'query', Operations[Id]['query']> &
  Part<'body', Operations[Id]['body']> & {
    idempotencyKey?: string | undefined;
    headers?: Record<string, string> | undefined;
    signal?: AbortSignal | undefined;
  };
/** May be left out when nothing in it must be said. */
type Part<Name extends string, T> = T extends undefined
  ? { [N in Name]?: undefined }
  : Record<string, never> extends T
    ? { [N in Name]?: T | undefined }
    : undefined extends T
      ? { [N in Name]?: T }
      : { [N in Name]: T };

export interface Client {
  /** Any operation by its name in the OpenAPI document. Throws `HemgangProblem`. */
  call<Id extends keyof Operations>(id: Id, given: Given<Id>): Promise<Operations[Id]['answer']>;
  /** Tells a stay of an action and waits for the verdict. */
  act<A extends ActionName>(stayId: string, action: A, envelope: Envelope<A>): Promise<Accepted>;
  /** A unit's notices from there on, now and as they come; connects again where it was. Ends by `signal`. */
  notices(unit: string, listen?: { after?: string | undefined; signal?: AbortSignal | undefined }): AsyncGenerator<Notice>;
}

export function hemgang({ baseUrl, token, retries = 3, fetch: send = fetch }: ClientOptions): Client {
  const base = baseUrl.replace(/\/+$/, '');
  const authorization = async (): Promise<Record<string, string>> => {
    const shown = typeof token === 'function' ? await token() : token;
    return shown === undefined ? {} : { authorization: `Bearer ${shown}` };
  };

  const request = async (method: string, path: string, { body, headers = {}, signal }: Asked): Promise<Response> => {
    for (let tried = 0; ; tried++) {
      const response = await send(`${base}${path}`, {
        method,
        headers: { ...(await authorization()), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }).catch((error: unknown) => {
        if (tried >= retries || signal?.aborted) throw error;
        return undefined;
      });
      if (response?.ok) return response;
      const isPassing = response === undefined || response.status === 429 || response.status === 503;
      if (response !== undefined && (!isPassing || tried >= retries)) throw new HemgangProblem(await problemOf(response));
      await response?.body?.cancel();
      await waited(Number(response?.headers.get('retry-after') ?? 2 ** tried) * 1_000, signal);
    }
  };

  return {
    async call(id, given) {
      const [method, path] = OPERATIONS[id];
      const { path: places = {}, query = {}, body, idempotencyKey, headers, signal } = given as LooseGiven;
      const asked = { ...headers, ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }) };
      const response = await request(method, `${filled(path, places)}${queryOf(query)}`, { body, headers: asked, signal });
      return (await answerOf(response)) as never;
    },
    async act(stayId, action, envelope) {
      const response = await request('POST', `/v1/stays/${encodeURIComponent(stayId)}/actions/${action}`, { body: envelope });
      return (await response.json()) as Accepted;
    },
    async *notices(unit, { after, signal } = {}) {
      let seen = after;
      while (!signal?.aborted) {
        const path = `/v1/units/${encodeURIComponent(unit)}/notices${queryOf({ after: seen })}`;
        const response = await request('GET', path, { headers: { accept: 'text/event-stream' }, signal });
        try {
          for await (const notice of eventsOf(response)) {
            seen = notice.noticeId;
            yield notice;
          }
        } catch (error) {
          // A connection that broke is taken up again where it was.
          if (error instanceof SyntaxError) throw error;
        }
        if (!signal?.aborted) await waited(1_000, signal);
      }
    },
  };
}

interface Asked {
  body?: unknown;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}
interface LooseGiven extends Asked {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  idempotencyKey?: string | undefined;
}

const filled = (path: string, places: Record<string, unknown>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name])));

function queryOf(query: Record<string, unknown>): string {
  const said = Object.entries(query).filter(([, value]) => value !== undefined);
  return said.length === 0 ? '' : `?${new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString()}`;
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  return /^application\/json\b/.test(response.headers.get('content-type') ?? '') ? response.json() : response;
}

/** What stands between may answer for the service, in its own words. */
async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.code === 'string') return problem as Problem;
  } catch {
    // Not of the service.
  }
  return { type: 'about:blank', title: response.statusText || 'No answer of the service', status: response.status, code: 'internal' };
}

async function* eventsOf(response: Response): AsyncGenerator<Notice> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body?.getReader();
  try {
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      text += decoder.decode(read.value, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = event.split('\n').find((line) => line.startsWith('data: '));
        if (data !== undefined) yield JSON.parse(data.slice('data: '.length)) as Notice;
      }
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

function waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
