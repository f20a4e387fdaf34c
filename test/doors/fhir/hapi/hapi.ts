/** HAPI, a FHIR client and validator in Java, through Maven. The first run fetches it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../../support/program.js';
import { ROOT } from '../../../support/sources.js';

const FOLDER = join(ROOT, 'test/doors/fhir/hapi');
const BUILT = join(ROOT, '.cache/hapi');
const CLASSPATH = join(BUILT, 'classpath.txt');

/** Compiles it and fetches what it needs; takes a minute the first time, and needs a Maven repository then. */
export async function buildHapi(): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  await output(
    'mvn',
    ['-q', '-B', '-f', join(FOLDER, 'pom.xml'), 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${CLASSPATH}`],
    540_000,
  );
}

const java = async (args: string[]): Promise<string[][]> => {
  const printed = await output(
    'java',
    ['-cp', `${join(BUILT, 'classes')}:${readFileSync(CLASSPATH, 'utf8').trim()}`, 'Hapi', ...args],
    300_000,
  );
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
};

const written = (folder: string, name: string, resource: unknown): string => {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(resource));
  return file;
};

/** The errors that HAPI's validator finds in each resource, by its name. */
export async function validate(resources: Record<string, unknown>, folder: string): Promise<Record<string, string[]>> {
  const lines = await java(['validate', ...Object.entries(resources).map(([name, resource]) => written(folder, name, resource))]);
  return Object.fromEntries(
    Object.keys(resources).map((name) => {
      if (!lines.some(([word, file]) => word?.endsWith('VALID') && file === `${name}.json`))
        throw new Error(`HAPI said nothing of ${name}`);
      return [name, lines.filter(([word, file]) => word === 'ERROR' && file === `${name}.json`).map(([, , ...what]) => what.join(' '))];
    }),
  );
}

/** What HAPI's client did against the service at `base`, a line for each. */
export async function client(
  base: string,
  bodies: { encounter: unknown; finished: unknown; bundle: unknown },
  folder: string,
): Promise<string[]> {
  const files = Object.entries(bodies).map(([name, body]) => written(folder, name, body));
  return (await java(['client', base, ...files])).map((line) => line.join(' '));
}
