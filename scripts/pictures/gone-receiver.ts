/** A kommun's system that has gone for good: what it should be told by webhook fails, and the stay says so. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface GoneReceiver {
  /** What a service's environment says so that it is told. */
  env: Record<string, string>;
  close(): void;
}

/** Answers 410 to whatever it gets: notices to that kommun that a patient is utskrivningsklar. */
export async function goneReceiver(folder: string, kommun: string): Promise<GoneReceiver> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(410).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const routing = join(folder, 'routing.yaml');
  const lines = [
    `endpoints: { kommun: { webhook: { url: 'http://127.0.0.1:${port}/', secrets: [{ env: RECEIVER_SECRET }] } } }`,
    `routes: [{ party: kommun, unit: "${kommun}", types: [meddela-utskrivningsklar], to: [inkorg, kommun] }]`,
    'defaults: { "*": [inkorg] }',
  ];
  writeFileSync(routing, `${lines.join('\n')}\n`);
  return {
    env: { ROUTING_FILE: routing, RECEIVER_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
