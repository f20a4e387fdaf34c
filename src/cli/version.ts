/** The program's version, as its package says. */
import { readFileSync } from 'node:fs';

export function version(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      // The sources are one folder nearer to it than what is built.
    }
  }
  return 'unknown';
}
