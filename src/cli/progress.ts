/** How far something has come: a bar on a terminal, a line now and then elsewhere. */

export interface ProgressOut {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface Progress {
  /** `tail` says more after the numbers. */
  update(done: number, total: number, tail?: string): void;
  /** A line of its own, above the bar. */
  say(line: string): void;
  end(): void;
}

const BAR = 32;
const REDRAW_MS = 100;
const PLAIN_EVERY_MS = 15_000;

/** `label` stands before the bar. */
export function progressOn(out: ProgressOut, label: string): Progress {
  return out.isTTY ? bar(out, label) : plain(out, label);
}

function bar(out: ProgressOut, label: string): Progress {
  let line = '';
  let drawnAt = 0;
  const draw = () => {
    out.write(`\r\u001b[2K${line.slice(0, (out.columns ?? 80) - 1)}`);
    drawnAt = Date.now();
  };
  return {
    update(done, total, tail = '') {
      line = textOf(label, done, total, tail);
      if (done >= total || Date.now() - drawnAt >= REDRAW_MS) draw();
    },
    say(text) {
      out.write(`\r\u001b[2K${text}\n`);
      draw();
    },
    end() {
      draw();
      out.write('\n');
    },
  };
}

function textOf(label: string, done: number, total: number, tail: string): string {
  const share = total === 0 ? 1 : done / total;
  const full = Math.floor(share * BAR);
  return `${label} ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.floor(share * 100)).padStart(3)} %  ${done}/${total}  ${tail}`.trimEnd();
}

function plain(out: ProgressOut, label: string): Progress {
  let saidAt = Date.now();
  let last = '';
  const say = (line: string) => {
    if (line !== last) out.write(`${line}\n`);
    last = line;
    saidAt = Date.now();
  };
  return {
    update(done, total, tail = '') {
      if (done >= total || Date.now() - saidAt >= PLAIN_EVERY_MS) say(`${label} ${done}/${total} ${tail}`.trimEnd());
    },
    say: (line) => say(line),
    end: () => undefined,
  };
}
