import type { Address, Module, ModuleList } from '../../target/index.ts';

/** How an import or a forwarder names a function. */
export interface FunctionKey {
  readonly name?: string;
  readonly ordinal?: number;
}

/** A function that a DLL's name and a key lead to. */
export interface ResolvedExport {
  readonly address: Address;
  /** the module that holds the code, after forwarders */
  readonly module: Module;
  /** the forwarders on the way: `KERNELBASE.HeapAlloc` */
  readonly via: readonly string[];
}

/** Forwarders lead from kernel32 through an API set to kernelbase to ntdll: never much further. */
const MAX_FORWARDERS = 8;
const API_SET = /^(?:api|ext)-ms-/i;

/**
 * Follows exports as the loader does, over the modules of one processor: in a WOW64 process each name stands for two
 * DLLs. API set names are not in the module list; which DLL hosts them is the PEB's secret, so all that export the
 * function count, and the address decides.
 */
export class ExportResolver {
  /** several where side-by-side versions of a DLL are loaded */
  private readonly byFile = new Map<string, Module[]>();
  private readonly modules: readonly Module[];

  constructor(modules: ModuleList, machine: number) {
    this.modules = [...modules].filter((m) => m.image?.machine === machine);
    for (const m of this.modules) {
      const name = baseName(m.fileName);
      const same = this.byFile.get(name);
      if (same) same.push(m);
      else this.byFile.set(name, [m]);
    }
  }

  /** All functions that may be meant: mostly one; none where the DLL or the export is not known. */
  resolve(dll: string, key: FunctionKey): ResolvedExport[] {
    return this.follow(dll, key, []);
  }

  private follow(dll: string, key: FunctionKey, via: readonly string[]): ResolvedExport[] {
    const hosts = this.byFile.get(baseName(dll)) ?? (API_SET.test(dll) ? this.modules : []);
    return hosts.flatMap((module) => {
      const table = module.image?.exports();
      const found = key.name === undefined ? table?.byOrdinal(key.ordinal ?? -1) : table?.byName(key.name);
      if (!found) return [];
      if (found.forwarder === undefined) {
        return [{ address: module.base + BigInt(found.rva), module, via }];
      }
      if (via.length >= MAX_FORWARDERS || via.includes(found.forwarder)) return [];
      const target = parseForwarder(found.forwarder);
      return target ? this.follow(target.dll, target.key, [...via, found.forwarder]) : [];
    });
  }
}

/** `NTDLL.RtlAllocateHeap`, `OTHER.#12`: the last dot parts them, because file names may have dots. */
function parseForwarder(text: string): { dll: string; key: FunctionKey } | undefined {
  const dot = text.lastIndexOf('.');
  if (dot <= 0 || dot === text.length - 1) return undefined;
  const function_ = text.slice(dot + 1);
  const ordinal = /^#(\d+)$/.exec(function_)?.[1];
  return {
    dll: text.slice(0, dot),
    key: ordinal === undefined ? { name: function_ } : { ordinal: Number(ordinal) },
  };
}

/** Forwarders leave the extension out, imports have it. */
function baseName(file: string): string {
  return file.toLowerCase().replace(/\.(?:dll|exe)$/, '');
}
