import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import {
  functionFlow,
  instructionText,
  loadDisassembler,
  nameOf,
  type Disassembler,
  type FunctionFlow,
  type Instruction,
  type Surroundings,
} from '../../disasm/index.ts';
import { formatAddress, span, type Line, type Output } from '../../output/index.ts';
import { readU32, readUpTo, tryRead, type Address } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { functionAt, rootRecord, type FunctionExtent } from './functionAt.ts';
import { headingAt, headingLine, rowData, rowLine, sourceAt, type Heading, type Row } from './rows.ts';

/** Cases of one switch: what compilers make is far below. */
const MAX_CASES = 4096;
/** How far a case lies from its switch where no symbols tell functions apart. */
const MAX_CASE_DISTANCE = 0x10000n;
const OPTIONS = 'cDmoOi';

interface Block {
  readonly heading?: Heading;
  readonly start: Address;
  readonly rows: readonly Row[];
}

interface Model extends Surroundings {
  readonly start: Address;
  readonly blocks: readonly Block[];
  readonly incomplete: boolean;
  readonly options: ReadonlySet<string>;
  /** some of its instructions have a source line */
  readonly hasLines: boolean;
}

export const uf = command<Model>({
  name: 'uf',
  tier: 'A',
  syntax: ['uf [/c] [/i] [/D] [/m] [/o] [/O] [Address]'],
  summary: 'Disassembles a whole function, block by block, by following its branches.',
  options: [
    { flag: '/c', meaning: 'only the calls it makes' },
    { flag: '/i', meaning: 'how many instructions it has' },
    { flag: '/D', meaning: 'links for the functions it calls' },
    { flag: '/m', meaning: 'allows several exits (always on here)' },
    { flag: '/o, /O', meaning: 'sorts by address (always on here)' },
  ],
  run,
  print,
  data,
});

async function run({ session, args }: Call): Promise<Model> {
  const { options, rest } = readOptions(args);
  const address = session.evaluator.address(rest === '' ? '.' : rest);
  const disassembler = await loadDisassembler(session.machine);
  const extent = functionAt(session, address) ?? { start: address };
  let flow = flowFrom(session, disassembler, extent);
  // what symbols call the function need not hold the address: code by itself
  if (!holds(flow, address)) flow = flowFrom(session, disassembler, { start: address });
  if (flow.blocks.length === 0) throw new NotAvailable('No code found, aborting');
  const blocks = flow.blocks.map(({ start, instructions }): Block => ({
    start,
    heading: headingAt(session, start),
    rows: instructions.map((i) => ({ instruction: i, line: sourceAt(session, i.address)?.line })),
  }));
  return {
    machine: session.machine,
    symbols: session.symbols,
    start: extent.start,
    blocks,
    incomplete: flow.incomplete,
    options,
    hasLines: blocks.some((b) => b.rows.some((r) => r.line !== undefined)),
  };
}

function readOptions(args: string): { options: Set<string>; rest: string } {
  const options = new Set<string>();
  let rest = args;
  for (let m = /^\/(\S+)\s*/.exec(rest); m; m = /^\/(\S+)\s*/.exec(rest)) {
    for (const letter of m[1] ?? '') {
      if (!OPTIONS.includes(letter)) throw new UsageError(`uf has no option /${letter}`, 'syntax');
      options.add(letter);
    }
    rest = rest.slice(m[0].length);
  }
  return { options, rest };
}

function holds(flow: FunctionFlow, address: Address): boolean {
  return flow.blocks.some((b) =>
    b.instructions.some((i) => i.address <= address && address < i.address + BigInt(i.bytes.length)),
  );
}

function flowFrom(session: Session, disassembler: Disassembler, extent: FunctionExtent): FunctionFlow {
  const { memory } = session.target;
  return functionFlow({
    start: extent.start,
    decode: (address) => {
      const bytes = readUpTo(memory, address, disassembler.maxLength);
      return bytes.length === 0 ? undefined : disassembler.decode(bytes, address);
    },
    belongs: (address) => belongs(session, extent, address),
    returnsTo: (address) => returnsTo(session, extent, address),
    jumpTargets: (jump, before) => switchTargets(session, extent, jump, before),
  });
}

/**
 * Code belongs to a function within its extent; beyond it where its unwind record leads back to the function, or where
 * no other function begins and no record of another one covers it: parts that compilers moved away have no symbol.
 */
function belongs(session: Session, extent: FunctionExtent, address: Address): boolean {
  if (address >= extent.start && extent.end !== undefined && address < extent.end) return true;
  const home = session.target.modules.find(extent.start);
  if (session.target.modules.find(address) !== home) return false;
  const record = rootRecord(session, address);
  if (record) return record.start === extent.start;
  const found = session.symbols.nearest(address);
  if (found?.displacement === 0n) return found.address === extent.start || found.symbol.kind === 'label';
  // inside of another function whose size is known
  if (found?.symbol.size !== undefined && found.address !== extent.start)
    return found.displacement >= BigInt(found.symbol.size);
  return true;
}

