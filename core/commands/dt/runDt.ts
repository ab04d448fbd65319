import { UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import type { Address } from '../../target/index.ts';
import { cTypeName, recordBehind, type Type, unmodified, type ValueSource } from '../../types/index.ts';
import type { Call } from '../command.ts';
import { heapNotesFor } from '../heapSwitch.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';
import { type DtArguments, parseArguments } from './arguments.ts';
import { describeFunction } from './describeFunction.ts';
import { buildView, type ViewOptions } from './buildView.ts';
import { shownPointers } from './heldPointers.ts';
import { listMatches } from './listMatches.ts';
import type { DtMatch, DtResult, DtStyle, DtView } from './model.ts';
import { NAME_WIDTH } from './printView.ts';
import { resolveName, type Shown, splitName } from './resolveName.ts';
import { frameVariables } from '../variables/index.ts';
import { valueSource } from './valueSource.ts';
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

/** What a dt line asks for: a type, an object, a list, or names. Prints nothing. */
export async function runDt(call: Call): Promise<DtResult> {
  const args = parseArguments(call.args);
  if (args.help) return { kind: 'help' };
  if (args.name === undefined && args.address === undefined) {
    throw new UsageError(
      'dt wants a type, a variable or an address: dt _PEB, dt _PEB @$peb (dt -h says more)',
    );
  }
  const heapNotes = args.heapNotes ? await heapNotesFor(call) : undefined;
  const result = await answer(call, args);
  if (!heapNotes || !('style' in result)) return result;
  for (const pointer of shownPointers(result)) {
    await heapNotes.look(pointer);
    if (call.pace.due()) await call.pace.rest();
  }
  return { ...result, style: { ...result.style, heapNotes } };
}

async function answer(call: Call, args: DtArguments): Promise<DtResult> {
  if (args.name === undefined) return showAddress(call, args);
  const { session } = call;
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
  if (!found) throw nothingOf(session, name);
  if (found.kind === 'symbol without type') {
    return { kind: 'symbol without type', name: `${found.symbol.module.name}!${found.symbol.symbol.name}` };
  }
  const headings = headingsOf(args, name, found);
  // -y: all that begin so, then the first of them
  if (args.prefix) headings.unshift(...beginningWith(session, name));
  memory.lastName = name;
  return show(call, args, found, headings);
}

/** A variable of the frame may be known and have no place: optimised away, or in a register that nobody recovered. */
function nothingOf(session: Session, name: string): UsageError {
  const frame = name.includes('!') ? undefined : session.currentFrame();
  const scopes = frameVariables(session, frame)?.scopes ?? [];
  const local = scopes.flatMap((scope) => scope.variables).find((variable) => variable.name === name);
  if (!local?.type) return new UsageError(`Symbol ${name} not found.`, 'unresolved');
  return new UsageError(
    `${name} is a ${local.isParameter ? 'parameter' : 'local'} of type ${typeWords(local.type)}, and its value is not available in this frame`,
    'unresolved',
  );
}

function beginningWith(session: Session, name: string): string[] {
  const { module = 'ntdll' } = splitName(name);
  const matches = listMatches(session, `${module}!${splitName(name).name}*`, { typesOnly: false });
  return matches.length > 1 ? matches.map((match) => `          ${match.module}!${match.name}`) : [];
}

async function show(call: Call, args: DtArguments, found: Shown, headings: string[]): Promise<DtResult> {
  const { session } = call;
  const { type } = found;
  if (found.kind === 'variable' && unmodified(type).kind === 'procedure')
    return { kind: 'function', function: describeFunction(session, found, args.functionFormat) };
  const { address, fields } = addressOf(session, args, found);
  if (args.natvis && address !== undefined) {
    const memory = found.kind === 'local' ? found.memory : session.target.memory;
    const inRegisters = found.kind === 'local' && !found.inMemory;
    const { visualTree } = await import('../dx/index.ts');
    const value = { type, place: { address, memory, inRegisters }, module: found.module };
    return {
      kind: 'visual',
      tree: await visualTree(call, found.name, value, Math.max(1, args.depth)),
      headings,
    };
  }
  const source = valueSource(session, found.module, found.kind === 'local' ? found.memory : undefined);
  const style = styleOf(session, args, fields);
  const options = viewOptions(session, args, found.module, fields);
  const inRegisters = found.kind === 'local' && !found.inMemory && args.address === undefined;
  const build = (at: Address | undefined): DtView => {
    const view = buildView(source, type, at, options);
    return inRegisters ? { ...view, address: undefined } : view;
  };
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
function addressOf(session: Session, args: DtArguments, found: Shown) {
  const own = found.kind === 'type' ? undefined : found.address;
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
  found: Shown,
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
  const { depth, blocks, elements } = args;
  const verbose = isVerbose(args);
  const staticAddress = (name: string) =>
    session.symbols.resolve(module === undefined ? name : `${module}!${name}`)[0]?.address;
  const { typeOptions } = settingsOf(session);
  return { depth, blocks, fields, elements, verbose, module, staticAddress, typeOptions };
}

function styleOf(session: Session, args: DtArguments, fields: DtArguments['fields']): DtStyle {
  const { compact, noIndent, noOffsets, blocks, functionFormat } = args;
  const verbose = isVerbose(args);
  return {
    pointerSize: session.machine.pointerSize,
    nameWidth: compact ? 0 : fields.length > 0 ? Math.max(...fields.map((f) => f.text.length)) : NAME_WIDTH,
    compact,
    noIndent,
    noOffsets,
    verbose,
    blocks,
    functionFormat,
    numbers: { options: settingsOf(session).typeOptions, radix: session.radix },
    describe: (address) => session.symbols.describe(address),
  };
}

/** -v, and -d of one name ("If Name does not end with an asterisk, display verbose output"). */
function isVerbose({ verbose, details, name }: DtArguments): boolean {
  return verbose || (details && name !== undefined && !isPattern(name));
}

/** What the debugger says above: the full name where it differs from the typed one, the variable's place. */
function headingsOf(args: DtArguments, typed: string, found: Shown): string[] {
  const headings = args.name === '.' ? [`Using sym ${typed}`] : [];
  if (found.kind === 'local') return [...headings, `Local var ${found.place}Type ${typeWords(found.type)}`];
  if (found.kind === 'variable' || found.module === undefined) return headings;
  // of a typedef for a number nothing more is said
  const { kind } = unmodified(found.type);
  if (kind === 'basic' || kind === 'pointer') return headings;
  const full = `${found.module}!${found.name}`;
  return full === typed ? headings : [...headings, full];
}

/** A type as the debugger names a local's: `CFoo*`, `char [260]`. */
function typeWords(type: Type): string {
  return cTypeName(type).replace(/ (?=[*&])/g, '');
}

/** That the built-in layout is not exactly this Windows', said once a session for each view. */
function layoutNote(session: Session, found: Shown): string | undefined {
  const note = session.layoutNote(session.machine);
  const { noted } = memoryOf(session);
  if (note === undefined || noted.has(note) || found.module !== 'ntdll' || found.kind !== 'type')
    return undefined;
  noted.add(note);
  return `*** ${note}`;
}
