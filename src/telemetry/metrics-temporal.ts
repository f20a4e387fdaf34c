/** Metrics of Temporal's core, which it serves on a port of its own on loopback, made to go with ours. */

const WITHIN_MS = 2_000;

/** Its labels that somebody who may start workflows could fill with anything, and what is known of each. */
export interface KnownTypes {
  workflow_type: ReadonlySet<string>;
  activity_type: ReadonlySet<string>;
}

/** Asks the core at each scrape; answers nothing while it does not answer. */
export function temporalCoreMetrics(address: string, known: KnownTypes): () => Promise<string> {
  return async () => {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(WITHIN_MS) });
    return response.ok ? ofTemporal(await response.text(), known) : '';
  };
}

/**
 * What is Temporal's, each metric described once; series of types that are not ours are left out. The names begin with `temporal_`, so that they meet
 * none of the process's.
 */
export function ofTemporal(text: string, known: KnownTypes): string {
  const described = new Set<string>();
  const lines = text.split('\n').filter((line) => {
    const comment = /^# (HELP|TYPE) (\S+)/.exec(line);
    if (comment !== null) {
      const [, what, name = ''] = comment;
      const key = `${what} ${name}`;
      if (!name.startsWith('temporal_') || described.has(key)) return false;
      described.add(key);
      return true;
    }
    return line.startsWith('temporal_') && hasKnownTypes(line, known);
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function hasKnownTypes(line: string, known: KnownTypes): boolean {
  return (Object.keys(known) as (keyof KnownTypes)[]).every((label) => {
    const value = new RegExp(`[{,]${label}="((?:[^"\\\\]|\\\\.)*)"`).exec(line)?.[1];
    return value === undefined || known[label].has(value);
  });
}
