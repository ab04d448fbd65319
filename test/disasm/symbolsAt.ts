import type { SymbolService } from '../../core/symbols/index.ts';
import { DEFAULT_SYMBOL_OPTIONS } from '../../core/symbols/index.ts';

/** Names for the addresses that a line of disassembly names: `ntdll!Foo (77d672c3)`, SharedUserData's left out. */
export function symbolsAt(line: string): SymbolService {
  const names = new Map<bigint, string>();
  for (const [, name = '', address = ''] of line.matchAll(/([\w!#@?+]+) \(([0-9a-f`]{8,17})\)/g)) {
    if (!name.startsWith('SharedUserData')) names.set(BigInt(`0x${address.replace('`', '')}`), name);
  }
  return {
    of: () => undefined,
    status: () => 'none',
    loaded: () => undefined,
    nearest: () => undefined,
    describe: (address) => names.get(address),
    resolve: () => [],
    match: () => [],
    line: () => undefined,
    reload: () => undefined,
    reasons: () => [],
    options: { ...DEFAULT_SYMBOL_OPTIONS },
    revision: 0,
    takeLoads: () => [],
  };
}
