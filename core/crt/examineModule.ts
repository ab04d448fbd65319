import type { Module } from '../target/index.ts';
import { type CrtImport, crtImports } from './crtImports.ts';
import { type CrtContext, isSystemModule } from './crtInput.ts';
import { crtSymbols, type CrtSymbols } from './crtSymbols.ts';
import {
  type FoundHandle,
  handleByCode,
  handleByExport,
  handleBySymbol,
  heapUseOf,
  isHeapProvider,
  isRuntimePattern,
} from './heapHandle.ts';
import { heapFunction, type HeapFunction } from './code/heapFunctions.ts';
import { ImportSlots } from './importSlots.ts';
import { type KnownRuntime, runtimeOfDll } from './knownRuntimes.ts';
import type { Evidence } from './model.ts';
import { type StartupImports, startupImports } from './startupImports.ts';
import { findTelltales, type Telltale } from './telltales.ts';
import { type Toolset, toolsetOf } from './toolset.ts';

/** What one module shows by itself, before modules are held together. */
export interface ModuleFindings {
  readonly module: Module;
  /** it is the DLL of a C runtime, or of another allocator */
  readonly isRuntime: KnownRuntime | undefined;
  /** whether its headers and import tables could be read */
  readonly hasImage: boolean;
  readonly toolset: Toolset | undefined;
  readonly imports: readonly CrtImport[];
  /** a runtime is linked into it */
  readonly static: boolean;
  /** an allocator of another language or library is linked into it */
  readonly foreign: Foreign | undefined;
  readonly symbols: CrtSymbols;
  readonly handle: FoundHandle | undefined;
  /**
   * a heap that allocations and frees of the module share, of a module that is not known to have a runtime: debug blocks
   * in it would show one
   */
  readonly candidate: FoundHandle | undefined;
  readonly debug: boolean | undefined;
  readonly evidence: readonly Evidence[];
  readonly notes: readonly string[];
}

/** Runtimes that are linked in and do not come from Visual C++. */
export type Foreign = 'Delphi' | 'Go' | 'mimalloc' | 'jemalloc';

const FOREIGN: Partial<Record<Telltale, Foreign>> = {
  delphi: 'Delphi',
  go: 'Go',
  mimalloc: 'mimalloc',
  jemalloc: 'jemalloc',
};

/** Where Windows' own modules are that have no C runtime and are needed by every one. */
const BELOW_RUNTIMES = /^(ntdll|kernel32|kernelbase|wow64|wow64win|wow64cpu|wow64base|win32u)\.dll$/i;

/** Looks at one module: its name, headers, imports, symbols, and where these call for it at its data and code. */
export function examineModule(context: CrtContext, module: Module): ModuleFindings {
  const known = runtimeOfDll(module.fileName);
  const isRuntime = known?.allocates ? known : undefined;
  const { image } = module;
  const likely = isRuntime !== undefined || !isSystemModule(module);
  const symbolFile = context.symbolsOf(module, likely);
  const symbols = symbolFile ? crtSymbols(symbolFile) : {};
  const below = BELOW_RUNTIMES.test(module.fileName);
  const slots = image && new ImportSlots(module, image, context.target.memory, context.target.modules);
  const imports = slots && !below ? crtImports(slots) : [];
  const base = { module, isRuntime, hasImage: image !== undefined, imports, symbols };
  const toolset = image && toolsetOf(image);
  if (below) {
    const evidence: Evidence[] = [{ kind: 'name', text: 'a layer of Windows below the C runtimes' }];
    return { ...base, toolset, ...nothing, evidence };
  }
  if (isRuntime) return examineRuntime(context, slots, { ...base, isRuntime, toolset });
  if (slots && imports.length > 0) {
    return { ...base, toolset, ...nothing, evidence: rustSigns(context, slots, imports) };
  }
  return examineOwn(context, slots, { ...base, toolset });
}

type Basics = Pick<ModuleFindings, 'module' | 'isRuntime' | 'hasImage' | 'imports' | 'symbols' | 'toolset'>;

const nothing = {
  static: false,
  foreign: undefined,
  handle: undefined,
  candidate: undefined,
  debug: undefined,
  evidence: [],
  notes: [],
} as const;

