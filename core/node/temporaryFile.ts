import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StillframeError } from '../errors/index.ts';
import { FileSource } from './fileSource.ts';

/** What a dump may inflate to, whatever room there is. Bytes. */
const MAX_SIZE = 64 * 1024 ** 3;
/** Room that is left to others on the disk. Bytes. */
const RESERVE = 256 * 1024 ** 2;
/** A file begins with what tells its kind. */
const PREFIX = 'stillframe-';

/** Folders that could not be removed while their file was open (Windows): removed when the process ends. */
const leftOvers = new Set<string>();
let watchesExit = false;

/**
 * A file for what comes out of an archive, in the system's folder for such. Nobody else can read it and its name owes
 * nothing to the archive. It is unlinked as soon as it is open where the system allows that, so that even a killed
 * process leaves nothing.
 */
export class TemporaryFile {
  /** bytes written */
  size = 0;
  private readonly limit: number;
  private readonly descriptor: number;
  private readonly folder: string;

  /** `limit` in bytes: what may be written, apart from the room on the disk. */
  constructor(limit = MAX_SIZE) {
    this.folder = mkdtempSync(join(tmpdir(), PREFIX));
    const disk = statfsSync(this.folder);
    this.limit = Math.min(limit, Math.max(0, disk.bavail * disk.bsize - RESERVE));
    this.descriptor = openSync(join(this.folder, 'inflated'), 'wx+', 0o600);
    removeFolder(this.folder);
  }

  /** Adds bytes at the end. Throws where the limit or the disk's room is reached. */
  write(bytes: Uint8Array): void {
    if (this.size + bytes.length > this.limit) {
      const gib = (this.limit / 1024 ** 3).toFixed(1);
      throw new StillframeError(
        'not-available',
        `it inflates to more than ${gib} GiB, the limit that the free space in ${tmpdir()} or Stillframe sets`,
      );
    }
    for (let done = 0; done < bytes.length;) {
      const n = writeSync(this.descriptor, bytes, done, bytes.length - done, this.size);
      done += n;
      this.size += n;
    }
  }

  /** The file as a source that, closed, takes the file with it. */
  toSource(name: string): FileSource {
    return new TemporarySource(this.descriptor, name, this.folder);
  }

  /** Gives the file up. */
  discard(): void {
    closeSync(this.descriptor);
    removeFolder(this.folder);
  }
}

class TemporarySource extends FileSource {
  constructor(
    descriptor: number,
    name: string,
    private readonly folder: string,
  ) {
    super(descriptor, name);
  }

  override close(): void {
    super.close();
    removeFolder(this.folder);
  }
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
    leftOvers.delete(folder);
  } catch {
    // an open file holds it (Windows): once more when it is closed, and at the end
    leftOvers.add(folder);
    if (!watchesExit) process.once('exit', () => leftOvers.forEach(removeFolder));
    watchesExit = true;
  }
}
