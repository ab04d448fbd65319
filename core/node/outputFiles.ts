import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { OutputFile, OutputFiles } from '../commands/index.ts';
import { StillframeError, UsageError } from '../errors/index.ts';
import { systemReason } from './systemReason.ts';

/** Files that commands write (.dump, .writemem, .logopen), relative to the folder that the program was started in. */
export const outputFiles: OutputFiles = {
  create(path, { overwrite }) {
    const whole = resolve(path);
    if (!overwrite && existsSync(whole)) throw exists(whole);
    return new WholeFile(whole, overwrite);
  },
  open(path, { append }) {
    return new GrowingFile(resolve(path), append ? 'a' : 'w');
  },
};

class GrowingFile implements OutputFile {
  private descriptor: number | undefined;
  private end = 0;

  constructor(
    readonly path: string,
    flags: string,
    private readonly written = path,
  ) {
    this.descriptor = attempt(path, () => openSync(written, flags, 0o644));
  }

  write(bytes: Uint8Array): void {
    const { descriptor } = this;
    if (descriptor === undefined) return;
    attempt(this.path, () => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(descriptor, bytes, done, bytes.length - done);
    });
    this.end += bytes.length;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    const { descriptor } = this;
    if (descriptor === undefined) return;
    attempt(this.path, () => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
    });
    this.end = Math.max(this.end, offset + bytes.length);
  }

  close(): void {
    this.release();
  }

  protected release(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  discard(): void {
    this.release();
    rmSync(this.written, { force: true });
  }
}

/** Written under another name beside its place, so that a failure leaves neither half a file nor the old one spoilt. */
class WholeFile extends GrowingFile {
  constructor(
    path: string,
    private readonly overwrite: boolean,
    private readonly part = `${path}.${process.pid}.part`,
  ) {
    super(path, 'wx', part);
  }

  override close(): void {
    this.release();
    attempt(this.path, () => {
      if (this.overwrite) return renameSync(this.part, this.path);
      // a link fails where a file of that name came meanwhile; a rename would replace it
      linkSync(this.part, this.path);
      rmSync(this.part);
    });
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'EEXIST') throw exists(path);
    throw new StillframeError('not-available', `'${path}' cannot be written: ${reasonOf(e)}`, { cause: e });
  }
}

/** A file that is to be made is not the one that is missing. */
function reasonOf(e: unknown): string {
  return (e as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such folder' : systemReason(e);
}

function exists(path: string): UsageError {
  return new UsageError(`Unable to create file '${path}': The file exists. /o overwrites it`);
}
