import { Pace } from '../commands/index.ts';
import { AwaitFirst, StillframeError } from '../errors/index.ts';
import { symbolNames, typeNames } from './completeNames.ts';
import { cursorPlace, type CursorPlace } from '../script/index.ts';
import type { Engine } from './engine.ts';

/** More than a screen of candidates helps nobody. */
const MAX_CANDIDATES = 200;

/** How long a key press may evaluate, in milliseconds: a person who waits longer types on. */
const MAX_EVALUATION_MS = 1000;

/** What may stand in the place of `word`, the end of a line that is being typed. */
export interface Completions {
  readonly candidates: string[];
  readonly word: string;
}

/** Pseudo-registers that a dump has, beside $t0 to $t19 (pseudo-register-syntax.md). */
const PSEUDO_REGISTERS =
  'argreg callret csp dbgtime dpid dsid dtid ea ea2 eventip exentry exp exr_code exr_numparams exr_param0 extret frame ip p pagesize peb proc ptrsize ra retreg retreg64 scopeip teb thread tid tpid'.split(
    ' ',
  );
const AUTOMATIC_ALIASES = [
  '$CurrentDumpFile',
  '$CurrentDumpPath',
  '$CurrentDumpArchiveFile',
  '$CurrentDumpArchivePath',
  '$ntnsym',
  '$ntsym',
  '$ntwsym',
];
const DX = /^dx\s+(?:-\S+\s+)*([^]*)$/;
/** Commands whose first word may be a type. */
const TAKES_TYPE = /^(?:dt|dtx|\?\?|dx)\s/i;
/** Commands that take the name of another. */
const EXPLAINS = /^(?:\.help|!help|\.hh|\.extmatch)\s+(?:\/\S+\s+)*(\S*)$/i;

/**
 * Completes a line as the language reads it: commands and aliases where a command may begin, in blocks and in the
 * commands of others too; options; aliases and loop variables in `${`; registers behind `@`; members in expressions of dx; else
 * modules and their symbols.
 */
export async function completions(engine: Engine, line: string): Promise<Completions> {
  const place = cursorPlace(line);
  const dx = place.kind === 'command' ? DX.exec(place.command)?.[1] : undefined;
  const member = dx === undefined ? undefined : await inExpression(engine, place, dx);
  const { candidates, word } = member ?? candidatesAt(engine, line, place);
  return { candidates: [...new Set(candidates)].slice(0, MAX_CANDIDATES), word };
}

/** Members and variables in an expression of dx; undefined where the rest of the language goes on. */
async function inExpression(
  engine: Engine,
  place: CursorPlace,
  typed: string,
): Promise<Completions | undefined> {
  const { dxCompletions } = await import('../commands/dx/index.ts');
  const { session } = engine;
  const pace = new Pace(AbortSignal.timeout(MAX_EVALUATION_MS));
  const execute = (): Promise<never> =>
    Promise.reject(new StillframeError('usage', 'completion runs no commands'));
  try {
    const found = await dxCompletions({ session, pace, name: 'dx', args: typed, execute }, typed);
    if (found) {
      const { word } = found;
      const registers = word.startsWith('$') ? registerNames(engine, word) : [];
      return { candidates: [...beginning(found.candidates, word), ...registers], word };
    }
    const root = /(?:^|[^\w!.@$])(\w*)$/.exec(typed)?.[1];
    const rest = afterCommand(engine, place);
    return root === undefined
      ? rest
      : { ...rest, candidates: [...beginning(['Debugger'], root), ...rest.candidates] };
  } catch (e) {
    // what cannot be evaluated yet, or ever, has no members to offer
    if (e instanceof StillframeError || e instanceof AwaitFirst) return { candidates: [], word: '' };
    throw e;
  }
}

function candidatesAt(engine: Engine, line: string, place: CursorPlace): Completions {
  const interpreted = /\$\{(?:\/[dfnv]:)?([^{}\s]*)$/.exec(line)?.[1];
  if (interpreted !== undefined) {
    const names = [...aliasNames(engine, place), ...AUTOMATIC_ALIASES];
    return { candidates: beginning(names, interpreted).map((name) => `${name}}`), word: interpreted };
  }
  if (place.kind === 'text' || place.kind === 'comment') return { candidates: [], word: '' };
  const { command } = place;
  const explained = EXPLAINS.exec(command)?.[1];
  if (explained !== undefined) return { candidates: engine.registry.complete(explained), word: explained };
  if (place.kind === 'command' && !/\s/.test(command)) {
    const names = [...engine.registry.complete(command), ...beginning(aliasNames(engine, place), command)];
    return { candidates: names, word: command };
  }
  return afterCommand(engine, place);
}

function afterCommand(engine: Engine, place: CursorPlace): Completions {
  const register = /@(\$?\w*)$/.exec(place.command)?.[1];
  if (register !== undefined) return { candidates: registerNames(engine, register), word: register };
  const option = /\s([-/]\w*)$/.exec(place.command)?.[1] ?? '';
  const options = option === '' ? [] : beginning(optionsOf(engine, place.command), option);
  if (options.length > 0) return { candidates: options, word: option };
  const word = /[^\s"()+,-]*$/.exec(place.command)?.[0] ?? '';
  const { session } = engine;
  const types = TAKES_TYPE.test(place.command) ? typeNames(session, word, MAX_CANDIDATES) : [];
  if (word.includes('!'))
    return { candidates: [...types, ...symbolNames(session, word, MAX_CANDIDATES)].sort(), word };
  const registers = /^r[mX]?\s/.test(place.command) ? registerNames(engine, word) : [];
  const modules = [...session.target.modules].map((m) => m.name);
  const names = beginning([...modules, ...aliasNames(engine, place)], word);
  return { candidates: [...names, ...registers, ...types], word };
}

/** The options that the help of a command names, without what stands behind them. */
function optionsOf({ registry }: Engine, command: string): string[] {
  const { options = [] } = registry.get(/^\S+/.exec(command)?.[0] ?? '') ?? {};
  // -rN is -r with a number
  return options
    .flatMap(({ flag }) => flag.match(/(?<![^\s,])[-/][A-Za-z?]+?(?=N?(?![A-Za-z?]))/g) ?? [])
    .sort();
}

function aliasNames({ session }: Engine, { variables }: CursorPlace): string[] {
  return [...variables, ...session.aliases.list().map(([name]) => name)];
}

function registerNames({ session }: Engine, prefix: string): string[] {
  if (prefix.startsWith('$')) {
    const own = Array.from({ length: 20 }, (_, i) => `t${i}`);
    return beginning([...PSEUDO_REGISTERS, ...own].sort(), prefix.slice(1)).map((name) => `$${name}`);
  }
  const names = session.registers()?.definitions() ?? [];
  return beginning(
    names.map(({ name }) => name),
    prefix,
  );
}

function beginning(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase()));
}
