/** What a source file imports, and how: read from its text, since a type's import and a value's differ only there. */
import { dirname, join } from 'node:path/posix';

export interface Import {
  /** A path from the root (`src/domain/ids.ts`) for a file of ours; otherwise as written. */
  target: string;
  /** A whole `import type` or `export type`: gone when the program runs. */
  typeOnly: boolean;
  /** `import(…)`, loaded when called. */
  lazy: boolean;
}

const STATIC = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"\n]+)['"]/g;
const DYNAMIC = /(typeof\s+)?\bimport\s*\(\s*['"]([^'"\n]+)['"]\s*\)(\s*\.\s*[A-Z])?/g;

/** All imports of a file, in the order in which they stand. */
export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(STATIC)].map(([, type, target = '']) => ({
      target: resolved(path, target),
      typeOnly: type !== undefined,
      lazy: false,
    })),
    ...[...code.matchAll(DYNAMIC)].map(([, type, target = '', member]) => ({
      target: resolved(path, target),
      typeOnly: type !== undefined || member !== undefined,
      lazy: true,
    })),
  ];
}

/** The source without comments; strings are left alone, so that `//` in an address stays. */
export function withoutComments(text: string): string {
  return text.replace(
    /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string?: string) => string ?? ' ',
  );
}

function resolved(from: string, target: string): string {
  return target.startsWith('.') ? join(dirname(from), target).replace(/\.js$/, '.ts') : target;
}
