import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { recordOf } from '../../types/index.ts';
import { command, type Call } from '../command.ts';
import { resolveName, valueSource, walkList } from '../dt/index.ts';

/** Elements of a list that nothing else ends: each runs commands. */
const MAX_ELEMENTS = 100_000;
const QUOTED = /^"((?:[^"\\]|\\.)*)"\s*/s;
const WORD = /^(\S+)\s*/;
/** What d* and u go on from when a command gets no address. */
const DEFAULT_ADDRESSES = ['d', 'u'];

interface ListArguments {
  readonly link: string;
  readonly commands: string;
  readonly arguments: string;
  readonly echo: boolean;
  readonly most: number;
  readonly start: string;
}

interface ListModel {
  readonly addresses: readonly Address[];
  readonly end?: string;
  readonly options: ListArguments;
}

export const list = command<ListModel>({
  name: '!list',
  tier: 'B',
  syntax: [
    '!list -t [Module!]Type.Field [-x "Commands"] [-a "Arguments"] [-e] [-m Max] StartAddress',
    '!list "-t [Module!]Type.Field -x \\"Commands\\" … StartAddress"',
  ],
  summary: 'Walks a linked list and runs commands for each element, whose address is in $extret.',
  options: [
    { flag: '-t Type.Field', meaning: 'the structure, and the field in it that leads to the next one' },
    { flag: '-x "Commands"', meaning: 'dp unless told; without $extret in them the address is added' },
    { flag: '-a "Arguments"', meaning: 'what follows the address' },
    { flag: '-e', meaning: 'show the commands before they run' },
    { flag: '-m Max', meaning: 'so many elements at most' },
  ],
  helpOption: '-h',
  async run(call) {
    const { session, args, pace } = call;
    const options = readArguments(call, args);
    const { type, path } = splitLink(options.link);
    const found = resolveName(session, type, { typesOnly: true, prefix: false });
    const record = found && found.kind === 'type' ? recordOf(found.type) : undefined;
    if (!found || found.kind !== 'type' || !record)
      throw new UsageError(`!list: no structure is called ${type}`, 'unresolved');
    const source = valueSource(session, found.module);
    const start = session.evaluator.address(options.start);
    const limit = Math.min(options.most, MAX_ELEMENTS);
    const { nodes, end } = await walkList(source, record, start, path, () => undefined, pace, limit);
    const asked = options.most <= nodes.length;
    return { addresses: nodes.map(({ address }) => address), end: asked ? undefined : end, options };
  },
  async print({ addresses, end, options }, out, { session, execute, pace }) {
    for (const address of addresses) {
      session.evaluator.setPseudo('$extret', address);
      for (const family of DEFAULT_ADDRESSES) session.cursors.set(family, address);
      const line = lineFor(options, address);
      if (options.echo) out.line(line);
      await execute(line, out);
      out.line();
      pace.throwIfCancelled();
    }
    if (end !== undefined) out.line(span(`!list: ${end}`, 'warning'));
  },
  data: ({ addresses, end, options }) => ({ link: options.link, elements: addresses.map(hexAddress), end }),
});

function lineFor({ commands, arguments: behind }: ListArguments, address: Address): string {
  if (/\$extret\b/i.test(commands)) return commands;
  return `${commands} 0x${address.toString(16)}${behind === '' ? '' : ` ${behind}`}`;
}

/** `ntdll!_LIST_ENTRY.Flink` in its parts. Names of C++ types may hold periods in brackets only. */
function splitLink(link: string): { type: string; path: string } {
  let depth = 0;
  for (let i = 0; i < link.length; i++) {
    const c = link.charAt(i);
    if (c === '<' || c === '(') depth++;
    else if (c === '>' || c === ')') depth--;
    else if (c === '.' && depth === 0) return { type: link.slice(0, i), path: link.slice(i + 1) };
  }
  throw new UsageError(`!list -t wants Type.Field, not '${link}'`, 'syntax');
}

function readArguments({ session }: Call, args: string): ListArguments {
  const whole = QUOTED.exec(args);
  // the whole of it may stand in quotes, with those inside escaped
  let rest = (whole && whole[0].length >= args.trimEnd().length ? unescaped(whole[1] ?? '') : args).trim();
  const found = new Map<string, string>();
  while (rest.startsWith('-')) {
    const flag = /^-([txaem])(?=\s|"|$)\s*/.exec(rest);
    if (!flag) throw new UsageError(`!list takes -t, -x, -a, -e and -m, not '${rest}'`, 'syntax');
    rest = rest.slice(flag[0].length);
    const letter = flag[1] ?? '';
    const value = letter === 'e' ? undefined : (QUOTED.exec(rest) ?? WORD.exec(rest));
    if (letter !== 'e' && !value) throw new UsageError(`!list -${letter} needs a value`, 'syntax');
    found.set(letter, unescaped(value?.[1] ?? ''));
    rest = rest.slice(value?.[0].length ?? 0);
  }
  const link = found.get('t');
  if (link === undefined || rest === '')
    throw new UsageError('!list wants -t Type.Field and a start address');
  const most = found.get('m');
  const count = most === undefined ? MAX_ELEMENTS : Number(session.evaluator.evaluate(most));
  if (count < 1) throw new UsageError('!list -m wants a number of elements', 'syntax');
  return {
    link,
    commands: found.get('x') ?? 'dp',
    arguments: found.get('a') ?? '',
    echo: found.has('e'),
    most: count,
    start: rest,
  };
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
