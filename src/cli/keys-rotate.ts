/** `hemgang keys rotate`: a new payload key, in one step where one process has the keys, in two where several have. */
import type { Config } from '../config.js';
import type { PayloadKey } from '../temporal/codec.js';
import { TAKEN_UP_WITHIN_MS } from '../temporal/key-ring.js';
import { loadKeys, newPayloadKey, payloadKeysText, readKeysFile, writeKeysFile } from '../temporal/keys.js';
import { reportThrown, withConfig, wrongUse } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { type KeysPlace, keysPlaceOf } from './keys-place.js';

export interface RotateOptions {
  /** Put the new key second: known everywhere before anybody writes with it. */
  prepare?: boolean | undefined;
  /** Put this key, prepared before, first. */
  activate?: string | undefined;
  /** Put the new key first at once: only one process has the keys, or all are stopped. */
  now?: boolean | undefined;
  /** Write the file that PAYLOAD_KEYS_FILE names, instead of printing the list. */
  write?: boolean | undefined;
}

/** Answers 0 when there is a new list, 1 when it could not be written, 2 when the options or the configuration are wrong. */
export async function run(options: RotateOptions, io: CommandIo): Promise<number> {
  return withConfig(io, async (config) => {
    try {
      return rotate(config, options, io);
    } catch (error) {
      return reportThrown(io, error);
    }
  });
}

function rotate(config: Config, options: RotateOptions, io: CommandIo): number {
  const { prepare, activate, now, write } = options;
  if ([prepare, activate, now].filter(Boolean).length > 1)
    throw wrongUse('--prepare, --activate and --now are told apart: give one of them');
  const place = keysPlaceOf(config);
  if (write === true && place.kind !== 'file') throw wrongUse('--write: needs PAYLOAD_KEYS_FILE, the file to write');
  const before = (place.kind === 'list' ? undefined : readKeysFile(place.file)) ?? loadKeys(config);
  // The embedded parts are one process: nobody else has to know the key first.
  const oneStep = now === true || (place.kind === 'own' && prepare !== true);
  const { keys, changed } = activate === undefined ? withNew(before, oneStep) : withFirst(before, activate);
  if (place.kind === 'own' || write === true) {
    writeKeysFile((place as { file: string }).file, keys);
    io.stdout.write(`${changed}\n`);
  } else {
    if (io.stdout.isTTY) io.stderr.write('What follows holds the keys: nobody else should see this terminal, nor its history.\n');
    io.stdout.write(`${payloadKeysText(keys)}\n`);
  }
  for (const line of nextSteps(place, { oneStep: oneStep || activate !== undefined, key: changed, write: write === true }))
    io.stderr.write(`${line}\n`);
  return EXIT.done;
}

function withNew([active, ...older]: readonly PayloadKey[], first: boolean): { keys: PayloadKey[]; changed: string } {
  const key = newPayloadKey();
  const rest = active === undefined ? [] : [active];
  return { keys: first ? [key, ...rest, ...older] : [...rest, key, ...older], changed: key.id };
}

function withFirst(before: readonly PayloadKey[], id: string): { keys: PayloadKey[]; changed: string } {
  const key = before.find((one) => one.id === id);
  if (key === undefined) throw wrongUse(`--activate: there is no key ${id}; known are ${before.map((one) => one.id).join(', ')}`);
  return { keys: [key, ...before.filter((one) => one !== key)], changed: id };
}

function nextSteps(place: KeysPlace, { oneStep, key, write }: { oneStep: boolean; key: string; write: boolean }): string[] {
  const seconds = TAKEN_UP_WITHIN_MS / 1_000;
  if (place.kind === 'own')
    return [
      `Written to ${place.file}, which is to be backed up. A running service writes with ${key} within ${seconds} seconds; the old keys stay.`,
    ];
  const put = write
    ? 'The file is written.'
    : `Put the list where ${place.kind === 'file' ? 'PAYLOAD_KEYS_FILE' : 'PAYLOAD_KEYS'} comes from.`;
  const takenUp =
    place.kind === 'file' ? `Every process that sees the file takes it up within ${seconds} seconds.` : 'Start every process anew.';
  if (oneStep)
    return [`${put} ${takenUp} ${key} is written with from then on; keep the old keys until hemgang keys status says otherwise.`];
  return [`${put} ${takenUp} Nobody writes with ${key} yet.`, `When every process has it: hemgang keys rotate --activate ${key}`];
}
