/** Writes the page that tells a process owner how to act in the Temporal UI and from the command line: `npm run gen`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { ACTION_NAMES, ACTIONS, type ActionName } from '../src/domain/stay/actions.js';
import { exampleOf, NOW, REGION, STAY_ID } from './acting/examples.js';

const HOW_TO = new URL('./acting/how-to.md', import.meta.url);
const PAGE = new URL('../docs/acting.md', import.meta.url);

const STEPS: [step: string, title: string][] = [
  ['1', 'Steg 1: Inskrivning'],
  ['2', 'Steg 2: Vårdtid'],
  ['3', 'Steg 3: Samordnad vårdplanering'],
  ['4', 'Steg 4: Utskrivning'],
  ['5', 'Steg 5: SVPL-möte och SIP'],
  ['6', 'Steg 6: Uppföljning'],
  ['alla', 'När som helst'],
  ['rattelse', 'Rättelser'],
];

/** The commands of an action, each on a line of its own. */
export function commandsOf(action: ActionName): { update: string; signal: string } {
  const input = `--workflow-id stay/${REGION}/${STAY_ID} --name ${action} --input '${JSON.stringify(exampleOf(action))}'`;
  return { update: `temporal workflow update execute ${input}`, signal: `temporal workflow signal ${input}` };
}

function section(action: ActionName): string[] {
  const { titel, beskrivning, by } = ACTIONS[action];
  const { update, signal } = commandsOf(action);
  return [
    `### ${action}`,
    '',
    `**${titel}.** ${beskrivning}`,
    '',
    `Vem: ${by.map((one) => `\`${one}\``).join(', ')}.`,
    '',
    '```json',
    JSON.stringify(exampleOf(action), null, 2),
    '```',
    '',
    '```sh',
    update,
    signal,
    '```',
    '',
  ];
}

/** The page's text; a test compares it with the committed one. */
export function actingPage(): string {
  return [
    readFileSync(HOW_TO, 'utf8').trim().replaceAll('{NOW}', NOW).replaceAll('{STAY}', `stay/${REGION}/${STAY_ID}`),
    '',
    ...STEPS.flatMap(([step, title]) => [
      `## ${title}`,
      '',
      ...ACTION_NAMES.filter((name) => String(ACTIONS[name].step) === step).flatMap(section),
    ]),
  ].join('\n');
}

if (process.argv[1]?.endsWith('gen-acting.ts')) writeFileSync(PAGE, actingPage());
