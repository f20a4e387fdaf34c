/** Callers who are gone before they are answered. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { memoryService } from './memory-service.js';

test('a caller who breaks off is no error of the service', async () => {
  const app = await memoryService(Date.parse('2019-03-05T12:00:00Z')).app();
  const codes = new Set<number>();
  app.addHook('onResponse', async (_request, reply) => void codes.add(reply.statusCode));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const breakOff = () =>
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('GET /v1/units/0680/notices HTTP/1.1\r\nHost: x\r\n\r\n', () => socket.resetAndDestroy());
      });
      socket.once('close', () => resolve());
      socket.once('error', () => undefined);
    });
  await Promise.all(Array.from({ length: 100 }, breakOff));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await app.close();
  expect([...codes]).not.toContain(500);
});
