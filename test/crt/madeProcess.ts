import { BufferSource } from '../../core/bytes/index.ts';
import { Minidump, type MemoryContent, writeMinidump } from '../../core/minidump/index.ts';
import { openTarget, type Target } from '../../core/target/index.ts';
import { buildImage, LFANEW, Pieces } from '../pe/imageBuilder.ts';

/** A 32-bit module of a process that a test makes. RVAs: code at 1000h, import tables at 3000h, data at 6000h. */
export interface MadeModule {
  readonly path: string;
  readonly base: number;
  /** by DLL: the functions, and the module that their slots point into */
  readonly imports?: readonly {
    readonly dll: string;
    readonly names: readonly string[];
    readonly from?: number;
  }[];
  /** `delayed` imports, whose slots were not resolved yet unless `from` says so */
  readonly delayed?: readonly {
    readonly dll: string;
    readonly names: readonly string[];
    readonly from?: number;
  }[];
  /** hexadecimal digits; `{name}` is the slot of an import, `{+n}` a place in the data */
  readonly code?: readonly string[];
  /** dwords of the data, by offset */
  readonly data?: Readonly<Record<number, number>>;
  /** texts at the start of the read-only data */
  readonly texts?: readonly string[];
  readonly linker?: readonly [major: number, minor: number];
  readonly sectionNames?: readonly [text: string, rdata: string, data: string];
  /** the dump has the module list's entry alone */
  readonly withoutImage?: boolean;
  readonly version?: readonly [number, number, number, number];
}

const TEXT = 0x1000;
const RDATA = 0x3000;
const IMPORTS = 0x4000;
const DATA = 0x6000;
const IMAGE_SIZE = 0x7000;

/** A dump of a process of these modules, opened. */
export function madeProcess(modules: readonly MadeModule[]): Target {
  const memory: MemoryContent[] = modules.flatMap((m) => (m.withoutImage ? [] : memoryOf(m)));
  const bytes = writeMinidump({
    flags: 2n,
    systemInfo: { processorArchitecture: 0, majorVersion: 6, minorVersion: 1, buildNumber: 7601 },
    threads: [{ id: 1, context: new Uint8Array(0x2cc) }],
    modules: modules.map(({ path, base, version }) => ({
      base: BigInt(base),
      size: IMAGE_SIZE,
      name: path,
      version: version && { ...NO_VERSION, fileVersion: [...version], productVersion: [...version] },
    })),
    memory: memory.toSorted((a, b) => Number(a.start - b.start)),
    memoryForm: 'list64',
  });
  return openTarget(Minidump.open(new BufferSource(bytes, 'made.dmp')));
}

const NO_VERSION = { flagsMask: 0x3f, flags: 0, os: 0x40004, type: 2, subtype: 0, date: 0n };

function memoryOf(m: MadeModule): MemoryContent[] {
  const slots = new Map<string, number>();
  const tables = new Pieces(RDATA);
  let at = RDATA;
  for (const text of m.texts ?? []) {
    tables.ascii(at, text);
    at += text.length + 1;
  }
  tables.u32(IMPORTS, 0);
  const normal = importTables(tables, IMPORTS, m.imports ?? [], slots);
  const delayed = delayTables(tables, normal.end, m.delayed ?? [], slots);
  const text = new Uint8Array(0x1000).fill(0xcc);
  let next = 0x40;
  for (const code of m.code ?? []) {
    const bytes = assemble(code, m.base, slots);
    text.set(bytes, next);
    next = Math.ceil((next + bytes.length + 16) / 16) * 16;
  }
  const data = new Uint8Array(0x1000);
  for (const [offset, value] of Object.entries(m.data ?? {}))
    new DataView(data.buffer).setUint32(Number(offset), value, true);
  const [textName, rdataName, dataName] = m.sectionNames ?? ['.text', '.rdata', '.data'];
  const file = buildImage({
    imageBase: BigInt(m.base),
    sections: [
      { name: textName, rva: TEXT, data: text, characteristics: 0x60000020 },
      { name: rdataName, rva: RDATA, data: tables.data },
      { name: dataName, rva: DATA, data, characteristics: 0xc0000040 },
    ],
    directories: { 1: [IMPORTS, normal.size], 13: delayed },
  });
  const [major, minor] = m.linker ?? [9, 0];
  file[LFANEW + 24 + 2] = major;
  file[LFANEW + 24 + 3] = minor;
  const piece = (rva: number, bytes: Uint8Array): MemoryContent => ({
    start: BigInt(m.base + rva),
    size: bytes.length,
    bytes,
  });
  return [piece(0, file.slice(0, 0x400)), piece(TEXT, text), piece(RDATA, tables.data), piece(DATA, data)];
}

type Imports = NonNullable<MadeModule['imports']>;

function importTables(
  p: Pieces,
  start: number,
  dlls: Imports,
  slots: Map<string, number>,
): { size: number; end: number } {
  const size = (dlls.length + 1) * 20;
  let at = start + size;
  dlls.forEach(({ dll, names, from }, i) => {
    const lookup = at;
    const table = lookup + (names.length + 1) * 4;
    let text = table + (names.length + 1) * 4;
    names.forEach((name, k) => {
      p.u32(lookup + k * 4, text).u32(table + k * 4, from === undefined ? 0 : from + TEXT + 0x40 + k * 16);
      p.u16(text, 0).ascii(text + 2, name);
      slots.set(name, table + k * 4);
      text += name.length + 3;
    });
    p.u32(lookup + names.length * 4, 0).u32(table + names.length * 4, 0);
    p.ascii(text, dll).u32(start + i * 20, lookup, 0, 0, text, table);
    at = Math.ceil((text + dll.length + 1) / 4) * 4;
  });
  p.u32(start + dlls.length * 20, 0, 0, 0, 0, 0);
  return { size, end: at };
}

function delayTables(
  p: Pieces,
  start: number,
  dlls: Imports,
  slots: Map<string, number>,
): [rva: number, size: number] {
  const size = (dlls.length + 1) * 32;
  let at = start + size;
  dlls.forEach(({ dll, names, from }, i) => {
    const table = at;
    const lookup = table + (names.length + 1) * 4;
    let text = lookup + (names.length + 1) * 4;
    names.forEach((name, k) => {
      p.u32(lookup + k * 4, text).u32(table + k * 4, from === undefined ? 0 : from + TEXT + 0x40 + k * 16);
      p.u16(text, 0).ascii(text + 2, name);
      slots.set(name, table + k * 4);
      text += name.length + 3;
    });
    p.u32(table + names.length * 4, 0).u32(lookup + names.length * 4, 0);
    p.ascii(text, dll).u32(start + i * 32, 1, text, 0, table, lookup, 0, 0, 0);
    at = Math.ceil((text + dll.length + 1) / 4) * 4;
  });
  p.u32(start + dlls.length * 32, 0, 0, 0, 0, 0, 0, 0, 0);
  return dlls.length === 0 ? [0, 0] : [start, size];
}

function assemble(code: string, base: number, slots: ReadonlyMap<string, number>): number[] {
  const bytes: number[] = [];
  for (const token of code.split(/\s+|(?=\{)|(?<=\})/)) {
    const name = /^\{(.*)\}$/.exec(token)?.[1];
    if (name === undefined) {
      for (const pair of token.match(/../g) ?? []) bytes.push(parseInt(pair, 16));
      continue;
    }
    const value = base + (name.startsWith('+') ? DATA + Number(name) : (slots.get(name) ?? 0));
    bytes.push(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
  }
  return bytes;
}
