import type { ByteSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';

/**
 * A file of the browser as a source. Slices are read when asked for, so that a file of any size costs nothing to open;
 * `FileReaderSync` exists in workers only, which is why the engine lives in one.
 */
export class BlobSource implements ByteSource {
  private readonly reader = new FileReaderSync();

  constructor(
    private readonly blob: Blob,
    readonly name: string,
  ) {}

  get size(): number {
    return this.blob.size;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return new Uint8Array(0);
    const slice = this.blob.slice(offset, Math.min(this.size, offset + length));
    try {
      return new Uint8Array(this.reader.readAsArrayBuffer(slice));
    } catch (e) {
      // a browser reads a file only as it was when it was chosen
      throw new StillframeError(
        'not-available',
        `${this.name} was changed or removed since it was chosen: choose it again`,
        { cause: e },
      );
    }
  }
}
