import { fstatSync, writeSync } from 'node:fs';
import { Exit } from './exit.ts';

const STANDARD_OUTPUT = 1;
/** Milliseconds until a full pipe is tried again. */
const RETRY_AFTER = 2;

/** Where commands print to. */
export interface StandardOutput {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Resolves when whoever reads has all. */
  drained(): Promise<void>;
}

/** `process.stdout` brings Node's streams and its net: for a file or a pipe that is a tenth of the start. */
export function standardOutput(): StandardOutput {
  const kind = fstatSync(STANDARD_OUTPUT);
  return kind.isFile() || kind.isFIFO() ? new DirectOutput() : new StreamOutput();
}

/** Node's own stream: for a terminal, a socket, and code that writes to it. */
export class StreamOutput implements StandardOutput {
  constructor() {
    process.stdout.on('error', endWhenClosed);
  }

  get isTerminal(): boolean {
    return process.stdout.isTTY;
  }

  write(text: string): void {
    process.stdout.write(text);
  }

  drained(): Promise<void> {
    return new Promise((done) => {
      process.stdout.write('', () => done());
    });
  }
}

class DirectOutput implements StandardOutput {
  readonly isTerminal = false;

  write(text: string): void {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
      } catch (e) {
        // someone else set the pipe to not wait, and it is full
        if ((e as NodeJS.ErrnoException).code === 'EAGAIN') pause(RETRY_AFTER);
        else endWhenClosed(e as NodeJS.ErrnoException);
      }
    }
  }

  async drained(): Promise<void> {
    // written is written
  }
}

/** `stillframe … | head` closes the pipe early: that is no error. */
function endWhenClosed(e: NodeJS.ErrnoException): never {
  process.exit(e.code === 'EPIPE' || e.code === 'EOF' ? Exit.fine : Exit.commandFailed);
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
