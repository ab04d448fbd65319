/** A process of a few words and a few instructions, for what no real dump has at a known place. */
import { MemoryUnreadable } from '../../core/errors/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import type { ModuleSymbols, SymbolService, UnwindSource } from '../../core/symbols/index.ts';
import { DEFAULT_SYMBOL_OPTIONS } from '../../core/symbols/index.ts';
import {
  ContextRecord,
  contextSize,
  MACHINES,
  type Machine,
  type Memory,
  type Module,
  type RegisterContext,
  type Target,
  type Thread,
} from '../../core/target/index.ts';

export interface FakeModule {
  readonly name: string;
  readonly base: number;
  readonly size: number;
  /** function names by RVA; with them the module counts as one with symbols */
  readonly functions?: Readonly<Record<string, number>>;
  readonly status?: ModuleSymbols['status'];
  readonly unwind?: UnwindSource;
  /** RVA and size of the exception directory: then the module's headers are in memory */
  readonly pdata?: readonly [number, number];
  /** RVA and size of the load configuration */
  readonly loadConfig?: readonly [number, number];
}

export interface FakeProcess {
  readonly machine?: Machine;
  readonly modules?: readonly FakeModule[];
  /** bytes by address, as hex digits with blanks */
  readonly bytes?: Readonly<Record<number, string>>;
  /** words of the machine's size by address, in a row */
  readonly words?: Readonly<Record<number, readonly (number | bigint)[]>>;
  /** low and high end of the stack, for the TEB */
  readonly stack?: readonly [number, number];
}

const TEB = 0x7ffde000;

class FakeMemory implements Memory {
  private readonly bytes = new Map<number, number>();

  write(address: number, bytes: Uint8Array | readonly number[]): void {
    bytes.forEach((b, i) => this.bytes.set(address + i, b));
  }

  word(address: number, value: number | bigint, size: 4 | 8): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < size; i++, rest >>= 8n) this.bytes.set(address + i, Number(rest & 0xffn));
  }

  read(address: bigint, length: number): Uint8Array {
    const n = this.available(address, length);
    if (n < length) throw new MemoryUnreadable(address + BigInt(n));
    return Uint8Array.from({ length }, (_, i) => this.bytes.get(Number(address) + i) ?? 0);
  }

  available(address: bigint, length: number): number {
    let n = 0;
    while (n < length && this.bytes.has(Number(address) + n)) n++;
    return n;
  }

  *windows(): Iterable<never> {
    yield* [];
  }

  origin(address: bigint): 'dump' | undefined {
    return this.bytes.has(Number(address)) ? 'dump' : undefined;
  }

  nextReadable(address: bigint): bigint | undefined {
    return this.bytes.has(Number(address)) ? address : undefined;
  }
}

export interface Faked {
  readonly target: Target;
  readonly symbols: SymbolService;
  readonly machine: Machine;
  readonly thread: Thread;
  readonly memory: FakeMemory;
  registers(values: Readonly<Record<string, number | bigint>>): RegisterContext;
}

