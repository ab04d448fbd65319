import {
  MEM_IMAGE,
  PAGE_EXECUTE_READ,
  PAGE_READONLY,
  PAGE_READWRITE,
  pages,
  type AddressSpace,
} from './addressSpace.ts';

/** A function of a made-up image: where it lies, its code, and the name it is exported by. */
export interface ImageFunction {
  readonly name: string;
  readonly rva: number;
  readonly code: string;
}

export interface ImageDescription {
  readonly base: number;
  readonly fileName: string;
  readonly size: number;
  readonly timestamp: number;
  readonly dll: boolean;
  readonly functions: readonly ImageFunction[];
  /** RVA of AddressOfEntryPoint */
  readonly entryPoint: number;
}

const TEXT = 0x1000;
const TEXT_SIZE = 0x1000;
const RDATA = 0x2000;
const RDATA_SIZE = 0x1000;
const DATA = 0x3000;
const DATA_SIZE = 0x1000;
const PE_AT = 0x80;

/**
 * Puts a PE32 image into the space: headers, code, an export table, a writable section. Offsets are those of the PE
 * format's IMAGE_DOS_HEADER, IMAGE_NT_HEADERS32, IMAGE_SECTION_HEADER and IMAGE_EXPORT_DIRECTORY.
 */
export function putImage(space: AddressSpace, image: ImageDescription): void {
  const { base, size } = image;
  const part = (rva: number, length: number, protect: number): void =>
    space.commit(base + rva, pages(length), { protect, type: MEM_IMAGE, allocationBase: base });
  part(0, 0x1000, PAGE_READONLY);
  part(TEXT, TEXT_SIZE, PAGE_EXECUTE_READ);
  part(RDATA, RDATA_SIZE, PAGE_READONLY);
  part(DATA, DATA_SIZE, PAGE_READWRITE);
  if (size > DATA + DATA_SIZE) space.leaveOut(base + DATA + DATA_SIZE, size - DATA - DATA_SIZE, base);
  if (size < DATA + DATA_SIZE) throw new Error('the image is too small for its sections');
  putHeaders(space, image);
  for (const f of image.functions) space.bytes(base + f.rva, codeOf(f.code));
  putExports(space, image);
}

function putHeaders(
  space: AddressSpace,
  { base, size, timestamp, dll, entryPoint, functions }: ImageDescription,
): void {
  space.text8(base, 'MZ');
  space.u32(base + 0x3c, PE_AT);
  const nt = base + PE_AT;
  space.text8(nt, 'PE');
  space.u16(nt + 4, 0x14c);
  space.u16(nt + 6, 3);
  space.u32(nt + 8, timestamp);
  space.u16(nt + 0x14, 0xe0);
  space.u16(nt + 0x16, 0x102 | (dll ? 0x2000 : 0));
  const optional = nt + 0x18;
  space.u16(optional, 0x10b);
  space.u8(optional + 2, 9); // MajorLinkerVersion: Visual Studio 2008, as the process' age wants it
  space.u32(optional + 4, TEXT_SIZE);
  space.u32(optional + 0x10, entryPoint);
  space.u32(optional + 0x14, TEXT);
  space.u32(optional + 0x18, RDATA);
  space.u32(optional + 0x1c, base);
  space.u32(optional + 0x20, 0x1000);
  space.u32(optional + 0x24, 0x200);
  space.u16(optional + 0x28, 5); // MajorOperatingSystemVersion
  space.u16(optional + 0x30, 5); // MajorSubsystemVersion
  space.u32(optional + 0x38, size);
  space.u32(optional + 0x3c, 0x400);
  space.u16(optional + 0x44, 3); // console
  space.u32(optional + 0x48, 0x100000);
  space.u32(optional + 0x4c, 0x1000);
  space.u32(optional + 0x50, 0x100000);
  space.u32(optional + 0x54, 0x1000);
  space.u32(optional + 0x5c, 16);
  if (functions.length) {
    space.u32(optional + 0x60, RDATA);
    space.u32(optional + 0x64, 0x800);
  }
  const section = (i: number, name: string, rva: number, length: number, flags: number): void => {
    const at = optional + 0xe0 + i * 0x28;
    space.text8(at, name);
    space.u32(at + 8, length);
    space.u32(at + 0xc, rva);
    space.u32(at + 0x10, length);
    space.u32(at + 0x14, rva);
    space.u32(at + 0x24, flags);
  };
  section(0, '.text', TEXT, TEXT_SIZE, 0x60000020);
  section(1, '.rdata', RDATA, RDATA_SIZE, 0x40000040);
  section(2, '.data', DATA, DATA_SIZE, 0xc0000040);
}

function putExports(space: AddressSpace, { base, fileName, functions, timestamp }: ImageDescription): void {
  if (functions.length === 0) return;
  // names are sorted, as the loader's binary search wants them
  const sorted = [...functions].sort((a, b) => (a.name < b.name ? -1 : 1));
  const at = base + RDATA;
  const addresses = RDATA + 0x28;
  const names = addresses + 4 * sorted.length;
  const ordinals = names + 4 * sorted.length;
  let text = ordinals + 2 * sorted.length;
  const put = (s: string): number => {
    const rva = text;
    space.text8(base + rva, s);
    text += s.length + 1;
    return rva;
  };
  space.u32(at + 4, timestamp);
  space.u32(at + 0xc, put(fileName));
  space.u32(at + 0x10, 1);
  space.u32(at + 0x14, sorted.length);
  space.u32(at + 0x18, sorted.length);
  space.u32(at + 0x1c, addresses);
  space.u32(at + 0x20, names);
  space.u32(at + 0x24, ordinals);
  sorted.forEach((f, i) => {
    space.u32(base + addresses + 4 * i, f.rva);
    space.u32(base + names + 4 * i, put(f.name));
    space.u16(base + ordinals + 2 * i, i);
  });
}

/** Bytes of hexadecimal digits; blanks are for the reader. */
export function codeOf(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** The bytes of `call target` at an address of a 32-bit process. */
export function callTo(from: number, target: number): string {
  const displacement = (target - (from + 5)) >>> 0;
  const bytes = [0, 8, 16, 24].map((shift) =>
    ((displacement >>> shift) & 0xff).toString(16).padStart(2, '0'),
  );
  return `e8${bytes.join('')}`;
}
