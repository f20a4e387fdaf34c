/** Tells a process from a later one with the same number. */
import { readFileSync } from 'node:fs';

/**
 * When a living process started, as a text to compare with an earlier one; undefined when there is no such process.
 * Where the kernel does not tell (outside Linux), the same text for every living process.
 */
export function processStart(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, second field, may hold spaces and brackets: count from its closing one. Field 22 is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'alive';
  } catch {
    return 'alive';
  }
}
