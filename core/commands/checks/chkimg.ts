import { hexAddress, hexBytes } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { Address, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { findModule } from '../modules/index.ts';
import type { Session } from '../session.ts';
import { compareImage, type CompareOptions, type Difference, type ImageComparison } from './compareImage.ts';
import { hookTarget } from './hook.ts';
import { logColumns, writeMismatches } from './mismatchLog.ts';

interface Options extends CompareOptions {
  readonly details: boolean;
  readonly bytes: boolean;
  readonly verbose: boolean;
  readonly fix: boolean;
  /** `-lo`: lines of details */
  readonly lines: number;
  readonly module: string;
  /** `-mmw`: files that get a line for each difference */
  readonly logs: readonly { readonly path: string; readonly columns: string }[];
}

interface Chkimg {
  readonly module: Module;
  readonly options: Options;
  readonly comparison: ImageComparison;
  readonly hooks: ReadonlyMap<Difference, { readonly target: Address; readonly name?: string }>;
}

export const chkimg = command<Chkimg>({
  name: '!chkimg',
  tier: 'B',
  syntax: [
    '!chkimg [-d] [-db] [-lo Lines] [-as] [-ss Section] [-r Start End] [-noplock] [-v] [-mmw LogFile LogOptions] [Module]',
  ],
  summary: "Compares a module's code in the dump with its image file, and tells where changed code jumps to.",
  options: [
    { flag: '-d', meaning: 'each difference: range, symbol, bytes of the file and of the dump' },
    { flag: '-db', meaning: 'the bytes as db shows them, those that differ with a star' },
    { flag: '-lo Lines', meaning: 'so many lines of these at most' },
    { flag: '-as', meaning: 'constant data too' },
    { flag: '-ss Section', meaning: 'sections whose names contain this' },
    { flag: '-r Start End', meaning: 'this range only' },
    { flag: '-noplock', meaning: 'nop for lock is a difference too' },
    {
      flag: '-mmw File Cols',
      meaning: 'a line of a file for each: v r s S e w, o to overwrite, tTEXT behind',
    },
    { flag: '-f', meaning: 'said, not done: a dump is not changed' },
  ],
  run: compare,
  print({ module, options, comparison, hooks }, out, { session }) {
    const { differences, differingBytes, missingBytes, comparedBytes, truncated } = comparison;
    if (options.fix)
      out.line(span('-f: a dump is not changed; images fill what it does not hold', 'warning'));
    if (options.verbose) out.line(`Comparison range: ${comparedBytes} bytes of ${module.fileName}`);
    let before: Address | undefined;
    let lines = 0;
    for (const difference of differences) {
      if (!options.details && !options.bytes) break;
      if (lines >= options.lines) break;
      lines += options.bytes ? 1 : 2;
      if (options.bytes) printBytes(difference, session, out);
      else printDetails(difference, before, session, out);
      const hook = hooks.get(difference);
      if (hook) out.line('        jumps to ', span(hook.name ?? hexAddress(hook.target), 'symbol'));
      before = difference.start;
    }
    if (truncated) out.line(`The first ${differences.length} differences: there are more`);
    out.line(`Number of different bytes for ${module.name}: ${differingBytes}`);
    if (missingBytes > 0)
      out.line(
        span(
          `${missingBytes} bytes are not in the dump and were not compared, ${comparedBytes} were`,
          'missing',
        ),
      );
  },
  data: ({ module, comparison, hooks }) => ({
    module: module.name,
    differingBytes: comparison.differingBytes,
    comparedBytes: comparison.comparedBytes,
    missingBytes: comparison.missingBytes,
    truncated: comparison.truncated,
    differences: comparison.differences.map((d) => ({
      start: hexAddress(d.start),
      length: d.length,
      expected: hexBytes(d.expected),
      actual: hexBytes(d.actual),
      jumpsTo: hooks.has(d) ? hexAddress(hooks.get(d)?.target ?? 0n) : undefined,
    })),
  }),
});

async function compare({ session, args, pace }: Call): Promise<Chkimg> {
  const options = readOptions(session, args);
  const ip = session.registers()?.ip;
  const named = options.module || (ip === undefined ? '' : `0x${ip.toString(16)}`);
  if (named === '') throw new UsageError('!chkimg needs a module');
  const module = findModule(session, named);
  const file = session.target.imageFile?.(module);
  if (!file) {
    throw new NotAvailable(
      `!chkimg needs the file of ${module.fileName} (timestamp ${module.timestamp.toString(16)}, size ${module.size.toString(16)}): it is not on the image path (.exepath)`,
    );
  }
  const comparison = await compareImage(session.target, module, file, options, pace);
  const hooks = new Map<Difference, { target: Address; name?: string }>();
  for (const difference of comparison.differences) {
    const target = hookTarget(session, difference.start);
    if (target !== undefined) hooks.set(difference, { target, name: session.symbols.describe(target) });
  }
  for (const log of options.logs) writeMismatches(session, module, comparison.differences, log);
  return { module, options, comparison, hooks };
}

const FLAG = /^-(as|d|db|f|nar|nospec|noplock|np|v|ss|lo|r|p|mmw)(?=\s|$)\s*/;

function readOptions({ evaluator }: Session, args: string): Options {
  const flags = new Set<string>();
  let section: string | undefined;
  let lines = Infinity;
  let range: Options['range'];
  let rest = args.trim();
  let module = '';
  const logs: { path: string; columns: string }[] = [];
  while (rest !== '') {
    const flag = FLAG.exec(rest)?.[1];
    if (flag === undefined) {
      if (rest.startsWith('-') || module !== '') throw new UsageError(`!chkimg does not know '${rest}'`);
      module = /^\S+/.exec(rest)?.[0] ?? '';
      rest = rest.slice(module.length).trim();
      continue;
    }
    rest = rest.slice(FLAG.exec(rest)?.[0].length ?? 0);
    const word = (): string => {
      const found = /^\S+/.exec(rest)?.[0];
      if (found === undefined) throw new UsageError(`!chkimg -${flag} needs a value`);
      rest = rest.slice(found.length).trim();
      return found;
    };
    if (flag === 'p')
      throw new UsageError('!chkimg -p: put the folder on the image path (.exepath+), then !chkimg again');
    if (flag === 'ss') section = word();
    else if (flag === 'lo') lines = Number(evaluator.evaluate(word()));
    else if (flag === 'mmw') logs.push({ path: word(), columns: logColumns(word()) });
    else if (flag === 'r') range = { start: evaluator.address(word()), end: evaluator.address(word()) };
    else flags.add(flag);
  }
  return {
    details: flags.has('d'),
    bytes: flags.has('db'),
    verbose: flags.has('v'),
    fix: flags.has('f'),
    all: flags.has('as'),
    locks: flags.has('noplock'),
    section,
    lines,
    range,
    module,
    logs,
  };
}

function printDetails(
  { start, length, expected, actual }: Difference,
  before: Address | undefined,
  session: Session,
  out: Output,
): void {
  const { pointerSize } = session.target.system.machine;
  const range = `${formatAddress(start, pointerSize)}-${formatAddress(start + BigInt(length - 1), pointerSize)}`;
  const name = (session.symbols.describe(start) ?? hexAddress(start)).replace(/\+0x([0-9a-f]+)$/, '+$1');
  const distance = before === undefined ? '' : ` (+0x${(start - before).toString(16).padStart(2, '0')})`;
  out.line('    ', span(range, 'address'), `  ${length} bytes - ${name}${distance}`);
  const text = (bytes: Uint8Array): string =>
    [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
  out.line(`        [ ${text(expected)}:${text(actual)} ]`);
}

/** The bytes of the dump; those that differ have a star. */
function printBytes({ start, actual, length }: Difference, session: Session, out: Output): void {
  const { pointerSize } = session.target.system.machine;
  const hex = [...actual].map((b) => `*${b.toString(16).padStart(2, '0')}`).join(' ');
  const characters = [...actual].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('');
  const more = length > actual.length ? ` … ${length} bytes` : '';
  out.line(span(formatAddress(start, pointerSize), 'address'), `  ${hex.padEnd(31)}  ${characters}${more}`);
}
