import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/domain/canonical.js';
import { digestOf, type Identities, type LedgerKey, open, putBack, seal, takeOut } from '../../src/ledger/identity.js';

const key = (id: string): LedgerKey => ({ id, key: randomBytes(32) });

describe('sealing', () => {
  const [newest, older] = [key('k2'), key('k1')];

  test('what is sealed under any known key opens again', () => {
    const sealed = seal('189001019802', 's1', [older]);
    expect(sealed.bytes.includes('189001019802')).toBe(false);
    expect(open(sealed, 's1', [newest, older])).toBe('189001019802');
    expect(seal('x', 's1', [newest, older]).keyId).toBe('k2');
  });

  test('destroying the key makes it unreadable, without an error', () => {
    expect(open(seal('189001019802', 's1', [older]), 's1', [newest])).toBeUndefined();
  });

  test("one stay's identity does not open as another's, nor when it was tampered with", () => {
    const sealed = seal('189001019802', 's1', [newest]);
    expect(() => open(sealed, 's2', [newest])).toThrow();
    sealed.bytes[30] = (sealed.bytes[30] as number) ^ 1;
    expect(() => open(sealed, 's1', [newest])).toThrow();
  });

  test('without keys it is kept plain, and opens when keys have come', () => {
    const sealed = seal('189001019802', 's1', []);
    expect(sealed.keyId).toBeNull();
    expect(open(sealed, 's1', [newest])).toBe('189001019802');
  });
});

describe('taking identity out', () => {
  const patient = { personnummer: '189001019802', name: 'Test Testsson' };

  test('finds the patient wherever it stands, and those close to the patient', () => {
    const identities: Identities = new Map();
    const event = {
      admission: { patient },
      entry: { data: { actionId: 'a', data: { patient: { name: 'Nyman' } }, narstaende: 'Dotter Anna 070-000 00 00' } },
    };
    const stored = takeOut(event, identities);
    expect(JSON.stringify(stored)).not.toMatch(/1890|Testsson|Nyman|Anna/);
    expect(identities.size).toBe(3);
    expect(putBack(stored, identities)).toEqual(event);
  });

  test('the same identity is kept once', () => {
    const identities: Identities = new Map();
    takeOut([{ patient }, { patient: { name: 'Test Testsson', personnummer: '189001019802' } }], identities);
    expect(identities.size).toBe(1);
  });

  test('finds what people wrote, and leaves codes and times', () => {
    const identities: Identities = new Map();
    const data = {
      skal: 'annat',
      text: 'Ringde dottern',
      datum: '2019-03-07',
      personer: [{ profession: 'handlaggare', namn: 'Per', telefon: '036' }],
    };
    const event = { type: 'accepted', at: 1, hash: '0123456789abcdef', entry: { id: 'a', action: 'avsta-svpl', at: 1, data } };
    const stored = takeOut(event, identities);
    expect(JSON.stringify(stored)).not.toMatch(/Ringde|Per|036|0123456789abcdef/);
    expect(JSON.stringify(stored)).toMatch(/annat.*2019-03-07.*handlaggare/);
    expect(putBack(stored, identities)).toEqual(event);
    expect(putBack(stored, undefined).entry.data).toEqual({
      ...data,
      text: '«gallrat»',
      personer: [{ profession: 'handlaggare', namn: '«gallrat»', telefon: '«gallrat»' }],
    });
  });

  test('the fingerprint of what held a patient cannot be used to find out who it was', () => {
    const identities: Identities = new Map();
    const [secret, plain, refused] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc'];
    takeOut({ type: 'accepted', hash: secret, entry: { data: { patient } } }, identities);
    expect(takeOut({ type: 'accepted', hash: plain, entry: { data: { plats: 'bostad' } } }, identities).hash).toBe(plain);
    takeOut({ type: 'refused', hash: refused, refusal: { code: 'avslutad' } }, identities);
    const stay = { stayId: 's', verdicts: [secret, plain, refused].map((hash, i) => [`id-${i}`, { hash, code: null }]) };
    const stored = takeOut(stay, identities);
    expect(JSON.stringify(stored)).not.toMatch(/aaaaaaaa|cccccccc/);
    expect(JSON.stringify(stored)).toContain(plain);
    expect(putBack(stored, identities)).toEqual(stay);
  });

  test('without the identities the stay is anonymous', () => {
    const stored = takeOut({ patient, narstaende: 'Anna', harInsatser: true }, new Map());
    expect(putBack(stored, undefined)).toEqual({ patient: {}, harInsatser: true });
  });

  test('a mark that somebody made up points at nothing', () => {
    const identities: Identities = new Map();
    const [mark] = Object.values(takeOut({ patient }, identities).patient as unknown as Record<string, string>);
    const forged = { text: { $identitet: mark as string } };
    const stored = takeOut(forged, identities);
    expect(putBack(stored, identities)).toEqual(forged);
  });

  test('any JSON comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const identities: Identities = new Map();
        const wrapped = { patient: value as never, other: [value as never] };
        expect(canonical(putBack(takeOut(wrapped, identities), identities))).toBe(canonical(wrapped));
      }),
    );
  });
});

test('a digest is the same for the same admission under its own key, and says nothing without the key', () => {
  const [newest, older] = [key('k2'), key('k1')];
  const before = digestOf({ a: 1, b: 2 }, [older]) as string;
  expect(digestOf({ b: 2, a: 1 }, [newest, older], before)).toBe(before);
  expect(digestOf({ a: 1, b: 3 }, [newest, older], before)).not.toBe(before);
  expect(digestOf({ a: 1, b: 2 }, [newest], before)).toBeUndefined();
});
