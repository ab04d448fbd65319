import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { layOutMinidump, type MemoryContent } from '../../core/minidump/index.ts';
import { buildImage, Pieces } from '../pe/imageBuilder.ts';

/** The modules of the made-up process, and the bytes of code that each has. */
export const MODULES = 500;
const CODE_BYTES = 0x40000;
const FIRST_BASE = 0x7ff600000000n;
const SPACING = 0x100000n;
const TEXT = 0x1000;
const RDATA = TEXT + CODE_BYTES;
const DATA = RDATA + 0x4000;
const IMAGE_SIZE = DATA + 0x1000;
const HANDLE = DATA + 0x100;
/** one module in so many has a runtime of its own, one in so many more uses heaps without one; the others link the UCRT */
const STATIC_EVERY = 10;
const NONE_EVERY = 4;

const HEAP = ['HeapAlloc', 'HeapFree', 'HeapReAlloc', 'HeapSize', 'GetProcessHeap'];
/** what a static runtime's start-up imports besides, and what most programs do */
const STARTUP =
  'GetStdHandle GetFileType GetStartupInfoW GetCPInfo GetACP GetOEMCP IsValidCodePage FreeEnvironmentStringsW GetStringTypeW LCMapStringW RtlUnwindEx TlsAlloc';
const PLAIN = Array.from({ length: 80 }, (_, i) => `SomeFunctionOfKernel32Number${i}`);
const UCRT = ['heap', 'runtime', 'stdio', 'string', 'math'].map(
  (part) => `api-ms-win-crt-${part}-l1-1-0.dll`,
);

/** Writes a dump of a 64-bit process with many modules, their code, data and import tables. */
export function writeManyModules(path: string): void {
  const memory: MemoryContent[] = [];
  const modules = Array.from({ length: MODULES }, (_, i) => {
    const base = FIRST_BASE + BigInt(i) * SPACING;
    const kind =
      i === 0 ? 'ucrt' : i % STATIC_EVERY === 0 ? 'static' : i % NONE_EVERY === 1 ? 'none' : 'dynamic';
    memory.push(...moduleMemory(base, i, kind));
    const name = kind === 'ucrt' ? 'C:\\Windows\\System32\\ucrtbase.dll' : `C:\\app\\module${i}.dll`;
    return { base, size: IMAGE_SIZE, name };
  });
  const laidOut = layOutMinidump({
    flags: 2n,
    systemInfo: { processorArchitecture: 9, majorVersion: 10, minorVersion: 0, buildNumber: 19041 },
    threads: [{ id: 1, context: new Uint8Array(0x4d0) }],
    modules,
    memory,
    memoryForm: 'list64',
  });
  const file = openSync(path, 'w');
  ftruncateSync(file, laidOut.size);
  for (const piece of laidOut.pieces()) writeSync(file, piece.bytes, 0, piece.bytes.length, piece.offset);
  closeSync(file);
}

function moduleMemory(
  base: bigint,
  seed: number,
  kind: 'ucrt' | 'static' | 'none' | 'dynamic',
): MemoryContent[] {
  const own = kind === 'static' ? STARTUP.split(' ') : [];
  const heap = kind === 'dynamic' ? [] : HEAP;
  const dlls = [{ dll: 'KERNEL32.dll', names: [...heap, ...own, ...PLAIN] }];
  if (kind === 'dynamic') {
    UCRT.forEach((dll, i) =>
      dlls.push({ dll, names: i === 0 ? ['malloc', 'free'] : [`_function${i}`, `_other${i}`] }),
    );
  }
  const { rdata, slots, size } = importTable(dlls);
  const text = code(seed);
  if (kind === 'static' || kind === 'ucrt') putHeapCalls(text, slots);
  const file = buildImage({
    pe32plus: true,
    imageBase: base,
    sections: [
      { name: '.text', rva: TEXT, data: text, characteristics: 0x60000020 },
      { name: '.rdata', rva: RDATA, data: rdata },
      { name: '.data', rva: DATA, data: new Uint8Array(0x1000), characteristics: 0xc0000040 },
    ],
    directories: { 1: [RDATA, size] },
  });
  const data = new Uint8Array(0x1000);
  new DataView(data.buffer).setBigUint64(HANDLE - DATA, 0x1f0000n, true);
  const at = (rva: number, bytes: Uint8Array): MemoryContent => ({
    start: base + BigInt(rva),
    size: bytes.length,
    bytes,
  });
  return [at(0, file.slice(0, 0x400)), at(TEXT, text), at(RDATA, rdata), at(DATA, data)];
}

/** Descriptors, lookup tables, slots and names, one behind the other. */
function importTable(dlls: readonly { dll: string; names: readonly string[] }[]): {
  rdata: Uint8Array;
  slots: ReadonlyMap<string, number>;
  size: number;
} {
  const p = new Pieces(RDATA);
  const slots = new Map<string, number>();
  const size = (dlls.length + 1) * 20;
  let at = RDATA + size;
  at += (8 - (at % 8)) % 8;
  let names = at + dlls.reduce((sum, d) => sum + (d.names.length + 1) * 16, 0);
  dlls.forEach(({ dll, names: functions }, i) => {
    const lookup = at;
    const table = at + (functions.length + 1) * 8;
    at = table + (functions.length + 1) * 8;
    functions.forEach((name, k) => {
      p.u64(lookup + k * 8, BigInt(names)).u64(table + k * 8, 0x7ff800000000n);
      slots.set(name, table + k * 8);
      p.u16(names, 0).ascii(names + 2, name);
      names += 2 + name.length + 1;
      names += names % 2;
    });
    p.u64(lookup + functions.length * 8, 0n).u64(table + functions.length * 8, 0n);
    p.u32(RDATA + i * 20, lookup, 0, 0, names, table).ascii(names, dll);
    names += dll.length + 1;
    names += names % 2;
  });
  return { rdata: p.data, slots, size };
}

/** Bytes as good as any: code is looked through for a few addresses. */
function code(seed: number): Uint8Array {
  const words = new Uint32Array(CODE_BYTES / 4);
  let x = seed + 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer);
}

/** What the UCRT's start-up, malloc and free look like (CRT.md, section 4), at the end of the code. */
function putHeapCalls(text: Uint8Array, slots: ReadonlyMap<string, number>): void {
  // linkers fill up with int 3 between functions
  let at = text.length - 0x200;
  text.fill(0xcc, at - 0x20);
  const view = new DataView(text.buffer);
  const put = (...bytes: number[]): void => {
    text.set(bytes, at);
    at += bytes.length;
  };
  const relative = (rva: number): void => {
    view.setInt32(at, rva - (TEXT + at + 4), true);
    at += 4;
  };
  const call = (name: string): void => {
    put(0xff, 0x15);
    relative(slots.get(name) ?? 0);
  };
  call('GetProcessHeap');
  put(0x48, 0x89, 0x05);
  relative(HANDLE);
  put(0xc3);
  for (const name of ['HeapAlloc', 'HeapFree']) {
    at += 16 - (at % 16);
    put(0x4c, 0x8b, 0xc1, 0x33, 0xd2, 0x48, 0x8b, 0x0d);
    relative(HANDLE);
    call(name);
    put(0xc3);
  }
}
