import { UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import type { RegisterContext } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** What the letters after k and its arguments ask for. */
export interface StackOptions {
  /** b, v: the first words of the arguments */
  readonly args: boolean;
  /** v: notes on FPO and calling convention */
  readonly notes: boolean;
  /** p, P: parameters with types and values; P: one a line */
  readonly parameters?: 'line' | 'lines';
  /** c: names only */
  readonly clean: boolean;
  /** d: the stack's raw words */
  readonly raw: boolean;
  /** f: the distance of frames in bytes */
  readonly distance: boolean;
  /** n, M: frame numbers */
  readonly numbers: boolean;
  /** M: frame numbers are links */
  readonly links: boolean;
  /** all but L */
  readonly source: boolean;
  /** frames, or with d words */
  readonly count?: number;
  /** `= base stack ip`: where the walk begins instead of at the context */
  readonly from?: RegisterContext;
}

/** The name of a k command at the start of a line: letters of options, then blanks, a digit, `=`, or nothing. */
export const STACK_COMMAND = /^[kK][bBcCdDfFlLMmnNpPvV]*(?=$|[\s\d=;])/;

const LETTERS = /^[kK]([bBcCdDfFlLMmnNpPvV]*)(.*)$/s;
/** `.kframes` takes no more than this: 64 Ki frames. */
export const MAX_FRAMES = 0xffff;

/** Reads the options of a k command: letters in its name, then a count, or `=` and where to begin. */
export function parseStackOptions(name: string, args: string, session: Session): StackOptions {
  const match = LETTERS.exec(name);
  const letters = match?.[1] ?? '';
  const has = (...some: string[]): boolean => some.some((letter) => letters.includes(letter));
  const rest = `${match?.[2] ?? ''} ${args}`.trim();
  const { count, from } = rest.startsWith('=')
    ? startOf(rest.slice(1).trim(), session)
    : countOf(rest, session);
  return {
    args: has('b', 'B', 'v', 'V'),
    notes: has('v', 'V'),
    parameters: has('P') ? 'lines' : has('p') ? 'line' : undefined,
    clean: has('c', 'C'),
    raw: has('d', 'D'),
    distance: has('f', 'F'),
    numbers: has('n', 'N', 'M', 'm'),
    links: has('M', 'm'),
    source: !has('L', 'l'),
    count,
    from,
  };
}

function countOf(text: string, session: Session): { count?: number; from?: RegisterContext } {
  if (text === '') return {};
  const { value, rest } = session.evaluator.evaluatePrefix(text);
  if (rest !== '') throw new UsageError(`Syntax error at '${rest}': a frame count was expected`, 'syntax');
  if (value < 1n || value > BigInt(MAX_FRAMES)) {
    throw new UsageError(`a frame count lies between 1 and 0x${MAX_FRAMES.toString(16)}`);
  }
  return { count: Number(value) };
}

/**
 * `base stack ip`, and on x64 and ARM64 `stack ip`; `base` alone begins at a frame. What is not given is taken from
 * the context; one number more is a count.
 */
function startOf(text: string, session: Session): { count?: number; from?: RegisterContext } {
  const size = session.machine.pointerSize;
  const values: bigint[] = [];
  for (let rest = text; rest !== '';) {
    const next = session.evaluator.evaluatePrefix(rest);
    values.push(toAddress(next.value, size));
    if (next.rest.length >= rest.length) break;
    rest = next.rest;
  }
  const registers = session.registers();
  if (values.length === 0 || values.length > 4 || !registers) {
    throw new UsageError('k = BasePtr [StackPtr InstructionPtr] [FrameCount]');
  }
  const from = registers.clone();
  const [first = 0n, second, third, fourth] = values;
  if (second !== undefined && third === undefined && size === 8) {
    from.sp = first;
    from.ip = second;
    return { from };
  }
  from.fp = first;
  from.sp = third === undefined ? first : (second ?? first);
  if (third !== undefined) from.ip = third;
  return { from, count: countFrom(third === undefined ? second : fourth) };
}

function countFrom(value: bigint | undefined): number | undefined {
  if (value === undefined) return undefined;
  return Number(value < 1n ? 1n : value > BigInt(MAX_FRAMES) ? BigInt(MAX_FRAMES) : value);
}
