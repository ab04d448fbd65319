import type { PeImage } from '../pe/index.ts';
import type { Address, Memory } from '../target/index.ts';

/** Texts that only one runtime or allocator carries. */
export type Telltale = 'msvc' | 'msvc debug' | 'mingw' | 'go' | 'rust' | 'delphi' | 'mimalloc' | 'jemalloc';

interface Needle {
  readonly telltale: Telltale;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * The caption of the runtime's message boxes and its R6018 (CRT.md, section 2), the assertion of the debug heap; what
 * start-up code of other toolsets says when it fails; marks that Go and rustc leave for their own tools.
 */
const NEEDLES: readonly Needle[] = [
  ...both('msvc', 'Microsoft Visual C++ Runtime Library'),
  ...both('msvc', '- unexpected heap error'),
  ...both('msvc debug', '_CrtIsValidHeapPointer('),
  ...both('msvc debug', 'CRT detected that the application wrote to memory after end of heap buffer'),
  narrow('mingw', 'Mingw-w64 runtime failure'),
  narrow('mingw', 'Mingw runtime failure'),
  narrow('go', 'Go build ID: "'),
  narrow('go', ' Go buildinf:'),
  narrow('rust', '/rustc/'),
  narrow('delphi', 'Runtime error     at 00000000'),
  ...both('delphi', 'An unexpected memory leak has occurred.'),
  narrow('mimalloc', 'mimalloc: '),
  narrow('jemalloc', '<jemalloc>: '),
];

const IMAGE_SCN_CNT_INITIALIZED_DATA = 0x40;
const IMAGE_SCN_MEM_EXECUTE = 0x20000000;
/** Runtimes' texts lie in the read-only data; larger data is the program's own. */
const MAX_BYTES = 16 * 1024 * 1024;

/** What was found, and whether all that could hold more was there to be searched. */
export interface TelltaleSearch {
  readonly found: ReadonlyMap<Telltale, string>;
  readonly complete: boolean;
}

/** Looks for texts of runtimes in an image's data as the dump or the image file has it. */
export function findTelltales(memory: Memory, base: Address, image: PeImage): TelltaleSearch {
  const found = new Map<Telltale, string>();
  let left = MAX_BYTES;
  let complete = true;
  for (const s of image.sections) {
    const size = s.virtualSize || s.rawSize;
    // Go's mark stands at the start of its code
    const executable = (s.characteristics & IMAGE_SCN_MEM_EXECUTE) !== 0;
    if (!executable && !(s.characteristics & IMAGE_SCN_CNT_INITIALIZED_DATA)) continue;
    if (s.name === '.rsrc' || s.name === '.reloc' || s.name === '.pdata') continue;
    const length = Math.min(executable ? 0x100 : size, left);
    const start = base + BigInt(s.virtualAddress);
    let there = 0;
    for (const { bytes } of memory.windows({ start, end: start + BigInt(length) })) {
      search(bytes, found);
      there += bytes.length;
    }
    if (!executable) {
      left -= length;
      complete &&= there >= Math.min(size, length) && length === size;
    }
  }
  return { found, complete };
}

function search(bytes: Uint8Array, found: Map<Telltale, string>): void {
  const end = bytes.length;
  for (let i = 0; i < end; i++) {
    const starts = FIRST[bytes[i] ?? 0];
    if (!starts) continue;
    for (const needle of starts) {
      if (found.has(needle.telltale) || i + needle.bytes.length > end) continue;
      if (matches(bytes, i, needle.bytes)) found.set(needle.telltale, needle.text);
    }
  }
}

function matches(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let k = 1; k < needle.length; k++) if (bytes[at + k] !== needle[k]) return false;
  return true;
}

const FIRST: readonly (readonly Needle[] | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const starts = NEEDLES.filter((n) => n.bytes[0] === byte);
  return starts.length > 0 ? starts : undefined;
});

function both(telltale: Telltale, text: string): Needle[] {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) bytes[i * 2] = text.charCodeAt(i);
  return [narrow(telltale, text), { telltale, text, bytes }];
}

function narrow(telltale: Telltale, text: string): Needle {
  return { telltale, text, bytes: Uint8Array.from(text, (c) => c.charCodeAt(0)) };
}
