import { span, type Output } from '../../output/index.ts';
import { compileWildcard, pdbKey, type SymbolAttempt } from '../../symbols/index.ts';
import { fileNameOf, type Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { findModule, symbolStatusOf, statusText, type ModuleSymbolStatus } from '../modules/index.ts';
import type { Session } from '../session.ts';
import { loadSymbols } from './loadSymbols.ts';

/** One module: what was looked for, where, and what was taken. */
interface CheckedModule {
  readonly module: Module;
  readonly symbols: ModuleSymbolStatus;
  /** the PDB's name and its key in a store; absent where neither dump nor image names one */
  readonly wanted?: { readonly file: string; readonly key: string };
  readonly attempts: readonly SymbolAttempt[];
}

interface SymcheckModel {
  readonly symbolPath?: string;
  readonly modules: readonly CheckedModule[];
}

/** Width of an outcome's column: `unreadable`, and two blanks. */
const OUTCOME = 12;

/** `!symcheck`, ours: for each module what was looked for, where, and why it was or was not taken. */
export const symcheck = command<SymcheckModel>({
  name: '!symcheck',
  tier: 'ours',
  syntax: ['!symcheck', '!symcheck Module'],
  summary:
    'Loads the symbols of all modules, or one, and says for each where it looked and why it took what it took.',
  async run({ session, args, pace }: Call) {
    const modules = chosen(session, args);
    await loadSymbols(session, modules, pace);
    return { symbolPath: session.paths?.symbolPath, modules: modules.map((m) => checked(session, m)) };
  },
  print,
  data: ({ symbolPath, modules }) => ({ symbolPath, modules: modules.map(moduleData) }),
});

function chosen(session: Session, text: string): Module[] {
  const all = [...session.target.modules];
  if (text === '') return all;
  const wildcard = compileWildcard(text);
  if (wildcard.literal !== undefined) return [findModule(session, text)];
  return all.filter((m) => wildcard.test(m.name) || wildcard.test(m.fileName));
}

function checked(session: Session, module: Module): CheckedModule {
  const { codeView } = module;
  return {
    module,
    symbols: symbolStatusOf(session, module),
    wanted: codeView && { file: fileNameOf(codeView.pdb), key: pdbKey(codeView) },
    attempts: session.symbols.reasons(module),
  };
}

function print({ symbolPath, modules }: SymcheckModel, out: Output): void {
  if (symbolPath !== undefined) {
    out.line('Symbol search path is: ', span(symbolPath === '' ? '<empty>' : symbolPath, 'file'));
  }
  for (const { module, symbols, wanted, attempts } of modules) {
    out.line();
    const mark = symbols.mark === '#' ? ', of another build' : '';
    out.line(
      span(module.name, 'module', `!symcheck ${module.name}`),
      ` (${statusText(symbols)}${mark}): `,
      wanted ? `${wanted.file} ${wanted.key}` : 'names no PDB',
    );
    for (const { place, outcome, detail } of attempts) {
      const kind = outcome === 'taken' ? undefined : outcome === 'not found' ? 'missing' : 'warning';
      out.line('    ', span(outcome.padEnd(OUTCOME), kind), span(place, 'file'));
      if (detail !== undefined) out.line(`    ${' '.repeat(OUTCOME)}${detail}`);
    }
  }
  out.line();
  out.line(summaryOf(modules));
}

/** `37 modules: 1 pdb, 30 export, 6 none` */
function summaryOf(modules: readonly CheckedModule[]): string {
  const counts = new Map<string, number>();
  for (const { symbols } of modules) counts.set(symbols.status, (counts.get(symbols.status) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} ${status}`);
  return `${modules.length} ${modules.length === 1 ? 'module' : 'modules'}: ${parts.join(', ')}`;
}

function moduleData({ module, symbols, wanted, attempts }: CheckedModule) {
  return {
    name: module.name,
    image: module.path,
    symbols: symbols.status,
    symbolFile: symbols.file,
    private: symbols.private || undefined,
    mismatched: symbols.mark === '#' || undefined,
    wanted,
    attempts: attempts.map(({ place, outcome, detail, mismatched }) => ({
      place,
      outcome,
      detail,
      mismatched,
    })),
  };
}
