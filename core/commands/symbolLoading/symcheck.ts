import { span, type Output } from '../../output/index.ts';
import { imageKey, pdbKey, type SymbolAttempt } from '../../symbols/index.ts';
import { compileWildcard } from '../../types/index.ts';
import { fileNameOf, type FileAttempt, type Module, type Target } from '../../target/index.ts';
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
  readonly image: CheckedImage;
}

/** Where a module's code and unwind tables can be read, beyond what the dump holds of it. */
interface CheckedImage {
  /** whether the dump itself has the image's headers: then its tables can be read where its pages are there too */
  readonly inDump: boolean;
  /** TimeDateStamp and SizeOfImage, as a store has them */
  readonly key: string;
  readonly attempts: readonly FileAttempt[];
}

interface SymcheckModel {
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly modules: readonly CheckedModule[];
}

/** Width of an outcome's column: `unreadable`, and two blanks. */
const OUTCOME = 12;

/**
 * `!symcheck`, ours: for each module what was looked for, where, and why it was or was not taken: its symbols, and the
 * image that stack walks read code and unwind tables from.
 */
export const symcheck = command<SymcheckModel>({
  name: '!symcheck',
  beyond: 'search paths',
  tier: 'ours',
  syntax: ['!symcheck', '!symcheck Module'],
  summary:
    'Loads the symbols of all modules, or one, and says for each where it looked and why it took what it took.',
  async run({ session, args, pace }: Call) {
    const modules = chosen(session, args);
    await loadSymbols(session, modules, pace);
    const { paths } = session;
    return {
      symbolPath: paths?.symbolPath,
      imagePath: paths?.imagePath,
      modules: modules.map((m) => checked(session, m)),
    };
  },
  print,
  data: ({ symbolPath, imagePath, modules }) => ({
    symbolPath,
    imagePath,
    modules: modules.map(moduleData),
  }),
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
    image: checkedImage(session.target, module),
  };
}

function checkedImage(target: Target, module: Module): CheckedImage {
  return {
    inDump: target.memory.origin(module.base) === 'dump',
    key: imageKey(module.timestamp, module.size),
    attempts: target.imageAttempts?.(module) ?? [],
  };
}

function print({ symbolPath, imagePath, modules }: SymcheckModel, out: Output): void {
  const paths = [
    ['Symbol search path', symbolPath],
    ['Executable image search path', imagePath],
  ] as const;
  for (const [title, path] of paths) {
    if (path !== undefined) out.line(`${title} is: `, span(path === '' ? '<empty>' : path, 'file'));
  }
  for (const { module, symbols, wanted, attempts, image } of modules) {
    out.line();
    const mark = symbols.mark === 'M' ? ', of another build' : '';
    out.line(
      span(module.name, 'module', `!symcheck ${module.name}`),
      ` (${statusText(symbols)}${mark}): `,
      wanted ? `${wanted.file} ${wanted.key}` : 'names no PDB',
    );
    printAttempts(attempts, out);
    out.line(
      `  image: ${module.fileName} ${image.key}${image.inDump ? ', its headers are in the dump' : ''}`,
    );
    printAttempts(image.attempts, out);
  }
  out.line();
  out.line(summaryOf(modules));
}

function printAttempts(attempts: readonly FileAttempt[], out: Output): void {
  for (const { place, outcome, detail } of attempts) {
    const kind = outcome === 'taken' ? undefined : outcome === 'not found' ? 'missing' : 'warning';
    out.line('    ', span(outcome.padEnd(OUTCOME), kind), span(place, 'file'));
    if (detail !== undefined) out.line(`    ${' '.repeat(OUTCOME)}${detail}`);
  }
}

/** `37 modules: 1 pdb, 30 export, 6 none` */
function summaryOf(modules: readonly CheckedModule[]): string {
  const counts = new Map<string, number>();
  for (const { symbols } of modules) counts.set(symbols.status, (counts.get(symbols.status) ?? 0) + 1);
  if (modules.length === 0) return '0 modules';
  const parts = [...counts].map(([status, count]) => `${count} ${status}`);
  const files = modules.filter(({ image }) => fileOf(image) !== undefined).length;
  const nowhere = modules.filter(({ image }) => !image.inDump && fileOf(image) === undefined).length;
  return [
    `${modules.length} ${modules.length === 1 ? 'module' : 'modules'}: ${parts.join(', ')}`,
    `; image files found: ${files}, images neither found nor in the dump: ${nowhere}`,
  ].join('');
}

function fileOf({ attempts }: CheckedImage): string | undefined {
  return attempts.find((a) => a.outcome === 'taken')?.place;
}

function moduleData({ module, symbols, wanted, attempts, image }: CheckedModule) {
  return {
    name: module.name,
    image: module.path,
    symbols: symbols.status,
    symbolFile: symbols.file,
    private: symbols.private || undefined,
    mismatched: symbols.mark === 'M' || undefined,
    wanted,
    attempts: attempts.map(({ place, outcome, detail, mismatched }) => ({
      place,
      outcome,
      detail,
      mismatched,
    })),
    imageFile: {
      key: image.key,
      inDump: image.inDump,
      file: fileOf(image),
      attempts: image.attempts.map(({ place, outcome, detail }) => ({ place, outcome, detail })),
    },
  };
}
