/**
 * Call frame information as GCC and Clang write it into PE images (MinGW, Wine): the .eh_frame section. Format: Linux
 * Standard Base Core, "Exception Frames"; DWARF 4, 6.4. Only 32-bit images have it mapped with their code; 64-bit ones
 * have .pdata.
 */
import { DwarfReader } from './dwarfReader.ts';

/** A common information entry: what the frame descriptions that name it share. */
export interface CommonInfo {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  /** number of the column that holds the return address */
  readonly returnColumn: number;
  /** DW_EH_PE_* of the addresses in its descriptions */
  readonly pointerEncoding: number;
  readonly hasAugmentationData: boolean;
  /** interrupted code: its address is exact */
  readonly isSignalFrame: boolean;
  readonly instructions: Uint8Array;
}

/** A frame description entry: RVAs of the code, and the instructions for it. */
export interface FrameDescription {
  readonly start: number;
  readonly end: number;
  readonly common: CommonInfo;
  readonly instructions: Uint8Array;
}

/** An image of 2 GiB has no more functions than this; a longer list is not read further. */
const MAX_ENTRIES = 1 << 20;
const PE_ABSPTR = 0x00;
const PE_SDATA4 = 0x0b;
const PE_UDATA4 = 0x03;
const PE_PCREL = 0x10;

/**
 * All frame descriptions of a section, sorted by code. `rva` is the section's, `imageBase` what absolute addresses in
 * it count from. Undefined where the bytes are no such section: it is told by its first entry, since a section name
 * of more than eight characters is not in a loaded image.
 */
export function parseEhFrame(
  bytes: Uint8Array,
  rva: number,
  imageBase: number,
): FrameDescription[] | undefined {
  const commons = new Map<number, CommonInfo | undefined>();
  const found: FrameDescription[] = [];
  const reader = new DwarfReader(bytes, 0, bytes.length);
  let at = 0;
  for (let n = 0; n < MAX_ENTRIES && at + 8 <= bytes.length; n++) {
    reader.at = at;
    const length = reader.u32();
    // 0 ends the list; 0xffffffff begins a 64-bit entry, which no PE image has
    if (length === 0 || length >= 0xfffffff0) break;
    const body = at + 4;
    const end = body + length;
    if (end > bytes.length) break;
    const id = reader.u32();
    if (id === 0) {
      const common = parseCommon(bytes, body + 4, end);
      commons.set(at, common);
      if (n === 0 && !common) return undefined;
    } else {
      if (n === 0) return undefined;
      const common = commons.get(body - id);
      const description = common && parseDescription(bytes, body + 4, end, common, rva, imageBase);
      if (description) found.push(description);
    }
    at = end;
  }
  if (at === 0) return undefined;
  return found.sort((a, b) => a.start - b.start);
}

/** The description that covers an RVA. */
export function findDescription(
  sorted: readonly FrameDescription[],
  rva: number,
): FrameDescription | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.start ?? 0) <= rva) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low - 1];
  return found && rva < found.end ? found : undefined;
}

function parseCommon(bytes: Uint8Array, at: number, end: number): CommonInfo | undefined {
  const r = new DwarfReader(bytes, at, end);
  const version = r.u8();
  if (version !== 1 && version !== 3) return undefined;
  let augmentation = '';
  for (let c = r.u8(); c !== 0 && !r.failed; c = r.u8()) augmentation += String.fromCharCode(c);
  if (!/^(z[RPLSB]*)?$/.test(augmentation)) return undefined;
  const codeAlignment = r.uleb();
  const dataAlignment = r.sleb();
  const returnColumn = version === 1 ? r.u8() : r.uleb();
  let pointerEncoding = PE_ABSPTR;
  if (augmentation.startsWith('z')) {
    const dataEnd = r.uleb() + r.at;
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') pointerEncoding = r.u8();
      else if (letter === 'L') r.skip(1);
      else if (letter === 'P') {
        r.skip(1);
        r.skip(4);
      }
    }
    if (dataEnd < r.at || dataEnd > end) return undefined;
    r.at = dataEnd;
  }
  if (r.failed) return undefined;
  return {
    codeAlignment,
    dataAlignment,
    returnColumn,
    pointerEncoding,
    hasAugmentationData: augmentation.startsWith('z'),
    isSignalFrame: augmentation.includes('S'),
    instructions: bytes.subarray(r.at, end),
  };
}

function parseDescription(
  bytes: Uint8Array,
  at: number,
  end: number,
  common: CommonInfo,
  rva: number,
  imageBase: number,
): FrameDescription | undefined {
  const r = new DwarfReader(bytes, at, end);
  const encoding = common.pointerEncoding;
  const format = encoding & 0x0f;
  if (format !== PE_ABSPTR && format !== PE_SDATA4 && format !== PE_UDATA4) return undefined;
  const where = rva + at;
  const raw = r.i32();
  const relation = encoding & 0x70;
  if (relation !== 0 && relation !== PE_PCREL) return undefined;
  const start = relation === PE_PCREL ? where + raw : (raw >>> 0) - imageBase;
  const length = r.u32();
  if (common.hasAugmentationData) r.skip(r.uleb());
  if (r.failed || !(start >= 0)) return undefined;
  return { start, end: start + length, common, instructions: bytes.subarray(r.at, end) };
}
