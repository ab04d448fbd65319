import {
  MEM_IMAGE,
  PAGE_EXECUTE_READ,
  PAGE_READONLY,
  PAGE_READWRITE,
  pages,
  type AddressSpace,
} from './addressSpace.ts';

/** A function of a made-up image: where it lies and its code. */
export interface ImageFunction {
  readonly name: string;
  readonly rva: number;
  /** bytes as hexadecimal digits; blanks are for the reader */
  readonly code: string;
  /** whether the image exports it by its name */
  readonly exported?: boolean;
}

/** What an image takes from another: each name gets a slot that holds where the name lies. */
export interface ImageImport {
  readonly dll: string;
  readonly names: readonly { readonly name: string; readonly address: number }[];
}

/** Where the parts of an image lie: RVAs and sizes in whole pages. */
export interface ImageParts {
  readonly text: readonly [rva: number, size: number];
  readonly rdata: readonly [rva: number, size: number];
  readonly data: readonly [rva: number, size: number];
}

export interface ImageDescription {
  readonly base: number;
  readonly fileName: string;
  readonly size: number;
  readonly timestamp: number;
  readonly dll: boolean;
  readonly parts: ImageParts;
  readonly functions: readonly ImageFunction[];
  readonly imports?: readonly ImageImport[];
  /** RVA of the import address table, in .rdata */
  readonly importTable?: number;
  /** RVA of AddressOfEntryPoint */
  readonly entryPoint: number;
  /** major version of the linker: 9 is Visual Studio 2008 */
  readonly linker?: number;
}

const PE_AT = 0x80;
const OPTIONAL = PE_AT + 0x18;
const PAGE = 0x1000;
/** where the export directory lies within .rdata; the import address table may stand before it */
const EXPORTS_AT = 0x400;
/** where import descriptors, lookup tables and names lie within .rdata */
const IMPORTS_AT = 0x800;

/**
 * Puts a PE32 image into the space: headers, the pages of code that have functions in them, exports, imports, data.
 * Offsets are those of the PE format's IMAGE_DOS_HEADER, IMAGE_NT_HEADERS32, IMAGE_SECTION_HEADER,
 * IMAGE_EXPORT_DIRECTORY and IMAGE_IMPORT_DESCRIPTOR.
 */
export function putImage(space: AddressSpace, image: ImageDescription): void {
  commitParts(space, image);
  putHeaders(space, image);
  for (const f of image.functions) space.bytes(image.base + f.rva, codeOf(f.code));
  putExports(space, image);
  putImports(space, image);
}

/** The slot of an imported name: what `call dword ptr [slot]` reads. */
export function importSlot(image: ImageDescription, name: string): number {
  let slot = image.base + (image.importTable ?? image.parts.rdata[0]);
  for (const { names } of image.imports ?? []) {
    for (const n of names) {
      if (n.name === name) return slot;
      slot += 4;
    }
    slot += 4; // each DLL's slots end in a null
  }
  throw new Error(`${image.fileName} does not import ${name}`);
}

function commitParts(space: AddressSpace, { base, size, parts, functions }: ImageDescription): void {
  const code = new Set<number>();
  for (const f of functions) {
    for (let at = f.rva - (f.rva % PAGE); at < f.rva + codeOf(f.code).length; at += PAGE) code.add(at);
  }
  // pages that touch are one region
  const runs: [rva: number, length: number, protect: number][] = [];
  for (const rva of [...code].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === rva) last[1] += PAGE;
    else runs.push([rva, PAGE, PAGE_EXECUTE_READ]);
  }
  const committed: [rva: number, length: number, protect: number][] = [
    [0, PAGE, PAGE_READONLY],
    ...runs,
    [parts.rdata[0], pages(parts.rdata[1]), PAGE_READONLY],
    [parts.data[0], pages(parts.data[1]), PAGE_READWRITE],
  ];
  let at = 0;
  for (const [rva, length, protect] of committed.sort((a, b) => a[0] - b[0])) {
    if (rva > at) space.leaveOut(base + at, rva - at, base);
    space.commit(base + rva, length, { protect, type: MEM_IMAGE, allocationBase: base });
    at = rva + length;
  }
  if (size > at) space.leaveOut(base + at, size - at, base);
  if (size < at) throw new Error(`${size} bytes are too few for the parts of the image`);
}

