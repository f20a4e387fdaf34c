/** Frames of MLLP, as a state machine without a socket: VT, the message, FS, CR. */

const VT = 0x0b;
const FS = 0x1c;

/** In the order in which they came: a message, or what was wrong with one. */
export type Framed = { frame: Uint8Array } | { problem: 'too-large' | 'unfinished' };

/**
 * Takes bytes as they come, however they are cut, and gives the messages that are whole. What stands between frames is passed over and
 * counted; a frame ends at FS, whether or not CR follows. One that is larger than `maxBytes` is passed over to its end and told as soon
 * as it is known; one that another begins in, for its end was lost, is told as `unfinished`.
 *
 * @source HL7 v2 Transport Specification, MLLP release 1
 */
export class FrameReader {
  /** Bytes that belonged to no frame; line ends between frames are not counted. */
  skipped = 0;
  private state: 'between' | 'within' | 'too-large' = 'between';
  private held = new Uint8Array(4096);
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  /** Whether a frame has begun and not ended: what is lost when the connection closes now. */
  get unfinished(): boolean {
    return this.state !== 'between';
  }

  push(chunk: Uint8Array): Framed[] {
    const found: Framed[] = [];
    let at = 0;
    while (at < chunk.length) at = this.state === 'between' ? this.between(chunk, at) : this.within(chunk, at, found);
    return found;
  }

  private between(chunk: Uint8Array, from: number): number {
    const begin = chunk.indexOf(VT, from);
    const end = begin < 0 ? chunk.length : begin;
    for (let at = from; at < end; at++) if (chunk[at] !== 0x0d && chunk[at] !== 0x0a) this.skipped++;
    if (begin < 0) return end;
    this.state = 'within';
    this.length = 0;
    return begin + 1;
  }

  private within(chunk: Uint8Array, from: number, found: Framed[]): number {
    let end = from;
    while (end < chunk.length && chunk[end] !== FS && chunk[end] !== VT) end++;
    if (this.state === 'within') this.hold(chunk.subarray(from, end), found);
    if (end === chunk.length) return end;
    if (chunk[end] === VT) {
      if (this.state === 'within') found.push({ problem: 'unfinished' });
      this.state = 'within';
      this.length = 0;
      return end + 1;
    }
    if (this.state === 'within') found.push({ frame: this.held.slice(0, this.length) });
    this.state = 'between';
    this.length = 0;
    return end + 1;
  }

  private hold(bytes: Uint8Array, found: Framed[]): void {
    const length = this.length + bytes.length;
    if (length > this.maxBytes) {
      found.push({ problem: 'too-large' });
      this.state = 'too-large';
      this.length = 0;
      this.held = new Uint8Array(4096);
      return;
    }
    if (length > this.held.length) {
      // Doubled, so that a frame that comes byte by byte is not copied for each of them.
      const larger = new Uint8Array(Math.min(Math.max(length, this.held.length * 2), this.maxBytes));
      larger.set(this.held.subarray(0, this.length));
      this.held = larger;
    }
    this.held.set(bytes, this.length);
    this.length = length;
  }
}

/** The message in its frame. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(message.length + 3);
  frame[0] = VT;
  frame.set(message, 1);
  frame.set([FS, 0x0d], message.length + 1);
  return frame;
}