/** The DLL of a runtime: where does it keep the handle of its heap? */
function examineRuntime(
  context: CrtContext,
  slots: ImportSlots | undefined,
  basics: Basics & { isRuntime: KnownRuntime },
): ModuleFindings {
  const { module, isRuntime, symbols } = basics;
  const found: FoundHandle[] = [];
  const bySymbol = handleBySymbol(context, module, symbols);
  if (bySymbol) found.push(bySymbol);
  const byExport = handleByExport(context, module);
  if (byExport) found.push(byExport);
  // code is looked at where nothing stronger told
  const use =
    found.length === 0 && slots && isRuntime.family !== 'own' ? heapUseOf(context, slots) : undefined;
  const byCode = use && handleByCode(context, module, use);
  if (byCode) found.push(byCode);
  const handle = found.find((f) => f.handle.value !== undefined) ?? found[0];
  return {
    ...basics,
    ...nothing,
    handle,
    debug: isRuntime.debug,
    evidence: [{ kind: 'name', text: `is ${runtimeText(isRuntime)}` }, ...found.map((f) => f.evidence)],
    notes: handle ? [] : [whyNoHandle(context, basics)],
  };
}

/** A module that imports no runtime: is one linked into it? */
function examineOwn(context: CrtContext, slots: ImportSlots | undefined, basics: Basics): ModuleFindings {
  const { module, symbols, toolset } = basics;
  const evidence: Evidence[] = [];
  const notes: string[] = [];
  const bySymbol = handleBySymbol(context, module, symbols);
  if (bySymbol) evidence.push(bySymbol.evidence);
  else if (symbols.ownFunction) {
    evidence.push({ kind: 'symbol', text: `its symbols name ${symbols.ownFunction}` });
  }
  if (symbols.debugFunction)
    evidence.push({ kind: 'symbol', text: `its symbols name ${symbols.debugFunction}` });
  const names = slots ? new Set(slots.names()) : new Set<string>();
  const startup = startupImports(names);
  const allocates = slots !== undefined && importsHeap(slots, names);
  if (startup.enough && allocates) evidence.push(startupEvidence(startup));
  // what creates a heap, and what is not Windows' own, may have a runtime that shows in code and texts alone
  const worthwhile = allocates && (startup.enough || createsHeap(names) || !isSystemModule(module));
  const telltales =
    slots && (worthwhile || (names.size > 0 && !isSystemModule(module)))
      ? findTelltales(context.target.memory, module.base, slots.image)
      : undefined;
  for (const [telltale, text] of telltales?.found ?? []) {
    evidence.push({ kind: 'strings', text: `${tellText(telltale)} "${text.trim()}"` });
  }
  const msvc = telltales?.found.has('msvc') === true || telltales?.found.has('msvc debug') === true;
  // of a module that neither starts up a runtime nor makes a heap, code shows nothing more
  const isLikely = startup.enough || createsHeap(names) || msvc || symbols.ownFunction !== undefined;
  const use = worthwhile && isLikely && slots ? heapUseOf(context, slots) : undefined;
  const byCode = use && handleByCode(context, module, use);
  const pattern = use?.variables.some(isRuntimePattern) ?? false;
  const foreign = foreignOf(telltales?.found, toolset);
  const isStatic =
    bySymbol !== undefined ||
    symbols.ownFunction !== undefined ||
    (!foreign && ((startup.enough && allocates) || pattern || (msvc && allocates)));
  if (byCode && (isStatic || byCode.handle.isProcessHeap === false)) evidence.push(byCode.evidence);
  const handle = isStatic ? pickHandle(bySymbol, byCode) : undefined;
  const debug = isStatic ? debugOf(symbols, telltales) : undefined;
  if (isStatic && !handle) notes.push(whyNoHandle(context, basics));
  const candidate = isStatic || foreign ? undefined : byCode;
  return { ...basics, static: isStatic, foreign, handle, candidate, debug, evidence, notes };
}

