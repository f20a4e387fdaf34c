/** HAPI, an HL7 v2 sender in Java, through Maven. The first run fetches it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../../support/program.js';
import { ROOT } from '../../../support/sources.js';

const FOLDER = join(ROOT, 'test/doors/hl7/hapi');
const BUILT = join(ROOT, '.cache/hapi-hl7');
const CLASSPATH = join(BUILT, 'classpath.txt');

/** Compiles it and fetches what it needs; takes a minute the first time, and needs a Maven repository then. */
export async function buildSender(): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  await output(
    'mvn',
    ['-q', '-B', '-f', join(FOLDER, 'pom.xml'), 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${CLASSPATH}`],
    540_000,
  );
}

/** Sends the messages in these files; of each answer: its code, whose it is, its structure and version, and where ERR says the fault is. */
export async function sendWithHapi(port: number, files: readonly string[]): Promise<string[]> {
  const classpath = `${join(BUILT, 'classes')}:${readFileSync(CLASSPATH, 'utf8').trim()}`;
  const printed = await output('java', ['-cp', classpath, 'Sender', String(port), ...files], 120_000);
  return printed
    .trim()
    .split('\n')
    .map((line) => line.replaceAll('\t', ' ').trim());
}
