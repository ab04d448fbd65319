import { UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import type { Line, Output } from '../../output/index.ts';
import { compileWildcard } from '../../symbols/index.ts';
import type { Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { settingsOf, SYMOPT } from '../settings.ts';
import { loadProblems, problemLines, type LoadProblem } from './loadProblems.ts';
import { loadSymbols } from './loadSymbols.ts';
import { loadLines } from '../symbolNoise.ts';
import { parseReload, type ReloadWish } from './reloadOptions.ts';

/** Dots in one row, one a module: the debugger breaks the row there. */
const DOTS = 64;

interface ReloadModel {
  readonly wish: ReloadWish;
  readonly modules: readonly Module[];
  readonly problems: readonly LoadProblem[];
  /** /v: where it looked */
  readonly told: readonly Line[];
}

/** `.reload`: forgets symbols, and with /f loads them again at once. */
export const reload = command<ReloadModel>({
  name: '.reload',
  tier: 'A',
  syntax: ['.reload [Options] [Module | Address]'],
  summary: 'Forgets the symbols of all modules or of some, so that they are looked for again.',
  options: [
    { flag: '/f', meaning: 'loads them now' },
    { flag: '/i', meaning: 'takes a PDB of another build; lm marks the module with #' },
    { flag: '/u', meaning: 'leaves the module without symbols; it stays in the list' },
    { flag: '/l', meaning: 'lists the modules only' },
    { flag: '/o', meaning: 'loads them now, what is absent on a server is asked for again' },
    { flag: '/v', meaning: 'tells where it looks' },
    { flag: '/w', meaning: 'takes wildcards in the name for themselves' },
    { flag: '/d /n /s /user', meaning: 'accepted: they matter to a kernel debugger' },
  ],
  run,
  async print(model, out, call) {
    if (model.wish.list) return call.execute('lm', out);
    print(model, out);
  },
  data: ({ wish, modules, problems }, { session }) => ({
    modules: modules.map((module) => ({
      name: module.name,
      symbols: session.symbols.status(module),
      symbolFile: session.symbols.loaded(module)?.file,
      mismatched: session.symbols.reasons(module).some((a) => a.mismatched) || undefined,
      unloaded: wish.unload || undefined,
      error: problems.find((p) => p.module === module)?.error,
    })),
  }),
});

async function run({ session, args, pace }: Call): Promise<ReloadModel> {
  const wish = parseReload(args);
  const modules = chosen(session, wish);
  if (wish.list) return { wish, modules, problems: [], told: [] };
  const { ignoreMismatch, unload } = wish;
  if (wish.module === '') session.target.lookForImages?.();
  else for (const module of modules) session.target.lookForImages?.(module);
  if (wish.module === '') session.symbols.reload(undefined, { ignoreMismatch });
  else for (const module of modules) session.symbols.reload(module, { ignoreMismatch, unload });
  const now = wish.now || !(settingsOf(session).symbolOptions & SYMOPT.deferredLoads);
  if (!now || unload) return { wish, modules, problems: [], told: [] };
  // this waits itself: run again, the command would forget what was just fetched
  await loadSymbols(session, modules, pace);
  const told = wish.verbose ? session.symbols.takeLoads().flatMap(loadLines) : [];
  return { wish, modules, problems: loadProblems(session, modules), told };
}

/** The modules that a name, a pattern or an address means; all without one. */
function chosen(session: Session, { module: text, literal }: ReloadWish): Module[] {
  const all = [...session.target.modules];
  if (text === '') return all;
  const named = session.target.modules.byName(text);
  if (named) return [named];
  const wildcard = compileWildcard(text);
  if (!literal && wildcard.literal === undefined) {
    const matching = all.filter((m) => wildcard.test(m.fileName) || wildcard.test(m.name));
    if (matching.length > 0) return matching;
  } else if (/^@?(0x)?[0-9a-f`]+$/i.test(text)) {
    const address = toAddress(session.evaluator.evaluate(text), session.machine.pointerSize);
    const at = session.target.modules.find(address);
    if (at) return [at];
  }
  throw new UsageError(`"${text}" was not found in the image list`, 'unresolved');
}

function print({ wish, modules, problems, told }: ReloadModel, out: Output): void {
  if (wish.unload) {
    for (const module of modules) out.line(`Unloaded ${module.fileName}`);
    return;
  }
  if (wish.module === '') {
    out.line('Reloading current modules');
    for (let left = modules.length; left > 0; left -= DOTS) out.line('.'.repeat(Math.min(DOTS, left)));
  }
  for (const line of [...told, ...problemLines(problems, true)]) out.line(...line);
}
