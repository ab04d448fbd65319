import type { OutputFile, OutputFiles } from '../../../core/commands/index.ts';
import { UsageError } from '../../../core/errors/index.ts';

/** Files that tests look at, by name. */
export class MemoryFiles implements OutputFiles {
  readonly files = new Map<string, Uint8Array>();

  create(path: string, { overwrite }: { readonly overwrite: boolean }): OutputFile {
    if (!overwrite && this.files.has(path))
      throw new UsageError(`Unable to create file '${path}': The file exists.`);
    return this.file(path, new Uint8Array(0), false);
  }

  open(path: string, { append }: { readonly append: boolean }): OutputFile {
    return this.file(path, (append && this.files.get(path)) || new Uint8Array(0), true);
  }

  text(path: string): string {
    return Buffer.from(this.files.get(path) ?? []).toString('utf8');
  }

  private file(path: string, begin: Uint8Array, grows: boolean): OutputFile {
    let bytes = begin;
    const { files } = this;
    const writeAt = (offset: number, more: Uint8Array): void => {
      if (offset + more.length > bytes.length) {
        const longer = new Uint8Array(offset + more.length);
        longer.set(bytes);
        bytes = longer;
      }
      bytes.set(more, offset);
      if (grows) files.set(path, bytes);
    };
    return {
      path,
      write: (more) => writeAt(bytes.length, more),
      writeAt,
      close: () => void files.set(path, bytes),
      discard: () => undefined,
    };
  }
}
