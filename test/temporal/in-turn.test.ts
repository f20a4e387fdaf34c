import { expect, test } from 'vitest';
import { inTurn } from '../../src/temporal/in-turn.js';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

test('few of one key at a time, in the order they came; other keys go on', async () => {
  const turns = inTurn(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const call = (key: string, name: string) =>
    turns(key, 60_000, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    });
  const calls = ['a', 'b', 'c', 'd'].map((name) => call('one', name));
  calls.push(call('two', 'x'));
  await tick();
  expect(begun).toEqual(['a', 'b', 'x']);
  ends.get('b')?.();
  await tick();
  expect(begun).toEqual(['a', 'b', 'x', 'c']);
  for (const name of ['a', 'x', 'c']) ends.get(name)?.();
  await tick();
  ends.get('d')?.();
  expect(await Promise.all(calls)).toEqual(['a', 'b', 'c', 'd', 'x']);
});

test('a call that fails lets the next one in; one whose turn comes too late is not made', async () => {
  const turns = inTurn(1);
  let end = () => undefined as unknown;
  const slow = turns('one', 60_000, async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    throw new Error('slow');
  });
  const late = turns('one', 1, async () => 'made');
  const patient = turns('one', 60_000, async (leftMs) => leftMs > 0 && leftMs <= 60_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  end();
  await expect(slow).rejects.toThrow('slow');
  await expect(late).rejects.toMatchObject({ name: 'TemporalUnavailable' });
  expect(await patient).toBe(true);
});
