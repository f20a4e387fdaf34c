/** The doors with nothing behind them: the HTTP application with a handler that does nothing, and the MLLP server with one that says yes. */
import { startMllpServer } from '../src/doors/hl7/server.js';
import { buildApp } from '../src/doors/http/app.js';
import { memoryService } from '../test/doors/memory-service.js';

const app = await buildApp(memoryService(Date.now()).deps({ requestsPerMinute: 10_000_000, maxEventLoopDelayMs: 0 }));
app.post('/v1/empty', async () => ({ accepted: true }));
const http = await app.listen({ host: '127.0.0.1', port: 0 });

const ACK = new TextEncoder().encode('MSH|^~\\&|HEMGANG|HEMGANG|BENCH|BENCH|20190301||ACK|1|P|2.4\rMSA|AA|1\r');
const quiet = { warn: () => undefined, error: () => undefined, info: () => undefined };
const mllp = await startMllpServer({
  host: '127.0.0.1',
  port: 0,
  receive: async () => ({ code: 'AA', ack: ACK, trigger: 'A01' }),
  now: Date.now,
  log: quiet,
});
console.log(JSON.stringify({ http, mllp: mllp.port }));
