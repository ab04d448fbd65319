import type { Pacer } from '../heap/index.ts';
import { undecorate } from '../symbols/index.ts';
import type { Address, Module } from '../target/index.ts';
import type { CrtImport } from './crtImports.ts';
import type { CrtContext } from './crtInput.ts';
import { examineModule, type ModuleFindings, runtimeText } from './examineModule.ts';
import { judgeByBlocks } from './judgeByBlocks.ts';
import { type KnownRuntime, runtimeOfDll } from './knownRuntimes.ts';
import { byStrength, type CrtMap, type CrtModule, type Evidence, type RuntimeCopy } from './model.ts';
import type { Toolset } from './toolset.ts';

/** What was found of a module stays true until its symbols change: `.reload`, a symbol path. */
const examined = new WeakMap<CrtContext, Map<Module, { symbols: unknown; findings: ModuleFindings }>>();
const maps = new WeakMap<CrtContext, { parts: readonly ModuleFindings[]; map: CrtMap }>();

/** Finds the C runtime of every module of the process, and every runtime's heap. */
export async function detectRuntimes(context: CrtContext, pace: Pacer): Promise<CrtMap> {
  const known = examined.get(context) ?? new Map<Module, { symbols: unknown; findings: ModuleFindings }>();
  examined.set(context, known);
  const { symbols } = context.input;
  const { modules } = context.target;
  const parts: ModuleFindings[] = [];
  for (const module of modules) {
    let entry = known.get(module);
    if (!entry || (entry.symbols !== symbols.loaded(module) && symbols.status(module) !== 'deferred')) {
      let findings = examineModule(context, module);
      if (context.takeMissing()) {
        await context.loadDisassemblers();
        findings = examineModule(context, module);
      }
      findings = await judgeByBlocks(context, findings, pace);
      entry = { symbols: symbols.loaded(module), findings };
      known.set(module, entry);
    }
    parts.push(entry.findings);
    if (pace.due())
      await pace.rest({ done: parts.length, total: modules.length, what: 'modules for C runtimes' });
  }
  const before = maps.get(context);
  if (before?.parts.every((p, i) => p === parts[i]) && before.parts.length === parts.length)
    return before.map;
  const map = assemble(parts);
  maps.set(context, { parts, map });
  return map;
}

/** A copy that is still gaining users. */
type GrowingCopy = RuntimeCopy & { readonly users: Module[] };

function assemble(parts: readonly ModuleFindings[]): CrtMap {
  const copies = new Map<Module, GrowingCopy>();
  for (const findings of parts) {
    if (findings.isRuntime || findings.static || findings.foreign)
      copies.set(findings.module, copyOf(findings, copies.size + 1));
  }
  const modules = parts.map((findings) => joinModule(findings, copies));
  for (const { module, runtime, others } of modules) {
    for (const copy of [...(runtime ? [runtime] : []), ...others]) {
      const growing = copies.get(copy.module);
      if (growing && !growing.users.includes(module)) growing.users.push(module);
    }
  }
  const byModule = new Map(modules.map((m) => [m.module, m]));
  const runtimes = [...copies.values()];
  return {
    modules,
    runtimes,
    of: (module) => byModule.get(module),
    usersOfHeap: (heap: Address) => runtimes.filter((r) => r.handle?.value === heap),
  };
}

function copyOf(findings: ModuleFindings, id: number): GrowingCopy {
  const { module, isRuntime, foreign, toolset, handle, debug } = findings;
  const common = { id, module, debug, handle: handle?.handle, users: [module] };
  if (isRuntime) {
    const { family, product } = isRuntime;
    return { ...common, form: 'dll', family, name: module.fileName, version: versionOf(module), product };
  }
  const name = foreign ? `${foreign} in ${module.fileName}` : `static C runtime of ${module.fileName}`;
  if (foreign) return { ...common, form: 'static', family: 'own', name, product: foreign };
  return { ...common, form: 'static', family: familyOf(findings), name, product: staticProduct(toolset) };
}

/**
 * Which runtime is linked in: the linker came with it. Without Visual C++'s own linker the heap decides: what creates
 * one of its own is not the UCRT.
 */