export function fakeProcess(process: FakeProcess): Faked {
  const machine = process.machine ?? MACHINES.x86;
  const size = machine.pointerSize;
  const memory = new FakeMemory();
  for (const [address, hex] of Object.entries(process.bytes ?? {})) {
    memory.write(Number(address), Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }
  for (const [address, words] of Object.entries(process.words ?? {})) {
    words.forEach((word, i) => {
      memory.word(Number(address) + i * size, word, size);
    });
  }
  if (process.stack) {
    memory.word(TEB + size, process.stack[1], size);
    memory.word(TEB + 2 * size, process.stack[0], size);
  }
  const modules = (process.modules ?? []).map((m, i) => moduleOf(m, i, machine, memory));
  const list = {
    length: modules.length,
    at: (i: number) => modules[i],
    find: (a: bigint) => modules.find((m) => a >= m.base && a < m.end),
    byName: (name: string) => modules.find((m) => m.name === name),
    [Symbol.iterator]: () => modules[Symbol.iterator](),
  };
  const thread: Thread = {
    index: 0,
    id: 0x1234,
    teb: process.stack ? BigInt(TEB) : 0n,
    context: () => undefined,
    tebFor: () => (process.stack ? BigInt(TEB) : undefined),
  };
  const target: Target = {
    name: 'fake',
    system: { machine, os: { major: 10, minor: 0, build: 19041 }, wine: false },
    machines: [machine],
    memory,
    modules: list,
    unloadedModules: [],
    threads: [thread],
    peb: () => undefined,
  };
  const registers = (values: Readonly<Record<string, number | bigint>>): RegisterContext => {
    const record = new ContextRecord(machine, new Uint8Array(contextSize(machine)));
    for (const [name, value] of Object.entries(values)) record.set(name, BigInt(value));
    return record;
  };
  return { target, symbols: symbolsOf(process.modules ?? [], modules), machine, thread, memory, registers };
}

function moduleOf(m: FakeModule, index: number, machine: Machine, memory: FakeMemory): Module {
  const base = BigInt(m.base);
  if (m.pdata) memory.write(m.base, peHeader(machine, m));
  return {
    index,
    base,
    size: m.size,
    end: base + BigInt(m.size),
    path: `C:\\${m.name}.dll`,
    fileName: `${m.name}.dll`,
    name: m.name,
    timestamp: 0,
    checksum: 0,
    machine,
    image: m.pdata && imageOf(memory, m),
  };
}

function imageOf(memory: FakeMemory, m: FakeModule): PeImage {
  const read = (rva: number, length: number): Uint8Array => {
    const n = memory.available(BigInt(m.base + rva), length);
    return memory.read(BigInt(m.base + rva), n);
  };
  return PeImage.fromMemory({ read }, m.size, BigInt(m.base));
}

/** Headers of a 64-bit image with one section of code and an exception directory (PE Format). */
function peHeader(machine: Machine, m: FakeModule): Uint8Array {
  const bytes = new Uint8Array(0x200);
  const view = new DataView(bytes.buffer);
  bytes.set([0x4d, 0x5a]);
  view.setUint32(0x3c, 0x40, true);
  bytes.set([0x50, 0x45], 0x40);
  view.setUint16(0x44, machine.imageMachine, true);
  view.setUint16(0x46, 1, true); // sections
  view.setUint16(0x54, 0xf0, true); // size of the optional header
  view.setUint16(0x58, 0x20b, true);
  view.setUint32(0x58 + 56, m.size, true);
  view.setUint32(0x58 + 60, 0x200, true);
  view.setUint32(0x58 + 108, 16, true);
  view.setUint32(0x58 + 112 + 8 * 3, m.pdata?.[0] ?? 0, true);
  view.setUint32(0x58 + 112 + 8 * 3 + 4, m.pdata?.[1] ?? 0, true);
  view.setUint32(0x58 + 112 + 8 * 10, m.loadConfig?.[0] ?? 0, true);
  view.setUint32(0x58 + 112 + 8 * 10 + 4, m.loadConfig?.[1] ?? 0, true);
  const section = 0x58 + 0xf0;
  view.setUint32(section + 8, m.size - 0x1000, true);
  view.setUint32(section + 12, 0x1000, true);
  view.setUint32(section + 36, 0x60000020, true);
  return bytes;
}

function symbolsOf(fakes: readonly FakeModule[], modules: readonly Module[]): SymbolService {
  const made = new Map<Module, ModuleSymbols | undefined>();
  fakes.forEach((fake, i) => {
    const module = modules[i];
    if (module) made.set(module, moduleSymbols(fake));
  });
  const find = (address: bigint): Module | undefined =>
    modules.find((m) => address >= m.base && address < m.end);
  const nearest: SymbolService['nearest'] = (address) => {
    const module = find(address);
    const symbol = module && made.get(module)?.nearest(Number(address - module.base));
    if (!module || !symbol) return undefined;
    const at = module.base + BigInt(symbol.rva);
    return { module, symbol, address: at, displacement: address - at };
  };
  return {
    of: (module) => made.get(module),
    loaded: (module) => made.get(module),
    status: (module) => made.get(module)?.status ?? 'none',
    nearest,
    describe: (address) => {
      const found = nearest(address);
      return found && `${found.module.name}!${found.symbol.name}+0x${found.displacement.toString(16)}`;
    },
    resolve: () => [],
    match: () => [],
    line: (address) => {
      const module = find(address);
      const line = module && made.get(module)?.lineAt?.(Number(address - module.base));
      return module && line && { ...line, module };
    },
    reload: () => undefined,
    reasons: () => [],
    options: { ...DEFAULT_SYMBOL_OPTIONS },
    revision: 0,
    takeLoads: () => [],
  };
}

function moduleSymbols(fake: FakeModule): ModuleSymbols | undefined {
  if (!fake.functions && !fake.unwind) return undefined;
  const sorted = Object.entries(fake.functions ?? {})
    .map(([name, rva]) => ({ name, rva, kind: 'function' as const }))
    .sort((a, b) => a.rva - b.rva);
  return {
    status: fake.status ?? 'pdb',
    nearest: (rva) => sorted.findLast((s) => s.rva <= rva),
    next: (rva) => sorted.find((s) => s.rva > rva),
    find: (name) => sorted.filter((s) => s.name === name),
    match: () => [],
    unwind: fake.unwind,
  };
}