/** Rust programs link Visual C++'s runtime, and allocate past it: from the process heap (CRT.md, section 8). */
function rustSigns(context: CrtContext, slots: ImportSlots, imports: readonly CrtImport[]): Evidence[] {
  const names = new Set(slots.names());
  const maybe = imports.every((i) => i.known.family === 'ucrt') && names.has('HeapAlloc');
  if (!maybe || isSystemModule(slots.module)) return [];
  const text = findTelltales(context.target.memory, slots.module.base, slots.image).found.get('rust');
  if (text === undefined) return [];
  const says = `${tellText('rust')} "${text}": Rust's own allocations come from the process heap`;
  return [{ kind: 'strings', text: says }];
}

/** A symbol is the stronger evidence; code shows what the dump holds where symbols lie outside it. */
function pickHandle(
  bySymbol: FoundHandle | undefined,
  byCode: FoundHandle | undefined,
): FoundHandle | undefined {
  return bySymbol ?? byCode;
}

function importsHeap(slots: ImportSlots, names: ReadonlySet<string>): boolean {
  const kinds = new Set<HeapFunction>();
  for (const name of names) {
    const kind = heapFunction(name)?.kind;
    if (kind) kinds.add(kind);
  }
  if (kinds.has('allocate') && kinds.has('free')) return true;
  // an import table without names: only the slots can tell
  return slots.dlls.some((d) => d.namesFrom === undefined && isHeapProvider(d.dll ?? ''));
}

function createsHeap(names: ReadonlySet<string>): boolean {
  for (const name of names) if (heapFunction(name)?.kind === 'create') return true;
  return false;
}

function startupEvidence({ found, of }: StartupImports): Evidence {
  return {
    kind: 'imports',
    text: `imports HeapAlloc, HeapFree and what the start-up code of a static runtime needs (${found} of ${of} signs), but no C runtime`,
  };
}

function foreignOf(
  found: ReadonlyMap<Telltale, string> | undefined,
  toolset: Toolset | undefined,
): Foreign | undefined {
  for (const telltale of found?.keys() ?? []) {
    const foreign = FOREIGN[telltale];
    if (foreign) return foreign;
  }
  if (toolset?.kind === 'delphi') return 'Delphi';
  return undefined;
}

/** Debug runtimes carry their assertions; all of the data was searched, and they are not there: a release one. */
function debugOf(
  symbols: CrtSymbols,
  telltales: { found: ReadonlyMap<Telltale, string>; complete: boolean } | undefined,
): boolean | undefined {
  if (symbols.debugFunction !== undefined || symbols.firstBlock !== undefined) return true;
  if (telltales?.found.has('msvc debug')) return true;
  if (symbols.ownFunction !== undefined || symbols.handle !== undefined) return false;
  return telltales?.complete ? false : undefined;
}

function tellText(telltale: Telltale): string {
  switch (telltale) {
    case 'msvc':
      return "a Visual C++ runtime's text:";
    case 'msvc debug':
      return "the debug heap's text:";
    case 'mingw':
      return "MinGW's text:";
    case 'go':
      return "Go's mark:";
    case 'rust':
      return "rustc's paths:";
    case 'delphi':
      return "Delphi's text:";
    default:
      return `${telltale}'s text:`;
  }
}

/** What stands in the way of the heap's handle. */
function whyNoHandle(context: CrtContext, { module, hasImage }: Basics): string {
  if (!hasImage) {
    return 'which heap it uses is not known: its headers are neither in the dump nor among the image files (-i)';
  }
  const machine = context.machineOf(module);
  if (machine.kind !== 'x86' && machine.kind !== 'x64') {
    return `which heap it uses is not known: without symbols, code of ${machine.kind} is not followed`;
  }
  return 'which heap it uses is not known: neither symbols nor code show where it keeps the handle';
}

/** `the release runtime of Visual C++ 2008`. */
export function runtimeText({ product, debug, family }: KnownRuntime): string {
  if (family === 'own' || family === 'borland') return product === 'Borland' ? "Borland's runtime" : product;
  if (product === 'Windows') return "Windows' own C runtime";
  const of = product === 'Universal C Runtime' ? `the ${product}` : `the C runtime of ${product}`;
  return debug ? `${of}, debug` : of;
}
