/** A file of recorded HL7 v2 messages, one after the other: framed or not, whatever ends their lines. */

/** Bytes of frames, and the segments that wrap files and batches, belong to no message. */
const WRAPPING = /^(FHS|BHS|BTS|FTS)$/;

/**
 * The messages in a file, in order, each from its MSH to the next; bytes, for each says by itself which character set it is in. What
 * stands before the first MSH is passed over.
 */
export function messagesInFile(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let begin = -1;
  let end = -1;
  for (let at = 0; at < bytes.length; ) {
    const from = startOfLine(bytes, at);
    const next = endOfLine(bytes, from);
    const name = String.fromCharCode(...bytes.subarray(from, from + 3));
    if (name === 'MSH') {
      if (begin >= 0) messages.push(bytes.subarray(begin, end));
      begin = from;
    }
    // A message reaches to its last line that is part of it.
    if (next > from && !WRAPPING.test(name)) end = next;
    at = next + 1;
  }
  if (begin >= 0) messages.push(bytes.subarray(begin, end));
  return messages;
}

/** Where the line begins that the bytes of a frame or a byte order mark may stand before. */
function startOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x0b || bytes[at] === 0x1c) at++;
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? at + 3 : at;
}

/** A frame's end ends a line too. */
function endOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x0d && bytes[at] !== 0x0a && bytes[at] !== 0x1c) at++;
  return at;
}
