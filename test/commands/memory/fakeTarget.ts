import { MemoryUnreadable } from '../../../core/errors/index.ts';
import type { FoundSymbol, SymbolService } from '../../../core/symbols/index.ts';
import { DEFAULT_SYMBOL_OPTIONS } from '../../../core/symbols/index.ts';
import {
  MACHINES,
  type Machine,
  type Memory,
  type Module,
  type RegisterContext,
  type Target,
  type Thread,
} from '../../../core/target/index.ts';

/** A process of a few bytes, to show what no real dump has at a known place. */
export interface FakeProcess {
  machine?: Machine;
  /** bytes by address, as hex digits */
  memory?: Record<string, string>;
  registers?: Record<string, bigint>;
  teb?: bigint;
  /** names by address, with a source line where one is given */
  symbols?: Record<string, string>;
  lines?: Record<string, [string, number]>;
  unloaded?: { name: string; start: bigint; end: bigint }[];
}

function fakeMemory(pieces: Record<string, string>): Memory {
  const bytes = new Map<bigint, number>();
  for (const [start, hex] of Object.entries(pieces)) {
    Buffer.from(hex.replaceAll(' ', ''), 'hex').forEach((b, i) => bytes.set(BigInt(start) + BigInt(i), b));
  }
  const run = (address: bigint, length: number): number[] => {
    const found: number[] = [];
    for (let i = 0; i < length; i++) {
      const b = bytes.get(address + BigInt(i));
      if (b === undefined) break;
      found.push(b);
    }
    return found;
  };
  return {
    read(address, length) {
      const found = run(address, length);
      if (found.length < length) throw new MemoryUnreadable(address + BigInt(found.length));
      return Uint8Array.from(found);
    },
    available: (address, length) => run(address, length).length,
    *windows({ start, end }) {
      for (let at = start; at < end; at++) {
        const b = bytes.get(at);
        if (b !== undefined) yield { base: at, bytes: Uint8Array.of(b) };
      }
    },
    origin: (address) => (bytes.has(address) ? 'dump' : undefined),
    nextReadable: (address) => [...bytes.keys()].sort((a, b) => (a < b ? -1 : 1)).find((a) => a >= address),
  };
}

export function fakeTarget(process: FakeProcess): Target {
  const machine = process.machine ?? MACHINES.x86;
  const registers = process.registers ?? {};
  const context: RegisterContext = {
    machine,
    ip: registers.eip ?? registers.rip ?? 0n,
    sp: registers.esp ?? registers.rsp ?? 0n,
    fp: 0n,
    get: (name) => registers[name],
    set: () => false,
    bytes: () => undefined,
    known: () => true,
    clone: () => context,
    definitions: () => [],
  };
  const thread: Thread = {
    index: 0,
    id: 0x24,
    teb: process.teb ?? 0n,
    context: () => context,
    tebFor: () => process.teb,
  };
  const none: Module[] = [];
  return {
    name: 'fake',
    system: { machine, os: { major: 6, minor: 1, build: 7601 }, wine: false },
    machines: [machine],
    memory: fakeMemory(process.memory ?? {}),
    modules: {
      length: 0,
      at: () => undefined,
      find: () => undefined,
      byName: () => undefined,
      [Symbol.iterator]: () => none[Symbol.iterator](),
    },
    unloadedModules: (process.unloaded ?? []).map((m) => ({ ...m, timestamp: 0, checksum: 0 })),
    threads: [thread],
    peb: () => undefined,
  };
}

export function fakeSymbols({ symbols = {}, lines = {} }: FakeProcess): SymbolService {
  const nothing: FoundSymbol[] = [];
  return {
    of: () => undefined,
    status: () => 'none',
    loaded: () => undefined,
    nearest: () => undefined,
    describe: (address) => symbols[`0x${address.toString(16)}`],
    resolve: () => nothing,
    match: () => nothing,
    line(address) {
      const found = lines[`0x${address.toString(16)}`];
      // dps asks for file and line alone
      return found && ({ file: found[0], line: found[1] } as ReturnType<SymbolService['line']>);
    },
    reload: () => undefined,
    reasons: () => [],
    options: { ...DEFAULT_SYMBOL_OPTIONS },
    revision: 0,
    takeLoads: () => [],
  };
}
