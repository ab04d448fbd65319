import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../bytes/index.ts';

/**
 * A file on disk, read at positions. The descriptor is kept: the file may be renamed or deleted meanwhile. A read that
 * the system refuses (a network drive that went away) gives what was had before it; `failure` says what happened.
 */
export class FileSource implements ByteSource {
  readonly size: number;
  /** why the last failed read failed */
  failure: Error | undefined;
  private descriptor: number | undefined;

  /** Takes a descriptor over: `close` closes it. */
  constructor(
    descriptor: number,
    readonly name: string,
  ) {
    this.descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  /** Opens a file for reading; throws what the system says. */
  static open(path: string, name = path): FileSource {
    return new FileSource(openSync(path, 'r'), name);
  }

  read(offset: number, length: number, scratch?: Uint8Array): Uint8Array {
    const wanted = Math.min(length, this.size - offset);
    if (!(offset >= 0) || !(wanted > 0) || this.descriptor === undefined) return new Uint8Array(0);
    const bytes = scratch && scratch.length >= wanted ? scratch.subarray(0, wanted) : uninitialised(wanted);
    let done = 0;
    try {
      while (done < wanted) {
        const n = readSync(this.descriptor, bytes, done, wanted - done, offset + done);
        if (n === 0) break;
        done += n;
      }
    } catch (e) {
      this.failure = e instanceof Error ? e : new Error(String(e));
    }
    return done === wanted ? bytes : bytes.subarray(0, done);
  }

  close(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

/** Bytes that the read fills: zeroing them first costs a scan through gigabytes a fifth of its time. */
function uninitialised(length: number): Uint8Array {
  const buffer = Buffer.allocUnsafeSlow(length);
  // a plain array: slice() of a Buffer is a view
  return new Uint8Array(buffer.buffer, 0, length);
}
