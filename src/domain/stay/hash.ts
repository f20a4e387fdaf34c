/** A short fingerprint of an action's content, so that a used id with other content is seen. */

import { canonical } from '../canonical.js';

/** Two 32-bit FNV-1a hashes over the canonical JSON, as 16 hexadecimal digits. Not for secrets. */
export function contentHash(action: string, envelope: object): string {
  const text = `${action}\n${canonical(envelope)}`;
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ ((c << 3) | (c >>> 5)), 0x85ebca6b);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
