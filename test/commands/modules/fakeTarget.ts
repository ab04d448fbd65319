/** A target made of modules that a test describes, for output that must be as in published samples. */
import { MemoryUnreadable } from '../../../core/errors/index.ts';
import { PeImage } from '../../../core/pe/index.ts';
import type { ModuleSymbols, SymbolLoader } from '../../../core/symbols/index.ts';
import {
  type Address,
  MACHINES,
  type Memory,
  type Module,
  type Target,
  type UnloadedModule,
} from '../../../core/target/index.ts';

export interface FakeModule {
  readonly name: string;
  readonly base: bigint;
  readonly end: bigint;
  readonly path?: string;
  readonly timestamp?: number;
  readonly checksum?: number;
  readonly version?: Module['version'];
  /** the image as it lies in memory, from its first byte */
  readonly bytes?: Uint8Array;
}

/** Memory that holds the modules' bytes and nothing else. */
class ModuleMemory implements Memory {
  constructor(private readonly modules: readonly FakeModule[]) {}

  read(address: Address, length: number): Uint8Array {
    const n = this.available(address, length);
    if (n < length) throw new MemoryUnreadable(address + BigInt(n));
    const { base, bytes } = this.at(address) ?? { base: 0n, bytes: undefined };
    const at = Number(address - base);
    return (bytes ?? new Uint8Array(0)).subarray(at, at + length);
  }

  available(address: Address, length: number): number {
    const found = this.at(address);
    return found?.bytes ? Math.min(length, found.bytes.length - Number(address - found.base)) : 0;
  }

  *windows({ start, end }: { start: Address; end: Address }): Iterable<{ base: Address; bytes: Uint8Array }> {
    for (const { base, bytes } of this.modules)
      if (bytes && base >= start && base < end) yield { base, bytes };
  }

  origin(address: Address): 'dump' | undefined {
    return this.available(address, 1) > 0 ? 'dump' : undefined;
  }

  nextReadable(address: Address): Address | undefined {
    return this.available(address, 1) > 0 ? address : this.modules.find((m) => m.base >= address)?.base;
  }

  private at(address: Address): FakeModule | undefined {
    return this.modules.find((m) => address >= m.base && address < m.base + BigInt(m.bytes?.length ?? 0));
  }
}

export function fakeTarget(
  kind: 'x86' | 'x64',
  fakes: readonly FakeModule[],
  more: { unloaded?: readonly UnloadedModule[]; osMajor?: number } = {},
): Target {
  const memory = new ModuleMemory(fakes);
  const modules = fakes.map((fake, index): Module => {
    const path = fake.path ?? `${fake.name}.dll`;
    const size = Number(fake.end - fake.base);
    const reader = {
      read: (rva: number, n: number) => {
        const there = memory.available(fake.base + BigInt(rva), n);
        return there > 0 ? memory.read(fake.base + BigInt(rva), there) : new Uint8Array(0);
      },
    };
    const image = fake.bytes && PeImage.fromMemory(reader, size, fake.base);
    return {
      index,
      base: fake.base,
      size,
      end: fake.end,
      path,
      fileName: path.slice(path.lastIndexOf('\\') + 1),
      name: fake.name,
      timestamp: fake.timestamp ?? image?.timestamp ?? 1,
      checksum: fake.checksum ?? image?.checksum ?? 1,
      version: fake.version,
      codeView: image?.codeView,
      image,
    };
  });
  return {
    name: 'fake.dmp',
    system: {
      machine: MACHINES[kind],
      os: { major: more.osMajor ?? 10, minor: 0, build: 19041 },
      wine: false,
    },
    machines: [MACHINES[kind]],
    memory,
    modules: {
      length: modules.length,
      at: (i) => modules[i],
      find: (a) => modules.find((m) => a >= m.base && a < m.end),
      byName: (n) =>
        modules.find((m) => [m.name, m.fileName].some((own) => own.toLowerCase() === n.toLowerCase())),
      [Symbol.iterator]: () => modules[Symbol.iterator](),
    },
    unloadedModules: more.unloaded ?? [],
    threads: [],
    peb: () => undefined,
  };
}

/** Symbols of modules by name; modules without any have none. */
export function fakeSymbols(
  symbols: Readonly<Record<string, Partial<ModuleSymbols> & Pick<ModuleSymbols, 'status'>>>,
): SymbolLoader {
  return {
    load(module) {
      const found = symbols[module.name];
      return (
        found && {
          nearest: () => undefined,
          next: () => undefined,
          find: () => [],
          match: () => [],
          ...found,
        }
      );
    },
  };
}
