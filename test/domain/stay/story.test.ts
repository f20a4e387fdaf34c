import { describe, expect, it } from 'vitest';
import { admitted, upTo } from './case.js';

const phases = (last: string) => upTo(admitted(), last).phase();

describe('a stay in which everybody does what they should', () => {
  it('goes through the phases in order', () => {
    expect(admitted().phase()).toBe('inskriven');
    expect(['behov', 'initierad', 'godkand', 'klar', 'skriv-ut', 'mote', 'stangd-k'].map(phases)).toEqual([
      'planering',
      'planering',
      'planering',
      'utskrivningsklar',
      'utskriven',
      'uppfoljning',
      'avslutad',
    ]);
  });

  it('has no deviation but the checklists left open, and misses no precondition of payment', () => {
    const c = upTo(admitted(), 'stangd-k');
    expect(c.deviations()).toEqual(['checklista:oppen']);
    expect(c.missing('2019-06-01')).toEqual([]);
  });
});
