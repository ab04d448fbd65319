import { UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import { type Output, span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { recordBehind, type Type, unmodified, type ValueSource } from '../../types/index.ts';
import { type Call, command } from '../command.ts';
import type { Session } from '../session.ts';
import { type DtArguments, parseArguments } from './arguments.ts';
import { buildView, type ViewOptions } from './buildView.ts';
import { HELP } from './help.ts';
import { listMatches, printMatches } from './listMatches.ts';
import type { DtMatch, DtResult, DtStyle, DtView } from './model.ts';
import { NAME_WIDTH, printView, RULE } from './printView.ts';
import { type Found, resolveName, splitName } from './resolveName.ts';
import { addressText } from './valueText.ts';
import { valueSource } from './valueSource.ts';
import { viewData } from './viewData.ts';
import { walkList } from './walkList.ts';

/** What dt remembers of a session: the name that `.` repeats, and whether the note on the layouts was given. */
interface Memory {
  lastName?: string;
  readonly noted: Set<string>;
}
const memories = new WeakMap<Session, Memory>();

function memoryOf(session: Session): Memory {
  let memory = memories.get(session);
  if (!memory) memories.set(session, (memory = { noted: new Set() }));
  return memory;
}

async function run(call: Call): Promise<DtResult> {
  const args = parseArguments(call.args);
  const { session } = call;
  if (args.help) return { kind: 'help' };
  if (args.name === undefined && args.address === undefined) {
    throw new UsageError(
      'dt wants a type, a variable or an address: dt _PEB, dt _PEB @$peb (dt -h says more)',
    );
  }
  if (args.name === undefined) return showAddress(call, args);
  const memory = memoryOf(session);
  const name = args.name === '.' ? memory.lastName : unwrap(args.name);
  if (name === undefined) throw new UsageError('dt .: no type was named before');
  if (isPattern(name)) return showMatches(call, args, name);
  return showName(call, args, name, memory);
}

/** Whether a name has wildcards: stars within template arguments and behind a blank are pointers. */
function isPattern(name: string): boolean {
  let plain = name;
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plain.replace(/<[^<>]*>/g, '');
  }
  return /[?*]/.test(plain.replace(/\s+\*+|\]\*+/g, ''));
}

/** `(unsigned long)`: names with blanks come in parentheses. */
function unwrap(name: string): string {
  return /^\((.*)\)$/s.exec(name)?.[1]?.trim() ?? name;
}

async function showName(call: Call, args: DtArguments, name: string, memory: Memory): Promise<DtResult> {
  const { session } = call;
  const found = resolveName(session, name, { typesOnly: args.enumerate, prefix: args.prefix });
  if (!found) throw new UsageError(`Symbol ${name} not found.`, 'unresolved');
  if (found.kind === 'symbol without type') {
    return { kind: 'symbol without type', name: `${found.symbol.module.name}!${found.symbol.symbol.name}` };
  }
  const headings = headingsOf(args, name, found);
  // -y: all that begin so, then the first of them
  if (args.prefix) headings.unshift(...beginningWith(session, name));
  memory.lastName = name;
  return show(call, args, found, headings);
}

function beginningWith(session: Session, name: string): string[] {
  const { module = 'ntdll' } = splitName(name);
  const matches = listMatches(session, `${module}!${splitName(name).name}*`, { typesOnly: false });
  return matches.length > 1 ? matches.map((match) => `          ${match.module}!${match.name}`) : [];
}

async function show(
  call: Call,
  args: DtArguments,
  found: Exclude<Found, { kind: 'symbol without type' }>,
  headings: string[],
): Promise<DtResult> {
  const { session } = call;
  const { type } = found;
  const { address, fields } = addressOf(session, args, found);
  const source = valueSource(session, found.module);
  const style = styleOf(session, args, fields);
  const options = viewOptions(session, args, found.module, fields);
  const build = (at: Address | undefined): DtView => buildView(source, type, at, options);
  const note = layoutNote(session, found);
  const all = note === undefined ? headings : [note, ...headings];
  if (args.list === undefined) return { kind: 'view', view: build(address), headings: all, style };
  const record = recordBehind(source, type);
  if (!record || address === undefined) throw new UsageError('dt -l wants a structure and its address');
  const start = unmodified(type).kind === 'pointer' ? pointerAt(source, type, address) : address;
  const one = (at: Address) => buildView(source, record, at, options);
  const walked = await walkList(source, record, start, args.list, one, call.pace);
  return { kind: 'list', field: args.list, view: build(undefined), ...walked, headings: all, style };
}