/** A call in a function's last bytes does not come back, unless an unwind record says that there is more of it. */
function returnsTo(session: Session, extent: FunctionExtent, address: Address): boolean {
  if (extent.end === undefined || address !== extent.end) return true;
  return rootRecord(session, address)?.start === extent.start;
}

/**
 * Where a switch's jump leads: in 32-bit code `jmp dword ptr table[eax*4]`, in 64-bit code a 32-bit RVA that is loaded
 * from a table in the image and added to its base. The table ends at the first entry that leads elsewhere.
 */
function switchTargets(
  session: Session,
  extent: FunctionExtent,
  jump: Instruction,
  before: readonly Instruction[],
): Address[] | undefined {
  const { memory, modules } = session.target;
  const own = jump.memory;
  const wide = session.machine.pointerSize === 8;
  const load = wide
    ? before.map((i) => i.memory).find((m) => m?.index && m.scale === 4 && m.size === 4)
    : own;
  if (!load?.index || load.scale !== 4) return undefined;
  const home = modules.find(jump.address);
  if (!home || (!wide && load.base !== undefined)) return undefined;
  const base = wide ? home.base : 0n;
  const table = base + BigInt.asUintN(32, load.displacement);
  const targets: Address[] = [];
  while (targets.length < MAX_CASES) {
    const at = table + BigInt(targets.length * 4);
    const entry = tryRead(() => BigInt(readU32(memory, at)));
    if (entry === undefined || !isCase(session, extent, jump, base + entry)) break;
    targets.push(base + entry);
  }
  return targets.length === 0 ? undefined : targets;
}

/** What stands behind a switch's table must not count as more of it: cases are near, and of the same function. */
function isCase(session: Session, extent: FunctionExtent, jump: Instruction, target: Address): boolean {
  if (!belongs(session, extent, target)) return false;
  const found = session.symbols.nearest(target);
  if (found) return found.address === session.symbols.nearest(jump.address)?.address;
  const distance = target - jump.address;
  return (
    distance > -MAX_CASE_DISTANCE && distance < MAX_CASE_DISTANCE && !session.symbols.nearest(jump.address)
  );
}

function print(model: Model, out: Output): void {
  const { options, blocks, hasLines } = model;
  if (model.incomplete) out.line('Flow analysis was incomplete, some code may be missing');
  if (options.has('i')) {
    const count = blocks.reduce((n, b) => n + b.rows.length, 0);
    out.line(`${count} instructions scanned`);
    if (!options.has('c')) out.line('');
  }
  if (options.has('c')) {
    printCalls(model, out);
    return;
  }
  blocks.forEach(({ heading, rows }, k) => {
    if (k > 0) out.line('');
    if (heading) out.line(...headingLine(heading));
    for (const row of rows) out.line(...rowLine(row, model, hasLines));
  });
}

function printCalls(model: Model, out: Output): void {
  out.line(...placeLine(model, model.start));
  for (const i of callsOf(model)) {
    out.line('  ', ...placeLine(model, i.address), ':');
    out.line(...calleeLine(model, i));
  }
}

/** `nt!KiExecuteDpc+0x37 (fffff806`3d19ed37)`. */
function placeLine(model: Model, address: Address): Line {
  const digits = formatAddress(address, model.machine.pointerSize);
  const name = nameOf(address, model);
  if (name === undefined) return [span(digits, 'address', `u ${digits}`)];
  return [span(name, 'symbol', `uf ${digits}`), span(` (${digits})`)];
}

function calleeLine(model: Model, i: Instruction): Line {
  return i.target === undefined
    ? [span(`    unresolvable call: ${instructionText(i, model)}`)]
    : [span('    call to '), ...placeLine(model, i.target)];
}

function callsOf(model: Model): Instruction[] {
  return model.blocks
    .flatMap((b) => b.rows.map((r) => r.instruction))
    .filter((i) => i.flow === 'call' || i.flow === 'indirect call');
}

function data(model: Model) {
  return {
    start: hexAddress(model.start),
    function: model.symbols.describe(model.start),
    incomplete: model.incomplete,
    blocks: model.blocks.map(({ start, heading, rows }) => ({
      start: hexAddress(start),
      symbol: heading?.name,
      source: heading?.source && { file: heading.source.file, line: heading.source.line },
      instructions: rows.map((row) => rowData(row, model)),
    })),
    calls: callsOf(model).map((i) => ({
      address: hexAddress(i.address),
      target: i.target === undefined ? undefined : hexAddress(i.target),
      function: i.target === undefined ? undefined : nameOf(i.target, model),
      text: instructionText(i, model),
    })),
  };
}
