import type { ModuleSymbols, SymbolRecord } from '../symbols/index.ts';

/** What a module's symbols say of its C runtime. */
export interface CrtSymbols {
  /** the variable with the heap's handle: a runtime of its own is linked in, or it is one */
  readonly handle?: SymbolRecord;
  /** the variable that points to the newest debug block */
  readonly firstBlock?: SymbolRecord;
  /** a function that only a runtime has */
  readonly ownFunction?: string;
  /** a function that only a debug runtime has */
  readonly debugFunction?: string;
  /** an import of malloc or free: the runtime is a DLL */
  readonly imported?: string;
  /** an import that only debug runtimes offer */
  readonly debugImport?: string;
}

/** CRT.md, sections 2 and 5.3; C names as the symbol service undecorates them, and as x86 decorates them. */
const HANDLES = ['_crtheap', '__acrt_heap'];
const FIRST_BLOCKS = ['_pFirstBlock', '__acrt_first_block'];
const OWN = ['_heap_init', '__acrt_initialize_heap', '_heap_alloc_base', '_heap_alloc', '_malloc_base'];
const OWN_DEBUG = [
  '_heap_alloc_dbg',
  '_free_dbg_nolock',
  '_CrtIsValidHeapPointer',
  'heap_alloc_dbg_internal',
];
const IMPORTED = ['malloc', 'free', '_malloc_dbg', '_free_dbg'];
const IMPORTED_DEBUG = ['_CrtDbgReport', '_CrtDbgReportW', '_malloc_dbg', '_free_dbg'];

/** Asks a module's symbols for names that C runtimes have. Symbols made of an export table say nothing of what is inside. */
export function crtSymbols(symbols: ModuleSymbols): CrtSymbols {
  if (symbols.status === 'export') return {};
  const first = (names: readonly string[], kind: 'data' | 'code'): SymbolRecord | undefined => {
    for (const name of names) {
      const found = symbols.find(name).find((s) => isOfKind(s, kind)) ?? decorated(symbols, name, kind);
      if (found) return found;
    }
    return undefined;
  };
  const slot = (names: readonly string[]): string | undefined =>
    names.find((name) =>
      // __imp__malloc on x86, __imp_malloc on x64; a C name loses its first underscore when it is undecorated
      [`__imp__${name}`, `__imp_${name}`, `_imp__${name}`, `_imp_${name}`].some(
        (imported) => symbols.find(imported).length > 0,
      ),
    );
  return {
    handle: first(HANDLES, 'data'),
    firstBlock: first(FIRST_BLOCKS, 'data'),
    ownFunction: first(OWN, 'code')?.name,
    debugFunction: first(OWN_DEBUG, 'code')?.name,
    imported: slot(IMPORTED),
    debugImport: slot(IMPORTED_DEBUG),
  };
}

function decorated(symbols: ModuleSymbols, name: string, kind: 'data' | 'code'): SymbolRecord | undefined {
  return symbols.find(`_${name}`).find((s) => isOfKind(s, kind));
}

function isOfKind({ kind }: SymbolRecord, wanted: 'data' | 'code'): boolean {
  if (kind === 'public') return true;
  return wanted === 'data' ? kind === 'data' : kind === 'function' || kind === 'thunk';
}
