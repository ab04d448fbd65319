/**
 * Which source files went into which module: a part of the DBI stream. It answers for a file name which modules' lines
 * are worth reading. Facts: LLVM docs PDB/DbiStream ("File Info Substream").
 *
 *   { u16 modules, u16 (not used) }, u16 first file of each module (not used), u16 files of each module,
 *   u32 names of the files, module by module, then the names
 */
import type { DbiStream } from './dbiStream.ts';
import { textAt } from './recordText.ts';

export class FileInfo {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly modules: number;
  private readonly offsetsAt: number;
  private readonly namesAt: number;

  constructor(dbi: DbiStream) {
    this.bytes = dbi.stream.read(dbi.sources.offset, dbi.sources.length);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const listed = this.bytes.length >= 4 ? this.view.getUint16(0, true) : 0;
    this.modules = Math.min(listed, Math.floor(Math.max(0, this.bytes.length - 4) / 4));
    this.offsetsAt = 4 + this.modules * 4;
    let files = 0;
    for (let i = 0; i < this.modules; i++) files += this.filesOf(i);
    this.namesAt = Math.min(this.bytes.length, this.offsetsAt + files * 4);
  }

  /** Modules that have a file whose name passes the test, which is asked once for each name. */
  modulesWith(test: (name: string) => boolean): number[] {
    const tested = new Map<number, boolean>();
    const found: number[] = [];
    let at = this.offsetsAt;
    for (let module = 0; module < this.modules; module++) {
      const end = Math.min(at + this.filesOf(module) * 4, this.namesAt);
      let has = false;
      for (; at + 4 <= end; at += 4) {
        const name = this.view.getUint32(at, true);
        let passes = tested.get(name);
        if (passes === undefined) {
          passes = test(textAt(this.bytes, this.namesAt + name, this.bytes.length));
          tested.set(name, passes);
        }
        has ||= passes;
      }
      if (has) found.push(module);
    }
    return found;
  }

  private filesOf(module: number): number {
    return this.view.getUint16(4 + this.modules * 2 + module * 2, true);
  }
}
