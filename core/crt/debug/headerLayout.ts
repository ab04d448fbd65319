/**
 * Where `_CrtMemBlockHeader` has its fields (facts: layouts/crt.json). The data follows the header, then four bytes FD.
 * Runtimes up to Visual C++ 2013 and the UCRT differ on 32-bit alone: they have size and use in different orders.
 */
export interface HeaderLayout {
  readonly name: 'old' | 'ucrt' | '64-bit';
  readonly pointerSize: 4 | 8;
  /** bytes */
  readonly size: number;
  readonly next: number;
  readonly prev: number;
  readonly file: number;
  readonly line: number;
  readonly dataSize: number;
  readonly use: number;
  readonly request: number;
  readonly gap: number;
}

const LINKS_32 = { pointerSize: 4, size: 0x20, next: 0, prev: 4, file: 8, line: 0xc } as const;
const END_32 = { request: 0x18, gap: 0x1c } as const;

export const LAYOUTS: readonly HeaderLayout[] = [
  { name: 'old', ...LINKS_32, dataSize: 0x10, use: 0x14, ...END_32 },
  { name: 'ucrt', ...LINKS_32, use: 0x10, dataSize: 0x14, ...END_32 },
  {
    name: '64-bit',
    pointerSize: 8,
    size: 0x30,
    next: 0,
    prev: 8,
    file: 0x10,
    line: 0x18,
    use: 0x1c,
    dataSize: 0x20,
    request: 0x28,
    gap: 0x2c,
  },
];

/** Bytes of no-man's land in front of and behind the data, and what they are filled with. */
export const GAP_BYTES = 4;
export const GAP_FILL = 0xfd;
/** What freed blocks that are kept are filled with; what aligned blocks have in front. */
export const DEAD_FILL = 0xdd;
export const ALIGN_FILL = 0xed;
/** Visual C++ up to 2003 */
export const OLD_ALIGN_FILL = 0xbd;

/** The line number of blocks that the runtime does not track (`_CRTDBG_ALLOC_MEM_DF` off). */
export const IGNORED_LINE = 0xfedcbabc | 0;

/** Block types, by number: the low half of the use field. */
export const BLOCK_TYPES = ['free', 'normal', 'crt', 'ignore', 'client'] as const;
export type BlockType = (typeof BLOCK_TYPES)[number];

/** The type of a use field; undefined for none that there is. */
export function blockType(use: number): BlockType | undefined {
  return BLOCK_TYPES[use & 0xffff];
}

/** The program's own number for a kind of client or runtime block: the high half of the use field. */
export function blockSubtype(use: number): number {
  return use >>> 16;
}
