import type { ModuleSymbols, SymbolRecord } from './model.ts';
import type { UnwindSource } from './unwindSource.ts';

/** What is left of a PDB's symbols without the private ones: no types, no lines, no variables, no inlined functions. */
export function publicsOnly(symbols: ModuleSymbols): ModuleSymbols {
  const { status, file, unwind } = symbols;
  return {
    status,
    file,
    private: false,
    nearest: (rva) => symbols.nearest(rva),
    at: (rva): readonly SymbolRecord[] => symbols.at?.(rva) ?? [],
    next: (rva) => symbols.next(rva),
    find: (name) => symbols.find(name),
    match: (pattern) => symbols.match(pattern),
    ...(unwind ? { unwind: withoutInlines(unwind) } : {}),
  };
}

function withoutInlines(unwind: UnwindSource): UnwindSource {
  return {
    frameData: (rva) => unwind.frameData?.(rva),
    fpo: (rva) => unwind.fpo?.(rva),
    functionTables: () => unwind.functionTables?.(),
    parameterBytes: (rva) => unwind.parameterBytes?.(rva),
  };
}
