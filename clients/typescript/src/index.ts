/** Hemgång's HTTP API for TypeScript: its types, and a small client. */
export type * from './api.gen.js';
export { OPERATIONS } from './api.gen.js';
export { type ActionName, type Client, type ClientOptions, type Envelope, HemgangProblem, hemgang } from './client.js';
