import { UsageError } from '../../errors/index.ts';
import type { Call } from '../command.ts';
import type { BlockFilter } from './blockRows.ts';

/** What `!crt` was asked for. */
export type CrtRequest =
  | { readonly form: 'overview'; readonly verbose: boolean }
  | { readonly form: 'address'; readonly text: string }
  | { readonly form: 'blocks' | 'leaks' | 'check'; readonly filter: BlockFilter }
  | { readonly form: 'misuse' };

const TYPES = ['free', 'normal', 'crt', 'ignore', 'client'];

/** Reads the arguments of `!crt`. Throws `UsageError`. */
export function parseArguments({ args, session }: Call): CrtRequest {
  const words = args.split(/\s+/).filter((word) => word !== '');
  const [first, ...rest] = words;
  switch (first) {
    case undefined:
      return { form: 'overview', verbose: false };
    case '-v':
      if (rest.length > 0) throw new UsageError(`!crt -v takes no ${rest[0] ?? ''}`);
      return { form: 'overview', verbose: true };
    case '-blocks':
    case '-leaks':
    case '-check':
      return {
        form: first.slice(1) as 'blocks' | 'leaks' | 'check',
        filter: parseFilter(rest, (text) => Number(session.evaluator.evaluate(text))),
      };
    case '-misuse':
      if (rest.length > 0) throw new UsageError(`!crt -misuse takes no ${rest[0] ?? ''}`);
      return { form: 'misuse' };
    default:
      if (first.startsWith('-') && !/^-[0-9]/.test(first)) {
        throw new UsageError(`!crt has no option ${first}; it has -v, -blocks, -leaks, -check and -misuse`);
      }
      return { form: 'address', text: args };
  }
}

function parseFilter(words: readonly string[], evaluate: (text: string) => number): BlockFilter {
  let filter: BlockFilter = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const value = (): string => {
      const next = words[++i];
      if (next === undefined) throw new UsageError(`${word} needs a value`);
      return next;
    };
    if (word === '-type') filter = { ...filter, type: typeNamed(value()) };
    else if (word === '-size') filter = { ...filter, size: sizes(value(), evaluate) };
    else if (word === '-file') filter = { ...filter, file: value() };
    else if (word.startsWith('-')) {
      throw new UsageError(`no option ${word}; blocks are chosen with -type, -size and -file`);
    } else if (filter.module === undefined) filter = { ...filter, module: word };
    else throw new UsageError(`one module, not ${filter.module} and ${word}`);
  }
  return filter;
}

function typeNamed(text: string): string {
  const type = text.toLowerCase();
  if (!TYPES.includes(type))
    throw new UsageError(`${text} is no type of block; types are ${TYPES.join(', ')}`);
  return type;
}

/** `100`, `100-200`, `100-`: bytes, in the radix in effect. */
function sizes(text: string, evaluate: (text: string) => number): { from: number; to: number } {
  const [from = '', to] = text.split('-');
  const low = from === '' ? 0 : evaluate(from);
  const high = to === undefined ? low : to === '' ? Infinity : evaluate(to);
  return { from: low, to: high };
}