function pointerAt(source: ValueSource, type: Type, address: Address): Address {
  const value = buildView(source, type, address, {
    depth: 0,
    blocks: false,
    fields: [],
    verbose: false,
  }).value;
  if (value?.kind !== 'pointer') throw new UsageError('dt -l: the pointer is not in the dump');
  return value.address;
}

/**
 * The address that was given, or the variable's own. A word behind the name that is no field may be an expression
 * (`dt _TEB eax`).
 */
function addressOf(
  session: Session,
  args: DtArguments,
  found: Exclude<Found, { kind: 'symbol without type' }>,
) {
  const own = found.kind === 'variable' ? found.address : undefined;
  if (args.address !== undefined) return { address: evaluate(session, args.address), fields: args.fields };
  const last = args.fields.at(-1);
  if (
    last &&
    own === undefined &&
    last.steps.length === 1 &&
    last.depth === 0 &&
    !isField(session, found, last.steps[0])
  ) {
    const address = tryEvaluate(session, last.text);
    if (address !== undefined) return { address, fields: args.fields.slice(0, -1) };
  }
  return { address: own, fields: args.fields };
}

function isField(
  session: Session,
  found: Exclude<Found, { kind: 'symbol without type' }>,
  step: { matches(name: string): boolean } | undefined,
): boolean {
  const source = valueSource(session, found.module);
  const { rows } = buildView(source, found.type, undefined, {
    depth: 0,
    blocks: false,
    fields: [],
    verbose: false,
  });
  return rows?.some((row) => 'name' in row && (step?.matches(row.name) ?? false)) ?? false;
}

function evaluate(session: Session, text: string): Address {
  return toAddress(session.evaluator.evaluate(text), session.machine.pointerSize);
}

function tryEvaluate(session: Session, text: string): Address | undefined {
  try {
    return evaluate(session, text);
  } catch (e) {
    if (e instanceof UsageError) return undefined;
    throw e;
  }
}

/** `dt address`: the variable that lies there. */
async function showAddress(call: Call, args: DtArguments): Promise<DtResult> {
  const { session } = call;
  const address = evaluate(session, args.address ?? '');
  const found = session.symbols.nearest(address);
  if (!found || found.displacement !== 0n) {
    throw new UsageError(
      `no variable begins at 0x${address.toString(16)}: name a type (dt _PEB ${args.address})`,
      'unresolved',
    );
  }
  const name = `${found.module.name}!${found.symbol.name}`;
  const { type } = found.symbol;
  if (!type) return { kind: 'symbol without type', name };
  const variable = {
    kind: 'variable',
    type,
    address,
    module: found.module.name,
    name: found.symbol.name,
  } as const;
  return show(call, args, variable, [found.symbol.name]);
}

function showMatches(call: Call, args: DtArguments, pattern: string): DtResult {
  const { session } = call;
  const { size, verbose, typesOnly } = args;
  const style = styleOf(session, args, []);
  const found = listMatches(session, pattern, { typesOnly, size });
  const matches = args.details ? found.map((match) => withView(session, args, match)) : found;
  return { kind: 'matches', pattern, size, matches, verbose, style };
}

function withView(session: Session, args: DtArguments, match: DtMatch): DtMatch {
  const found = resolveName(session, `${match.module}!${match.name}`, {
    typesOnly: match.address === undefined,
    prefix: false,
  });
  if (!found || found.kind === 'symbol without type') return match;
  const options = viewOptions(session, args, match.module, []);
  return {
    ...match,
    view: buildView(valueSource(session, match.module), found.type, match.address, options),
  };
}

function viewOptions(
  session: Session,
  args: DtArguments,
  module: string | undefined,
  fields: DtArguments['fields'],
): ViewOptions {
  const { depth, blocks, elements, verbose } = args;
  const staticAddress = (name: string) =>
    session.symbols.resolve(module === undefined ? name : `${module}!${name}`)[0]?.address;
  return { depth, blocks, fields, elements, verbose, module, staticAddress };
}

