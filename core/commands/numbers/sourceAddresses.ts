import type { SourcePlace } from '../../eval/index.ts';
import type { ModuleSymbols, SourceLine } from '../../symbols/index.ts';
import type { Address, Module } from '../../target/index.ts';
import { moduleOf } from '../dt/index.ts';
import type { Session } from '../session.ts';

/**
 * The first instruction of a source line: of a line without code that of the next one that has any, without a line that
 * of the file's first. Without a file the one of the instruction pointer is meant. One address for each module that
 * has code of the file, of those that are looked at: the module that is named, else those whose symbols are loaded,
 * else those that this machine has symbols of.
 */
export function sourceAddresses(session: Session, { module, file, line }: SourcePlace): readonly Address[] {
  const here = session.registers()?.ip;
  const wanted = file ?? (here === undefined ? undefined : session.symbols.line(here)?.file);
  if (wanted === undefined) return [];
  if (module !== undefined) {
    const only = moduleOf(session, module);
    return only ? addressIn(only, session.symbols.of(only), wanted, line) : [];
  }
  const { symbols } = session;
  const modules = [...session.target.modules];
  const inLoaded = modules.flatMap((m) => addressIn(m, symbols.loaded(m), wanted, line));
  if (inLoaded.length > 0) return inLoaded;
  return modules.flatMap((m) => addressIn(m, symbols.of(m, { download: false }), wanted, line));
}

function addressIn(
  module: Module,
  symbols: ModuleSymbols | undefined,
  file: string,
  line: number | undefined,
): Address[] {
  if (!symbols?.codeOf) return [];
  const exact = line === undefined ? undefined : first(symbols.codeOf(file, line));
  const found = exact ?? nearestLine(symbols.codeOf(file), line ?? 0);
  return found ? [module.base + BigInt(found.rva)] : [];
}

/** By rising RVA: the first is the lowest. */
function first(code: Iterable<SourceLine>): SourceLine | undefined {
  for (const run of code) return run;
  return undefined;
}

/** The lowest code of the first line at or behind `line` that has any. */
function nearestLine(code: Iterable<SourceLine>, line: number): SourceLine | undefined {
  let best: SourceLine | undefined;
  for (const run of code) if (run.line >= line && (!best || run.line < best.line)) best = run;
  return best;
}
