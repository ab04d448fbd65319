import { MemoryUnreadable } from '../../core/errors/index.ts';
import type { EvaluatorEnvironment } from '../../core/eval/index.ts';
import { MACHINES, type Machine } from '../../core/target/index.ts';

/** A session in miniature: one register file, some symbols, and one run of memory at 0x1000 that counts up. */
export interface FakeOptions {
  machine?: Machine;
  radix?: number;
  registers?: Record<string, bigint>;
  modules?: Record<string, bigint>;
  symbols?: Record<string, bigint[]>;
  lines?: Record<string, bigint>;
}

const MEMORY_START = 0x1000n;
const MEMORY = Uint8Array.from({ length: 0x100 }, (_, i) => i);

export function fakeEnvironment(options: FakeOptions = {}): EvaluatorEnvironment & { radix: number } {
  const pseudos = new Map<string, bigint>([['$ip', 0x77b18087n]]);
  return {
    radix: options.radix ?? 16,
    machine: options.machine ?? MACHINES.x64,
    memory: {
      read(address, length) {
        const offset = Number(address - MEMORY_START);
        if (offset < 0 || offset + length > MEMORY.length) throw new MemoryUnreadable(address);
        return MEMORY.subarray(offset, offset + length);
      },
      available(address, length) {
        const offset = Number(address - MEMORY_START);
        return offset < 0 || offset >= MEMORY.length ? 0 : Math.min(length, MEMORY.length - offset);
      },
    },
    register: (name) => options.registers?.[name],
    pseudo: (name) => pseudos.get(name) ?? (/^\$t1?[0-9]$/.test(name) ? 0n : undefined),
    setPseudo(name, value) {
      if (!/^\$(t1?[0-9]|exp|p)$/.test(name)) return false;
      pseudos.set(name, value);
      return true;
    },
    remember() {
      const kept = new Map(pseudos);
      return () => {
        for (const [name, value] of kept) pseudos.set(name, value);
      };
    },
    segmentBase: (name) => (name === 'fs' ? 0x1010n : name === 'ds' ? 0n : undefined),
    moduleBase: (name) => options.modules?.[name.toLowerCase()],
    symbol: (name) => options.symbols?.[name] ?? [],
    entryPoint: (base) => (base === 0x400000n ? 0x401234n : undefined),
    sourceLine: ({ module, file, line }) => {
      const found = options.lines?.[`${module ?? ''}!${file ?? ''}:${line ?? ''}`];
      return found === undefined ? [] : [found];
    },
  };
}