function familyOf({ toolset, handle, symbols }: ModuleFindings): RuntimeCopy['family'] {
  if (symbols.handle?.name.includes('acrt')) return 'ucrt';
  if (symbols.handle?.name.includes('crtheap')) return 'msvc';
  if (handle?.handle.isProcessHeap === false) return 'msvc';
  if (toolset?.kind === 'lld') return 'ucrt';
  return toolset?.name !== undefined && /20(1[5-9]|2\d)/.test(toolset.name) ? 'ucrt' : 'msvc';
}

function staticProduct(toolset: Toolset | undefined): string | undefined {
  return toolset?.kind === 'msvc' ? toolset.name : undefined;
}

function versionOf(module: Module): string | undefined {
  return module.version?.fileVersion.join('.');
}

function joinModule(findings: ModuleFindings, copies: ReadonlyMap<Module, GrowingCopy>): CrtModule {
  const { module, toolset, debug } = findings;
  const own = copies.get(module);
  const base = { module, others: [], toolset: toolset?.name, debug, notes: findings.notes };
  if (own) {
    const evidence = byStrength([...findings.evidence, ...signsOf(toolset), ...versionSign(module, own)]);
    return { ...base, linkage: own.form === 'dll' ? 'dynamic' : 'static', runtime: own, evidence };
  }
  if (findings.imports.length > 0) return joinImporting(findings, copies);
  const part = findings.hasImage ? undefined : runtimeOfDll(module.fileName);
  if (part) return joinPart(findings, part, copies);
  if (findings.symbols.imported !== undefined) return joinBySymbols(findings, copies);
  if (!findings.hasImage && findings.evidence.length === 0) {
    const notes = [
      ...findings.notes,
      'its headers and import table are neither in the dump nor among the image files (-i)',
    ];
    return { ...base, linkage: 'unknown', evidence: [], notes };
  }
  const evidence = findings.evidence.length > 0 ? findings.evidence : [noRuntime];
  return { ...base, linkage: 'none', evidence: byStrength([...evidence, ...signsOf(toolset)]) };
}

const noRuntime: Evidence = { kind: 'imports', text: 'imports no C runtime, and nothing in it is one' };

function joinImporting(findings: ModuleFindings, copies: ReadonlyMap<Module, GrowingCopy>): CrtModule {
  const { module, imports, toolset } = findings;
  const resolved = imports.map((i) => ({ import: i, copy: copyBehind(i, module, copies) }));
  const first = resolved.find((r) => r.import.known.allocates) ?? resolved[0];
  const runtime = first?.copy;
  const others = resolved
    .filter((r) => r !== first && r.import.allocating.length > 0)
    .flatMap(({ copy }) => (copy && copy !== runtime ? [copy] : []));
  const notes = [...findings.notes];
  if (first && !runtime) notes.push(whyNoCopy(first.import, copies));
  for (const other of others) notes.push(`it allocates through ${other.name} too`);
  return {
    module,
    linkage: 'dynamic',
    runtime,
    others,
    runtimeName: runtime ? undefined : first?.import.dll,
    debug: runtime?.debug ?? first?.import.known.debug,
    toolset: toolset?.name,
    evidence: byStrength([...imports.map(importEvidence), ...findings.evidence, ...signsOf(toolset)]),
    notes,
  };
}

/** The copy that an import leads to: what its slots point into, else the one loaded DLL of that name. */
function copyBehind(
  { dll, known, target, allocating }: CrtImport,
  module: Module,
  copies: ReadonlyMap<Module, GrowingCopy>,
): GrowingCopy | undefined {
  const pointed = target && copies.get(target);
  if (pointed && (known.allocates || allocating.length > 0)) return pointed;
  return onlyNamed(known.allocates ? dll : allocatorOf(dll), module, copies);
}

/** The runtime DLL of this name, where just one is loaded that the module could link. */
function onlyNamed(
  wanted: string,
  module: Module,
  copies: ReadonlyMap<Module, GrowingCopy>,
): GrowingCopy | undefined {
  const named = [...copies.values()].filter(
    (copy) => copy.form === 'dll' && copy.module.fileName.toLowerCase() === wanted.toLowerCase(),
  );
  const alike = named.filter(
    (copy) => !copy.module.machine || !module.machine || copy.module.machine === module.machine,
  );
  return alike.length === 1 ? alike[0] : undefined;
}

