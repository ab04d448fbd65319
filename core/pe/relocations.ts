import type { ImageView } from './imageView.ts';

/** The places that the loader adjusts when it moves the image, in columns: `rvas[i]` is of type `types[i]`. */
export interface Relocations {
  readonly rvas: Uint32Array;
  /** IMAGE_REL_BASED_*: 3 HIGHLOW (32 bits), 10 DIR64; padding (0) is left out */
  readonly types: Uint8Array;
}

const MAX_RELOCATIONS = 0x400000;

/** The base relocations (PE Format, "The .reloc Section"). */
export function readRelocations(view: ImageView): Relocations {
  const directory = view.directory(5);
  const rvas: number[] = [];
  const types: number[] = [];
  let at = 0;
  const size = directory?.size ?? 0;
  while (directory && at + 8 <= size) {
    const header = view.struct(directory.rva + at, 8);
    const blockSize = header?.u32(4) ?? 0;
    const block =
      header && blockSize >= 8 ? view.struct(directory.rva + at, Math.min(blockSize, size - at)) : undefined;
    if (!block || rvas.length > MAX_RELOCATIONS) {
      view.note('base relocations are cut short');
      break;
    }
    for (let i = 8; i + 2 <= block.length; i += 2) {
      const entry = block.u16(i);
      const type = entry >>> 12;
      if (type === 0) continue;
      rvas.push(block.u32(0) + (entry & 0xfff));
      types.push(type);
      // HIGHADJ takes the next entry for the low half of its value
      if (type === 4) i += 2;
    }
    at += blockSize;
  }
  return { rvas: Uint32Array.from(rvas), types: Uint8Array.from(types) };
}
