/** Run as a process of its own: records stays into the embedded ledger until it is killed; prints the number of each that is safe. */
import { openLedger } from '../../src/ledger/ledger.js';
import { numbered, rules, story } from './sample.js';

try {
  const ledger = await openLedger({ dataDir: process.argv[2] as string });
  for (let n = 1; ; n++) {
    await ledger.record({ stayId: `s${n}`, region: 'jonkoping', rules: rules(), events: numbered(story()) });
    process.stdout.write(`${n}\n`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