/** The DLL in which a part of a runtime that has no malloc allocates: vcruntime140d.dll in ucrtbased.dll. */
function allocatorOf(dll: string): string {
  const known = runtimeOfDll(dll);
  const number = /(\d\d+)d?(_.*)?\.dll$/i.exec(dll)?.[1] ?? '';
  if (known?.family === 'ucrt') return known.debug ? 'ucrtbased.dll' : 'ucrtbase.dll';
  if (known?.family === 'windows') return known.debug ? 'msvcrtd.dll' : 'msvcrt.dll';
  return `msvcr${number}${known?.debug ? 'd' : ''}.dll`;
}

function whyNoCopy({ dll }: CrtImport, copies: ReadonlyMap<Module, GrowingCopy>): string {
  const alike = [...copies.values()].filter((c) => c.module.fileName.toLowerCase() === dll.toLowerCase());
  return alike.length > 1
    ? `${alike.length} copies of ${dll} are loaded, and the dump does not hold the import table's slots that tell which is meant`
    : `${dll} is not loaded`;
}

/** Without an image, private symbols still show the import of malloc; the one loaded runtime must be meant. */
function joinBySymbols(findings: ModuleFindings, copies: ReadonlyMap<Module, GrowingCopy>): CrtModule {
  const { module, symbols, toolset } = findings;
  const debug = symbols.debugImport !== undefined;
  const candidates = [...copies.values()].filter(
    (c) => c.form === 'dll' && c.family !== 'windows' && (!debug || c.debug === true),
  );
  const runtime = candidates.length === 1 ? candidates[0] : undefined;
  const evidence: Evidence[] = [
    { kind: 'symbol', text: `its symbols name an import of ${symbols.imported ?? ''}` },
  ];
  if (symbols.debugImport)
    evidence.push({ kind: 'symbol', text: `its symbols name an import of ${symbols.debugImport}` });
  if (runtime)
    evidence.push({ kind: 'name', text: `${runtime.name} is the one runtime that is loaded and fits` });
  return {
    module,
    linkage: 'dynamic',
    runtime,
    others: [],
    debug: runtime?.debug ?? (debug || undefined),
    toolset: toolset?.name,
    evidence: byStrength([...evidence, ...findings.evidence]),
    notes: runtime
      ? findings.notes
      : [...findings.notes, 'its import table is not in the dump: which DLL is not known'],
  };
}

/** A DLL that is part of a runtime, and known by its name alone: `VCRUNTIME140D.dll`, `msvcp_win.dll`. */
function joinPart(
  { module, notes }: ModuleFindings,
  part: KnownRuntime,
  copies: ReadonlyMap<Module, GrowingCopy>,
): CrtModule {
  const wanted = allocatorOf(module.fileName);
  const runtime = onlyNamed(wanted, module, copies);
  const evidence: Evidence[] = [
    { kind: 'name', text: `is part of ${runtimeText(part)}, which allocates in ${wanted}` },
  ];
  return {
    module,
    linkage: 'dynamic',
    runtime,
    others: [],
    runtimeName: runtime ? undefined : wanted,
    debug: part.debug,
    evidence,
    notes: runtime ? notes : [...notes, `${wanted} is not loaded, or more than once`],
  };
}

function importEvidence({ dll, apiSets, functions, allocating, delayed, known }: CrtImport): Evidence {
  const from = apiSets.length > 0 ? `${dll} by ${apiSets.length} API sets` : dll;
  const named = allocating
    .slice(0, 2)
    .map((name) => undecorate(name, { nameOnly: true }))
    .join(' and ');
  const some = named === '' ? '' : `, ${named} among them`;
  const part = known.allocates ? '' : ` (${runtimeText(known)})`;
  const count = functions === 1 ? '1 function' : `${functions} functions`;
  return { kind: 'imports', text: `imports ${count} of ${from}${part}${some}${delayed ? ', delayed' : ''}` };
}

function signsOf(toolset: Toolset | undefined): Evidence[] {
  const signs: Evidence[] = [...(toolset?.signs ?? [])];
  const name = toolset?.name;
  if (!name || signs.length === 0) return signs;
  return signs.map((sign) => (sign.kind === 'linker' ? { ...sign, text: `${sign.text} (${name})` } : sign));
}

function versionSign(module: Module, copy: RuntimeCopy): Evidence[] {
  return copy.form === 'dll' && copy.version !== undefined
    ? [{ kind: 'version', text: `${module.fileName} ${copy.version}` }]
    : [];
}
