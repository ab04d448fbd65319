import { ByteReader } from '../bytes/index.ts';

/** How many objects of one tool went into the image. */
export interface RichEntry {
  /** which tool: linker, C, C++, assembler, of a Visual Studio version */
  readonly productId: number;
  /** the tool's build number: 40219 for Visual Studio 2010 SP1 */
  readonly build: number;
  readonly count: number;
}

/** What Microsoft's linker says, between the DOS stub and the PE header, of the tools whose objects it linked. */
export interface RichHeader {
  readonly entries: readonly RichEntry[];
  /** the value that the entries are masked with: a checksum of DOS header, stub and entries */
  readonly key: number;
  readonly checksumValid: boolean;
}

const DANS = 0x536e6144;
const RICH = 0x68636952;
/** e_lfanew is written after the checksum is made */
const LFANEW_OFFSET = 0x3c;

/**
 * Decodes the Rich header. Undocumented by Microsoft; described in "Things they didn't tell you about MS LINK and the
 * PE header" (29A 8, 2004). `bytes` is all that stands before the PE header.
 */
export function parseRichHeader(bytes: Uint8Array): RichHeader | undefined {
  const r = new ByteReader(bytes.subarray(0, bytes.length - (bytes.length % 4)));
  let end = r.length - 8;
  while (end >= LFANEW_OFFSET + 4 && r.u32(end) !== RICH) end -= 4;
  if (end < LFANEW_OFFSET + 4) return undefined;
  const key = r.u32(end + 4);
  let start = end - 4;
  while (start >= LFANEW_OFFSET + 4 && r.u32(start) !== (DANS ^ key) >>> 0) start -= 4;
  if (start < LFANEW_OFFSET + 4) return undefined;
  const entries: RichEntry[] = [];
  // the mark is followed by three masked zeros
  for (let at = start + 16; at + 8 <= end; at += 8) {
    const id = (r.u32(at) ^ key) >>> 0;
    entries.push({ productId: id >>> 16, build: id & 0xffff, count: (r.u32(at + 4) ^ key) >>> 0 });
  }
  return { entries, key, checksumValid: checksum(bytes, start, entries) === key };
}

function checksum(bytes: Uint8Array, start: number, entries: readonly RichEntry[]): number {
  let sum = start;
  for (let i = 0; i < start; i++) {
    const written = i >= LFANEW_OFFSET && i < LFANEW_OFFSET + 4 ? 0 : (bytes[i] ?? 0);
    sum = (sum + rotateLeft(written, i)) >>> 0;
  }
  for (const { productId, build, count } of entries) {
    sum = (sum + rotateLeft(((productId << 16) | build) >>> 0, count)) >>> 0;
  }
  return sum;
}

function rotateLeft(value: number, bits: number): number {
  const by = bits & 31;
  return by === 0 ? value : ((value << by) | (value >>> (32 - by))) >>> 0;
}