function styleOf(session: Session, args: DtArguments, fields: DtArguments['fields']): DtStyle {
  const { compact, noIndent, noOffsets, verbose, blocks } = args;
  return {
    pointerSize: session.machine.pointerSize,
    nameWidth: compact ? 0 : fields.length > 0 ? Math.max(...fields.map((f) => f.text.length)) : NAME_WIDTH,
    compact,
    noIndent,
    noOffsets,
    verbose,
    blocks,
    describe: (address) => session.symbols.describe(address),
  };
}

/** What the debugger says above: the full name where it differs from the typed one, the variable's place. */
function headingsOf(
  args: DtArguments,
  typed: string,
  found: Exclude<Found, { kind: 'symbol without type' }>,
): string[] {
  const headings = args.name === '.' ? [`Using sym ${typed}`] : [];
  if (found.kind === 'variable' || found.module === undefined) return headings;
  const full = `${found.module}!${found.name}`;
  return full === typed ? headings : [...headings, full];
}

/** That the built-in layout is not exactly this Windows', said once a session for each view. */
function layoutNote(
  session: Session,
  found: Exclude<Found, { kind: 'symbol without type' }>,
): string | undefined {
  const note = session.layoutNote(session.machine);
  const { noted } = memoryOf(session);
  if (note === undefined || noted.has(note) || found.module !== 'ntdll' || found.kind !== 'type')
    return undefined;
  noted.add(note);
  return `*** ${note}`;
}

function print(result: DtResult, out: Output): void {
  switch (result.kind) {
    case 'help':
      for (const line of HELP) out.line(line);
      return;
    case 'symbol without type':
      out.line(result.name);
      out.line(span('Symbol has no type information.', 'missing'));
      return;
    case 'matches':
      printMatches(result, out, result.style);
      for (const { view, module, name } of result.matches) {
        if (!view) continue;
        out.line();
        out.line(`${module}!${name}`);
        printView(view, out, result.style);
      }
      return;
    case 'view':
      for (const line of result.headings) out.line(line);
      printView(result.view, out, result.style);
      return;
    case 'list':
      for (const line of result.headings) out.line(line);
      for (const { address, view } of result.nodes) {
        out.line(`${result.field} at ${addressText(address, result.style.pointerSize)}`);
        out.line(RULE);
        printView(view, out, result.style);
        out.line();
      }
      if (result.end !== undefined) out.line(span(`*** ${result.end}`, 'warning'));
      return;
  }
}

function data(result: DtResult) {
  switch (result.kind) {
    case 'help':
      return {};
    case 'symbol without type':
      return { symbol: result.name };
    case 'matches':
      return {
        matches: result.matches.map(({ module, name, address, size, view }) => ({
          module,
          name,
          address: address === undefined ? undefined : `0x${address.toString(16)}`,
          size,
          ...(view && { fields: viewData(view).fields }),
        })),
      };
    case 'view':
      return viewData(result.view);
    case 'list': {
      const nodes = result.nodes.map(({ address, view }) => ({
        address: `0x${address.toString(16)}`,
        fields: viewData(view).fields,
      }));
      return { ...viewData(result.view), nodes, end: result.end };
    }
  }
}

export const dt = command<DtResult>({
  name: 'dt',
  tier: 'A',
  syntax: [
    'dt [-options] [module!]Name [Field…] [Address] [-l Field]',
    'dt [-options] Address [Name] [Field…] [-l Field]',
    'dt [module!]Pattern*',
    'dt -h',
  ],
  summary: 'Shows the layout of a type, or what lies at an address by a type.',
  options: [
    { flag: '-a[n]', meaning: 'array elements one a line, n of them' },
    { flag: '-b', meaning: 'structures within expanded, arrays too; pointers not followed' },
    { flag: '-c', meaning: 'compact: all fields on one line' },
    { flag: '-d', meaning: 'with a pattern: the layout of every match' },
    { flag: '-e', meaning: 'the name is a type' },
    { flag: '-i', meaning: 'no indentation' },
    { flag: '-l field', meaning: 'the list that the field links' },
    { flag: '-n', meaning: 'the next word is a name, though it looks like a number' },
    { flag: '-o', meaning: 'no offsets' },
    { flag: '-r[n]', meaning: 'expand structures and pointers to them, n levels' },
    { flag: '-s size', meaning: 'with a pattern: only what has this size' },
    { flag: '-t', meaning: 'with a pattern: types only' },
    { flag: '-v', meaning: 'sizes, numbers of members, methods' },
    { flag: '-y', meaning: 'the next word is the beginning of a name' },
  ],
  run,
  print,
  data,
});
