/**
 * The modules (compilands: object files, import stubs) that were linked: a part of the DBI stream. Facts: LLVM docs
 * PDB/DbiStream; offsets checked in PDB-UNWIND.md section 1.
 */
import { textAt, nameEnd } from './recordText.ts';
import type { DbiStream } from './dbiStream.ts';

const FIXED_BYTES = 64;
const NO_STREAM = 0xffff;

export interface ModuleInfo {
  readonly index: number;
  /** stream number of its symbols and lines; undefined where there are none (stripped) */
  readonly stream: number | undefined;
  /** bytes in that stream, in this order: symbols (with a signature of 4), old lines, new lines */
  readonly symbolBytes: number;
  readonly c11Bytes: number;
  readonly c13Bytes: number;
  /** object file, `Import:KERNEL32.dll`, `* Linker *` */
  readonly name: string;
  /** where the object came from: the library, or the object itself */
  readonly library: string;
}

export class ModuleList {
  /** offset of each module's entry in `bytes` */
  private readonly starts: number[] = [];
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(dbi: DbiStream) {
    this.bytes = dbi.stream.read(dbi.modules.offset, dbi.modules.length);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    for (let at = 0; at + FIXED_BYTES < this.bytes.length;) {
      this.starts.push(at);
      const name = nameEnd(this.bytes, at + FIXED_BYTES, this.bytes.length) + 1;
      const library = nameEnd(this.bytes, name, this.bytes.length) + 1;
      at = (library + 3) & ~3;
    }
  }

  get count(): number {
    return this.starts.length;
  }

  at(index: number): ModuleInfo | undefined {
    const at = this.starts[index];
    if (at === undefined) return undefined;
    const { bytes, view } = this;
    const stream = view.getUint16(at + 0x22, true);
    const name = at + FIXED_BYTES;
    const library = nameEnd(bytes, name, bytes.length) + 1;
    return {
      index,
      stream: stream === NO_STREAM ? undefined : stream,
      symbolBytes: view.getUint32(at + 0x24, true),
      c11Bytes: view.getUint32(at + 0x28, true),
      c13Bytes: view.getUint32(at + 0x2c, true),
      name: textAt(bytes, name, bytes.length),
      library: textAt(bytes, library, bytes.length),
    };
  }
}
