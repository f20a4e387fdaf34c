/** Ports of this machine that nobody listens on, so that servers of several test files never meet. */
import { freePorts as chooseFreePorts } from '../../src/ports.js';

/** A free TCP port on loopback. It is free when asked for; take it soon. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('no free port');
  return port;
}

/** Several different free TCP ports on loopback. */
export function freePorts(count: number): Promise<number[]> {
  return chooseFreePorts(count);
}
