/** Judges invoices by an independent validator with the official rules: phive, through Maven. The first run fetches it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../support/program.js';
import { ROOT } from '../../support/sources.js';

const FOLDER = join(ROOT, 'test/documents/validator');
const BUILT = join(ROOT, '.cache/validator');
const CLASSPATH = join(BUILT, 'classpath.txt');
const RULES = { Invoice: 'eu.peppol.bis3:invoice:2026.5', CreditNote: 'eu.peppol.bis3:creditnote:2026.5' };

export interface Verdict {
  valid: boolean;
  /** XSD, EN 16931, Peppol: fewer when an earlier one failed. */
  layers: number;
  /** `error BR-CO-16 …`, warnings too. */
  findings: string[];
}

/** Compiles the validator and fetches what it needs; takes minutes the first time, and needs a Maven repository then. */
export async function buildValidator(): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${CLASSPATH}`];
  await output('mvn', ['-q', '-B', '-f', join(FOLDER, 'pom.xml'), ...goals], 540_000);
}

/** One verdict for each text, in a single run. */
export async function validate(xmls: Record<string, string>, folder: string): Promise<Record<string, Verdict>> {
  const args = Object.entries(xmls).map(([name, xml]) => {
    const file = join(folder, `${name}.xml`);
    writeFileSync(file, xml);
    return `${xml.includes('<CreditNote ') ? RULES.CreditNote : RULES.Invoice}=${file}`;
  });
  const printed = await output(
    'java',
    ['-cp', `${join(BUILT, 'classes')}:${readFileSync(CLASSPATH, 'utf8').trim()}`, 'Validate', ...args],
    300_000,
  );
  const lines = printed.split('\n').map((line) => line.split('\t'));
  return Object.fromEntries(
    Object.keys(xmls).map((name) => {
      const verdict = lines.find(([word, file]) => (word === 'VALID' || word === 'INVALID') && file === `${name}.xml`);
      if (verdict === undefined) throw new Error(`the validator said nothing of ${name}`);
      const findings = lines
        .filter(([word, file]) => word === 'FINDING' && file === `${name}.xml`)
        .map(([, , ...finding]) => finding.join(' '));
      return [name, { valid: verdict[0] === 'VALID', layers: Number(verdict[2]?.split(' ')[0]), findings }];
    }),
  );
}
