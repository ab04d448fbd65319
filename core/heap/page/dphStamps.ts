/** _DPH_HEAP_ROOT.Signature */
export const ROOT_SIGNATURE = 0xffeeddcc;
/** The root stands a page behind the handle that the program holds (HEAPS-CHECKED.md 8). */
export const ROOT_BEHIND_HANDLE = 0x1000;

/** _DPH_BLOCK_INFORMATION.StartStamp and EndStamp (HEAPS.md 8); a light block that is freed and kept back has its own. */
export const Stamp = {
  full: { start: 0xabcdbbbb, end: 0xdcbabbbb },
  light: { start: 0xabcdaaaa, end: 0xdcbaaaaa },
  lightFreed: { start: 0xabcdaaa9, end: 0xdcbaaaa9 },
} as const;

/** What fills the bytes behind the user's: up to the inaccessible page (full), or 8 of them (light). */
export const SUFFIX_FULL = 0xd0;
export const SUFFIX_LIGHT = 0xa0;
export const SUFFIX_LIGHT_BYTES = 8;