function putHeaders(space: AddressSpace, image: ImageDescription): void {
  const { base, size, timestamp, dll, entryPoint, parts, functions, imports = [], linker = 9 } = image;
  space.text8(base, 'MZ');
  space.u32(base + 0x3c, PE_AT);
  const nt = base + PE_AT;
  space.text8(nt, 'PE');
  space.u16(nt + 4, 0x14c);
  space.u16(nt + 6, 3);
  space.u32(nt + 8, timestamp);
  space.u16(nt + 0x14, 0xe0);
  space.u16(nt + 0x16, 0x102 | (dll ? 0x2000 : 0));
  const optional = base + OPTIONAL;
  space.u16(optional, 0x10b);
  space.u8(optional + 2, linker);
  space.u32(optional + 4, parts.text[1]);
  space.u32(optional + 0x10, entryPoint);
  space.u32(optional + 0x14, parts.text[0]);
  space.u32(optional + 0x18, parts.rdata[0]);
  space.u32(optional + 0x1c, base);
  space.u32(optional + 0x20, PAGE);
  space.u32(optional + 0x24, 0x200);
  space.u16(optional + 0x28, 5); // MajorOperatingSystemVersion
  space.u16(optional + 0x30, 5); // MajorSubsystemVersion
  space.u32(optional + 0x38, size);
  space.u32(optional + 0x3c, 0x400);
  space.u16(optional + 0x44, 3); // console
  space.u32(optional + 0x48, 0x100000);
  space.u32(optional + 0x4c, PAGE);
  space.u32(optional + 0x50, 0x100000);
  space.u32(optional + 0x54, PAGE);
  space.u32(optional + 0x5c, 16);
  const directory = (i: number, rva: number, length: number): void => {
    space.u32(optional + 0x60 + 8 * i, rva);
    space.u32(optional + 0x64 + 8 * i, length);
  };
  if (functions.some((f) => f.exported)) directory(0, parts.rdata[0] + EXPORTS_AT, IMPORTS_AT - EXPORTS_AT);
  if (imports.length) {
    directory(1, parts.rdata[0] + IMPORTS_AT, (imports.length + 1) * 20);
    const slots = imports.reduce((sum, i) => sum + i.names.length + 1, 0);
    directory(12, image.importTable ?? parts.rdata[0], slots * 4);
  }
  const section = (
    i: number,
    name: string,
    [rva, length]: readonly [number, number],
    flags: number,
  ): void => {
    const at = optional + 0xe0 + i * 0x28;
    space.text8(at, name);
    space.u32(at + 8, length);
    space.u32(at + 0xc, rva);
    space.u32(at + 0x10, length);
    space.u32(at + 0x14, rva);
    space.u32(at + 0x24, flags);
  };
  section(0, '.text', parts.text, 0x60000020);
  section(1, '.rdata', parts.rdata, 0x40000040);
  section(2, '.data', parts.data, 0xc0000040);
}

function putExports(
  space: AddressSpace,
  { base, fileName, functions, timestamp, parts }: ImageDescription,
): void {
  // names are sorted, as the loader's binary search wants them
  const sorted = functions.filter((f) => f.exported).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (sorted.length === 0) return;
  const directory = parts.rdata[0] + EXPORTS_AT;
  const at = base + directory;
  const addresses = directory + 0x28;
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
  if (text > parts.rdata[0] + IMPORTS_AT) throw new Error('the export table is too long');
}

/** Import descriptors, their lookup tables and names, and the slots as the loader leaves them: filled. */
function putImports(space: AddressSpace, image: ImageDescription): void {
  const { base, imports = [], parts } = image;
  const descriptors = parts.rdata[0] + IMPORTS_AT;
  let lookup = descriptors + (imports.length + 1) * 20;
  let text = lookup + imports.reduce((sum, i) => sum + (i.names.length + 1) * 4, 0);
  let slot = image.importTable ?? parts.rdata[0];
  imports.forEach(({ dll, names }, i) => {
    const descriptor = base + descriptors + 20 * i;
    space.u32(descriptor, lookup);
    space.u32(descriptor + 16, slot);
    for (const { name, address } of names) {
      space.u32(base + lookup, text);
      space.u32(base + slot, address);
      space.text8(base + text + 2, name); // behind the hint
      text += name.length + 3 + ((name.length + 3) % 2);
      lookup += 4;
      slot += 4;
    }
    space.u32(descriptor + 12, text);
    space.text8(base + text, dll);
    text += dll.length + 1 + ((dll.length + 1) % 2);
    lookup += 4;
    slot += 4;
  });
}

/** Bytes of hexadecimal digits; blanks are for the reader. */
export function codeOf(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** A 32-bit value as the digits of its bytes in memory. */
export function dword(value: number): string {
  return [0, 8, 16, 24].map((shift) => ((value >>> shift) & 0xff).toString(16).padStart(2, '0')).join('');
}

/** The bytes of `call target` at an address of a 32-bit process. */
export function callTo(from: number, target: number): string {
  return `e8${dword((target - (from + 5)) >>> 0)}`;
}
