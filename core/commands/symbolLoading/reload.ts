import type { Line, Output } from '../../output/index.ts';
import type { Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { settingsOf, SYMOPT } from '../settings.ts';
import { loadProblems, problemLines, type LoadProblem } from './loadProblems.ts';
import { loadSymbols } from './loadSymbols.ts';
import { loadLines } from '../symbolNoise.ts';
import { added, changesOf, chosenModules } from './reloadedModules.ts';
import { parseReload, type ReloadWish } from './reloadOptions.ts';

/** Dots in one row, one a module: the debugger breaks the row there. */
const DOTS = 64;

interface ReloadModel {
  readonly wish: ReloadWish;
  readonly modules: readonly Module[];
  readonly problems: readonly LoadProblem[];
  /** what had to leave the list, where a module was put into their place */
  readonly replaced: readonly Module[];
  /** /v: where it looked */
  readonly told: readonly Line[];
}

/** `.reload`: forgets symbols, and with /f loads them again at once. */
export const reload = command<ReloadModel>({
  name: '.reload',
  tier: 'A',
  syntax: ['.reload [Options] [Module[=Address[,Size[,Timestamp]]]]', '.reload [Options] Address'],
  summary:
    'Forgets the symbols of all modules or of some, so that they are looked for again; puts modules into the list or takes them out.',
  options: [
    { flag: '/f', meaning: 'loads them now' },
    { flag: '/i', meaning: 'takes a PDB of another build; lm marks the module with M' },
    { flag: '/u', meaning: 'takes the module out of the list, until it is reloaded' },
    { flag: '/unl', meaning: 'puts a module back that the process had unloaded' },
    {
      flag: 'Module=Address,Size',
      meaning: 'puts a module into the list; without a size that of its image; .reload alone drops it again',
    },
    { flag: '/l', meaning: 'lists the modules only' },
    { flag: '/o', meaning: 'loads them now; servers are asked for what their caches hold already' },
    { flag: '/v', meaning: 'tells where it looks' },
    { flag: '/w', meaning: 'takes wildcards in the name for themselves' },
    { flag: '/d /n /s /user', meaning: 'accepted: they matter to a kernel debugger' },
  ],
  run,
  async print(model, out, call) {
    if (model.wish.list) return call.execute('lm', out);
    print(model, out);
  },
  data: ({ wish, modules, problems, replaced }, { session }) => ({
    modules: modules.map((module) => ({
      name: module.name,
      symbols: session.symbols.status(module),
      symbolFile: session.symbols.loaded(module)?.file,
      mismatched: session.symbols.reasons(module).some((a) => a.mismatched) || undefined,
      unloaded: wish.unload || undefined,
      error: problems.find((p) => p.module === module)?.error,
    })),
    replaced: replaced.length > 0 ? replaced.map((m) => m.name) : undefined,
  }),
});

async function run({ session, args, pace }: Call): Promise<ReloadModel> {
  const wish = parseReload(args);
  const nothing = { problems: [], replaced: [], told: [] };
  if (wish.list) return { wish, modules: [...session.target.modules], ...nothing };
  if (wish.unload) {
    const modules = chosenModules(session, wish);
    for (const module of modules) {
      session.symbols.reload(module);
      changesOf(session).remove(module);
    }
    return { wish, modules, ...nothing };
  }
  const { modules, replaced } = listed(session, wish);
  const { ignoreMismatch } = wish;
  const overwrite = wish.overwrite || (settingsOf(session).symbolOptions & SYMOPT.overwrite) !== 0;
  if (wish.module === '') session.target.lookForImages?.();
  else for (const module of modules) session.target.lookForImages?.(module);
  if (wish.module === '') session.symbols.reload(undefined, { ignoreMismatch, overwrite });
  else for (const module of modules) session.symbols.reload(module, { ignoreMismatch, overwrite });
  const now = wish.now || !(settingsOf(session).symbolOptions & SYMOPT.deferredLoads);
  if (!now) return { wish, modules, ...nothing, replaced };
  // this waits itself: run again, the command would forget what was just fetched
  await loadSymbols(session, modules, pace);
  const told = wish.verbose ? session.symbols.takeLoads().flatMap(loadLines) : [];
  return { wish, modules, problems: loadProblems(session, modules), replaced, told };
}

/** The modules meant, put into the list where they are not in it. */
function listed(session: Session, wish: ReloadWish): { modules: Module[]; replaced: Module[] } {
  const before = [...session.target.modules];
  const modules = wish.place || wish.fromUnloaded ? [added(session, wish)] : reloaded(session, wish);
  const now = new Set(session.target.modules);
  return { modules, replaced: wish.module === '' ? [] : before.filter((m) => !now.has(m)) };
}

function reloaded(session: Session, wish: ReloadWish): Module[] {
  if (wish.module !== '') return chosenModules(session, wish);
  session.target.moduleChanges?.restore();
  return [...session.target.modules];
}

function print({ wish, modules, problems, replaced, told }: ReloadModel, out: Output): void {
  if (wish.unload) {
    for (const module of modules) out.line(`Unloaded ${module.fileName}`);
    return;
  }
  if (wish.module === '') {
    out.line('Reloading current modules');
    for (let left = modules.length; left > 0; left -= DOTS) out.line('.'.repeat(Math.min(DOTS, left)));
  }
  for (const module of replaced) out.line(`Unloaded ${module.fileName}`);
  for (const line of [...told, ...problemLines(problems, true)]) out.line(...line);
}
