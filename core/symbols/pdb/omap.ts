import type { StreamReader } from './streamReader.ts';

/**
 * One direction of an OMAP: an image that was rearranged after linking (Microsoft's own, up to Windows 7) has its
 * symbols at the linker's addresses, and this table between them and the image's. Entries {rva, rva to}, sorted by rva;
 * an entry holds up to the next; "to" 0 = not in the other space. Facts: PDB-UNWIND.md section 1, checked on ntdll.
 */
export class Omap {
  private readonly from: Uint32Array;
  private readonly to: Uint32Array;

  constructor(stream: StreamReader) {
    const count = Math.floor(stream.size / 8);
    const bytes = stream.read(0, count * 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.from = new Uint32Array(bytes.length >> 3);
    this.to = new Uint32Array(this.from.length);
    for (let i = 0; i < this.from.length; i++) {
      this.from[i] = view.getUint32(i * 8, true);
      this.to[i] = view.getUint32(i * 8 + 4, true);
    }
  }

  /** An RVA in the other space; undefined where it has no place there. */
  map(rva: number): number | undefined {
    let low = 0;
    let high = this.from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.from[middle] ?? 0) <= rva) low = middle + 1;
      else high = middle;
    }
    const from = this.from[low - 1];
    const to = this.to[low - 1];
    if (from === undefined || to === undefined || to === 0) return undefined;
    return to + (rva - from);
  }
}
