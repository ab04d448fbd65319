import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type Output, type Part } from '../../output/index.ts';
import type { SourceLine, SymbolRecord } from '../../symbols/index.ts';
import type { Address, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { sourceParts } from '../sourceParts.ts';
import { showsLines } from '../settings.ts';
import { readSwitches } from '../switches.ts';
import { symbolTail } from './symbolTail.ts';

interface LnModel {
  readonly address: Address;
  readonly pointerSize: 4 | 8;
  readonly module?: Module;
  /** the symbols at or nearest below the address, which all begin at the same place */
  readonly symbols: readonly SymbolRecord[];
  readonly displacement: bigint;
  readonly next?: SymbolRecord;
  readonly source?: SourceLine;
  /** in a module that was unloaded: its name and the offset */
  readonly unloaded?: { readonly name: string; readonly offset: bigint };
}

/** `ln ADDRESS`: what lies at an address and what follows. */
export const ln = command<LnModel>({
  name: 'ln',
  tier: 'A',
  syntax: ['ln Address', 'ln /D Address'],
  summary: 'Names the symbols at or nearest below an address and the next one, with the source line.',
  options: [{ flag: '/D', meaning: 'accepted: names can be clicked anyway' }],
  run({ session, args }): LnModel {
    const { rest } = readSwitches('ln', args, 'D');
    return modelOf(session, session.evaluator.address(rest === '' ? '@$ip' : rest));
  },
  print,
  data,
});

function modelOf(session: Session, address: Address): LnModel {
  const module = session.target.modules.find(address);
  const pointerSize = module?.machine?.pointerSize ?? session.machine.pointerSize;
  const model = { address, pointerSize, symbols: [], displacement: 0n };
  if (!module) return { ...model, unloaded: unloadedAt(session, address) };
  const symbols = session.symbols.of(module);
  const rva = Number(address - module.base);
  const nearest = symbols?.nearest(rva);
  const all = nearest && (symbols?.at?.(rva) ?? [nearest]);
  return {
    ...model,
    module,
    symbols: all ?? [],
    displacement: BigInt(nearest ? (nearest.displacement ?? rva - nearest.rva) : rva),
    next: symbols?.next(rva),
    source: showsLines(session) ? session.symbols.line(address) : undefined,
  };
}

function unloadedAt(session: Session, address: Address): LnModel['unloaded'] {
  const found = session.target.unloadedModules.find((m) => address >= m.start && address < m.end);
  return found && { name: found.name, offset: address - found.start };
}

function print(model: LnModel, out: Output, { session }: Call): void {
  const { address, module, symbols, displacement, next, source, unloaded, pointerSize } = model;
  const at = (where: Address): Part => span(formatAddress(where, pointerSize), 'address');
  const plus = (offset: bigint): string => (offset === 0n ? '' : `+0x${offset.toString(16)}`);
  if (!module) {
    if (unloaded) out.line('(', at(address), `)   <Unloaded_${unloaded.name}>${plus(unloaded.offset)}`);
    else out.line(span(`${formatAddress(address, pointerSize)} is in no module`, 'missing'));
    return;
  }
  const line: Part[] = source ? [...sourceParts(source, address), ' '] : [];
  const [nearest] = symbols;
  const name = nearest ? `${module.name}!${nearest.name}` : module.name;
  const start = module.base + BigInt(nearest?.rva ?? 0);
  line.push('(', at(start), ')   ', span(`${name}${plus(displacement)}`, 'symbol'));
  if (next) {
    line.push('   |  (', at(module.base + BigInt(next.rva)), ')   ');
    line.push(span(`${module.name}!${next.name}`, 'symbol'));
  }
  out.line(...line);
  if (!nearest || displacement !== 0n) return;
  out.line('Exact matches:');
  for (const symbol of symbols) {
    const tail = symbolTail(session, { symbol, module, address });
    out.line('    ', span(`${module.name}!${symbol.name}`, 'symbol'), ...tail);
  }
}

function data({ address, module, symbols, displacement, next, source }: LnModel) {
  const row = (symbol: SymbolRecord, from: bigint) => ({
    address: hexAddress((module?.base ?? 0n) + BigInt(symbol.rva)),
    module: module?.name,
    name: symbol.name,
    displacement: from < 0n ? `-${hexAddress(-from)}` : hexAddress(from),
  });
  const after = module && next && address - module.base - BigInt(next.rva);
  return {
    address: hexAddress(address),
    symbols: [
      ...symbols.map((symbol) => row(symbol, displacement)),
      ...(next && after !== undefined ? [row(next, after)] : []),
    ],
    source: source && { file: source.file, line: source.line },
  };
}
