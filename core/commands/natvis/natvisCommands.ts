import { NotAvailable, UsageError } from '../../errors/index.ts';
import { parseNatvis, type NatvisFile, type NatvisProblem } from '../../model/index.ts';
import { span, type Output } from '../../output/index.ts';
import type { InjectedSource } from '../../symbols/index.ts';
import type { Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { problemText } from '../visualizers.ts';
import { LoadedVisualizers } from './loadedVisualizers.ts';

interface LoadModel {
  readonly files: readonly NatvisFile[];
}

interface UnloadModel {
  readonly names: readonly string[];
}

interface ListModel {
  readonly files: readonly { readonly file: NatvisFile; readonly failures: readonly NatvisProblem[] }[];
}

/** Loads the NatVis files that lie in a module's symbols. */
export function loadSources(
  session: Session,
  module: Module,
  sources: readonly InjectedSource[],
): readonly NatvisFile[] {
  const visualizers = LoadedVisualizers.of(session);
  return sources.map(({ name, text }) => {
    const file = parseNatvis(text, `${module.name}: ${name}`, module.name);
    visualizers.add(file);
    return file;
  });
}

/** The module of a name, where it is no file's. */
function moduleOf(session: Session, name: string): Module | undefined {
  return /\.natvis$/i.test(name) ? undefined : session.target.modules.byName(name);
}

async function load({ session, args }: Call): Promise<LoadModel> {
  const path = unquoted(args);
  if (path === '') throw new UsageError('.nvload takes a NatVis file or a module: .nvload C:\\dog.natvis');
  const module = moduleOf(session, path);
  if (module) {
    const sources = session.symbols.of(module)?.injectedSources?.() ?? [];
    const files = loadSources(
      session,
      module,
      sources.filter(({ name }) => /\.natvis$/i.test(name)),
    );
    if (files.length === 0) throw new NotAvailable(`The symbols of ${module.name} have no NatVis files`);
    return { files };
  }
  if (!session.files) throw new NotAvailable(`'${path}' cannot be read: this host has no files`);
  const file = parseNatvis(await session.files.read(path), path);
  if (file.types.length > 0) LoadedVisualizers.of(session).add(file);
  return { files: [file] };
}

function unload({ session, args }: Call): UnloadModel {
  const name = unquoted(args);
  if (name === '') throw new UsageError('.nvunload takes a NatVis file or a module');
  const visualizers = LoadedVisualizers.of(session);
  const module = moduleOf(session, name);
  const names = visualizers.files
    .filter(
      (file) => file.name === name || (module && file.module === module.name) || endsIn(file.name, name),
    )
    .map((file) => file.name);
  if (names.length === 0) throw new UsageError(`No NatVis file is loaded from '${name}'`, 'unresolved');
  for (const loaded of names) visualizers.remove(loaded);
  return { names };
}

/** A file by its own name, without the folders. */
function endsIn(path: string, name: string): boolean {
  return path.split(/[\\/]/).at(-1)?.toLowerCase() === name.toLowerCase();
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}

function problemLines(problems: readonly NatvisProblem[], out: Output): void {
  for (const problem of problems) out.line(span(`    ${problemText(problem)}`, 'warning'));
}

function fileData(file: NatvisFile, failures: readonly NatvisProblem[]) {
  const { name, module, types, problems } = file;
  return {
    file: name,
    module,
    types: types.map((type) => type.name),
    problems: [...problems, ...failures].map(problemData),
  };
}

function problemData({ line, type, expression, message }: NatvisProblem) {
  return { line, type, expression, message };
}

export const nvload = command<LoadModel>({
  name: '.nvload',
  beyond: 'reads files',
  tier: 'B',
  syntax: ['.nvload FileName|ModuleName'],
  summary: 'Loads a NatVis file, or those that lie in the symbols of a module.',
  run: load,
  print({ files }, out) {
    for (const { name, types, problems } of files) {
      if (types.length > 0) out.line(`Successfully loaded visualizers in "${name}"`);
      else out.line(span(`Unable to load visualizers in "${name}"`, 'error'));
      problemLines(problems, out);
    }
  },
  data: ({ files }) => ({ files: files.map((file) => fileData(file, [])) }),
});

export const nvlist = command<ListModel>({
  name: '.nvlist',
  tier: 'C',
  syntax: ['.nvlist'],
  summary: 'Lists the NatVis files that are loaded, and what is wrong with them.',
  run({ session }) {
    const visualizers = LoadedVisualizers.of(session);
    return { files: visualizers.files.map((file) => ({ file, failures: visualizers.failures(file) })) };
  },
  print({ files }, out) {
    out.line(files.length > 0 ? 'Loaded NatVis Files:' : 'No NatVis files are loaded.');
    for (const { file, failures } of files) {
      out.line(`    ${file.name}`);
      problemLines([...file.problems, ...failures], out);
    }
  },
  data: ({ files }) => ({ files: files.map(({ file, failures }) => fileData(file, failures)) }),
});

export const nvunload = command<UnloadModel>({
  name: '.nvunload',
  tier: 'C',
  syntax: ['.nvunload FileName|ModuleName'],
  summary: 'Unloads a NatVis file, or those of a module.',
  run: unload,
  print({ names }, out) {
    for (const name of names) out.line(`Successfully unloaded visualizers in "${name}"`);
  },
  data: ({ names }) => ({ files: names }),
});

export const nvunloadall = command<UnloadModel>({
  name: '.nvunloadall',
  tier: 'C',
  syntax: ['.nvunloadall'],
  summary: 'Unloads all NatVis files.',
  run({ session }) {
    const visualizers = LoadedVisualizers.of(session);
    const names = visualizers.files.map((file) => file.name);
    visualizers.clear();
    return { names };
  },
  print({ names }, out) {
    for (const name of names) out.line(`Successfully unloaded visualizers in "${name}"`);
  },
  data: ({ names }) => ({ files: names }),
});
