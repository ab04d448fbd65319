import { UsageError } from '../../errors/index.ts';
import { compileWildcard } from '../../types/index.ts';
import type { Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { loadProblems, problemLines, type LoadProblem } from './loadProblems.ts';
import { loadSymbols } from './loadSymbols.ts';

interface LdModel {
  readonly rows: readonly { readonly module: Module; readonly already: boolean }[];
  readonly problems: readonly LoadProblem[];
}

/** `ld ntdll`, `ld *`, `ld /f *.exe`: loads symbols that are deferred. */
export const ld = command<LdModel>({
  name: 'ld',
  tier: 'B',
  syntax: ['ld ModuleName [/f FileName]', 'ld *'],
  summary: 'Loads the symbols of modules now.',
  options: [{ flag: '/f FileName', meaning: 'chooses by the name of the file instead' }],
  async run({ session, args, pace }: Call): Promise<LdModel> {
    const modules = chosen([...session.target.modules], args);
    if (modules.length === 0) throw new UsageError(`no module matches '${args}'`, 'unresolved');
    const rows = modules.map((module) => ({ module, already: session.symbols.loaded(module) !== undefined }));
    const fresh = rows.filter((r) => !r.already).map((r) => r.module);
    await loadSymbols(session, fresh, pace);
    return { rows, problems: loadProblems(session, fresh) };
  },
  print({ rows, problems }, out) {
    for (const line of problemLines(problems, false)) out.line(...line);
    const failed = new Set(problems.filter((p) => p.error !== undefined).map((p) => p.module));
    for (const { module, already } of rows) {
      if (already) out.line(`Symbols already loaded for ${module.name}`);
      else if (!failed.has(module)) out.line(`Symbols loaded for ${module.name}`);
    }
  },
  data: ({ rows, problems }, { session }) => ({
    modules: rows.map(({ module, already }) => ({
      name: module.name,
      already,
      symbols: session.symbols.status(module),
      symbolFile: session.symbols.loaded(module)?.file,
      error: problems.find((p) => p.module === module)?.error,
    })),
  }),
});

function chosen(modules: readonly Module[], args: string): Module[] {
  const [, name = '', file] = /^(\S*?)\s*(?:\/f\s+(\S+))?$/i.exec(args.trim()) ?? [];
  if (name === '' && file === undefined) throw new UsageError('ld takes the name of a module, or * for all');
  const byName = compileWildcard(name === '' ? '*' : name);
  const byFile = file === undefined ? undefined : compileWildcard(file);
  return modules.filter((m) =>
    byFile ? byFile.test(m.fileName) : byName.test(m.name) || byName.test(m.fileName),
  );
}
