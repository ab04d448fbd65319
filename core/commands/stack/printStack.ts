import { formatAddress, pointer, span, type Output, type Part } from '../../output/index.ts';
import type { Frame } from '../../unwind/index.ts';
import { sourceParts } from '../sourceParts.ts';
import { frameText } from './frameName.ts';
import { NO_VALUE } from './frameParameters.ts';
import type { RawWord } from './rawStack.ts';
import type { StackModel, StackRow } from './stackModel.ts';
import type { StackOptions } from './stackOptions.ts';

/** The debugger's words before the first frame that cannot be trusted. */
export const WARNINGS: Readonly<Record<NonNullable<Frame['warning']>, string>> = {
  'no unwind information': 'WARNING: Stack unwind information not available. Following frames may be wrong.',
  'no module': 'WARNING: Frame IP not in any known module. Following frames may be wrong.',
};
/** In place of frames that are there and not shown: said, so that nobody takes the stack for whole. */
const NOT_WALKED =
  'WARNING: ARM (Thumb-2) and ARM64EC code is not unwound. Frames above this one are missing.';
/** column heads by pointer size: samples.md section 3 */
const HEADS = {
  4: { frame: 'ChildEBP', address: 'RetAddr  ', args: 'Args to Child              ' },
  8: {
    frame: 'Child-SP         ',
    address: 'RetAddr          ',
    args: ': Args to Child                                                           : ',
  },
} as const;
/** digits of kf's distance */
const MEMORY_WIDTH = 9;

/** Prints a stack as k, kn, kb and their kin do. */
export function printStackModel(model: StackModel, out: Output): void {
  const { options, rows, machine } = model;
  const size = machine.pointerSize;
  if (model.fromLastContext) {
    out.line('  *** Stack trace for last set context - .thread/.cxr resets it');
  }
  if (model.words) {
    for (const word of model.words) printWord(word, size, out);
    return;
  }
  out.line(span(headLine(options, size), 'heading'));
  let below: StackRow | undefined;
  for (const row of rows) {
    const { warning } = row.frame;
    if (warning) out.line(span(WARNINGS[warning], 'warning'));
    for (const line of rowLines(row, options, size, below)) out.line(...line);
    if (!row.frame.inline) below = row;
  }
  if (model.trace.end === 'no context') out.line(span(model.thread ? NO_REGISTERS : NO_THREADS, 'missing'));
  if (model.trace.end === 'machine not supported') out.line(span(NOT_WALKED, 'warning'));
}

/** What stands in place of frames where there is nothing to walk from. */
const NO_REGISTERS = 'The dump has no registers for this thread in this view';
const NO_THREADS = 'The dump has no threads';

/** The head of the columns. */
function headLine(options: StackOptions, size: 4 | 8): string {
  const number = options.numbers ? ' # ' : '';
  if (options.clean) return `${number}Call Site`;
  const { frame, address, args } = HEADS[size];
  const memory = options.distance ? '  Memory  ' : '';
  const head = `${number}${memory}${frame} ${address}`;
  if (size === 4) return options.args ? `${head}${args}` : head;
  return options.args ? `${head} ${args}Call Site` : `${head} Call Site`;
}

/** The lines of one row: one, or with kP one more for each parameter. */
export function rowLines(
  row: StackRow,
  options: StackOptions,
  size: 4 | 8,
  below?: StackRow,
): (readonly Part[])[] {
  const { frame, name } = row;
  const parts: Part[] = [];
  if (options.numbers) parts.push(numberPart(frame.index, options.links), ' ');
  if (options.clean) return [[...parts, span(frameText(name, frame, false), 'symbol')]];
  if (options.distance) parts.push(distance(frame, below).padStart(MEMORY_WIDTH), ' ');
  if (frame.inline) parts.push(inlineColumns(options, size));
  else {
    parts.push(span(formatAddress(frame.frame, size), 'address'), ' ');
    parts.push(span(formatAddress(frame.returnAddress ?? 0n, size), 'address'), ' ');
    if (options.args) parts.push(...argumentColumns(row.args ?? [], size));
  }
  const notes = notesOf(row, options);
  const source = options.source ? sourceParts(name.source, frame.lookup) : [];
  const symbol = span(frameText(name, frame), 'symbol', `.frame 0n${frame.index}`);
  const tail = [notes, ...source];
  return row.parameters ? withParameters(row, parts, options, tail) : [[...parts, symbol, ...tail]];
}

function numberPart(index: number, isLink: boolean): Part {
  const text = index.toString(16).padStart(2, '0');
  return isLink ? span(text, undefined, `.frame 0n${index}`) : text;
}

/** kf: bytes between this frame's base and the one below it; nothing in the first row and in inline ones. */
function distance(frame: Frame, below: StackRow | undefined): string {
  if (!below || frame.inline) return '';
  return (frame.frame - below.frame.frame).toString(16);
}

function inlineColumns(options: StackOptions, size: 4 | 8): string {
  if (size === 4) return `(Inline) -------- ${options.args ? '-------- -------- -------- ' : ''}`;
  const blank = '--------`--------';
  const args = options.args ? `: ${`${blank} `.repeat(4)}: ` : '';
  return `(Inline Function) ${blank} ${args}`;
}

function argumentColumns(args: readonly (bigint | undefined)[], size: 4 | 8): Part[] {
  const words = args.flatMap((value): Part[] => [
    value === undefined
      ? span(size === 4 ? '????????' : '????????`????????', 'missing')
      : pointer(value, formatAddress(value, size)),
    ' ',
  ]);
  return size === 4 ? words : [': ', ...words, ': '];
}

/** kv: ` (FPO: [2,0,0])`, ` (CONV: cdecl)`. */
function notesOf({ frame, name }: StackRow, options: StackOptions): string {
  if (!options.notes || frame.inline) return '';
  const note = frame.note ? ` (${frame.note})` : '';
  return name.convention ? `${note} (CONV: ${name.convention})` : note;
}

/** kp: `f(int a = 0n1, char * b = 0x0012ff00 "x")+0x10 [file @ 12]`; kP has each parameter on a line of its own. */
function withParameters(
  row: StackRow,
  parts: readonly Part[],
  options: StackOptions,
  tail: readonly Part[],
): (readonly Part[])[] {
  const { frame, name, parameters = [] } = row;
  const bare = span(frameText(name, frame, false), 'symbol', `.frame 0n${frame.index}`);
  const moved = name.displacement === 0n ? '' : `+0x${name.displacement.toString(16)}`;
  const shown = parameters.map(({ type, name: own, value = NO_VALUE, address }): Part[] => [
    `${type} ${own} = `,
    address === undefined ? value : pointer(address, value),
  ]);
  if (options.parameters !== 'lines' || shown.length === 0) {
    const list = shown.flatMap((p, i) => (i === 0 ? p : [', ', ...p]));
    return [[...parts, bare, '(', ...list, `)${moved}`, ...tail]];
  }
  return [
    [...parts, bare, '('],
    ...shown.map((p, i): readonly Part[] =>
      i === shown.length - 1 ? ['\t\t\t', ...p, `)${moved}`, ...tail] : ['\t\t\t', ...p, ', '],
    ),
  ];
}

function printWord({ address, value, symbol }: RawWord, size: 4 | 8, out: Output): void {
  const shown =
    value === undefined
      ? span(size === 4 ? '????????' : '????????`????????', 'missing')
      : pointer(value, formatAddress(value, size));
  out.line(
    span(formatAddress(address, size), 'address'),
    '  ',
    shown,
    ...(symbol ? [' ', span(symbol, 'symbol')] : []),
  );
}
