import { UsageError } from '../../errors/index.ts';
import type { AddressRange } from '../../target/index.ts';
import type { Call } from '../command.ts';
import type { Session } from '../session.ts';

/** Where the next d* command goes on when it gets no address. */
const CURSOR = 'd';
/** a wider row than any screen */
const MAX_COLUMNS = 1024;
/** `L20` without an address: the range begins where the last display ended. `lab` and the like are symbols. */
const ONLY_LENGTH = /^l(?:\?|-)?\s*[0-9@($]/i;

/** What a d* command was asked to show. */
export interface ShownRange extends AddressRange {
  /** of `/c`, where given */
  readonly columns: number | undefined;
  /** `/h`: what heap block a pointer leads into */
  readonly heapNotes: boolean;
}

/**
 * Reads the options and the range of a d* command: `[/c Columns] [Range]`. `unit` is the size of one object in bytes,
 * `count` how many are shown when no length is given. `/h` is for commands that show pointers.
 */
export function shownRange(
  call: Call,
  unit: number,
  count: number,
  options: { readonly pointers?: boolean } = {},
): ShownRange {
  const { columns, heapNotes, rest } = readOptions(call.args, options.pointers);
  const { session } = call;
  const text = fromCursor(session, rest);
  const range = session.evaluator.range(text, unit, count);
  if (range.rest !== '') throw new UsageError(`Extra character error in '${call.args}'`, 'syntax');
  return { start: range.start, end: range.end, columns, heapNotes };
}

/** The address of a command that shows one thing; where the last display ended when none is given. */
export function shownAddress(call: Call): { address: bigint; columns: number | undefined } {
  const { columns, rest } = readOptions(call.args);
  return { address: call.session.evaluator.address(fromCursor(call.session, rest)), columns };
}

/**
 * Takes note of what a d* command showed: where it ended, its last value, and which command it was. Called last in a
 * run, because a run may be repeated.
 */
export function rememberShown(session: Session, end: bigint, lastValue?: bigint | null): void {
  session.cursors.set(CURSOR, end);
  if (lastValue !== undefined && lastValue !== null) session.evaluator.setPseudo('$p', lastValue);
}

function fromCursor(session: Session, text: string): string {
  if (text !== '' && !ONLY_LENGTH.test(text)) return text;
  const start = session.cursors.get(CURSOR) ?? session.registers()?.ip;
  if (start === undefined)
    throw new UsageError('no address was given, and there is no thread to take one from');
  return `0x${start.toString(16)} ${text}`;
}

function readOptions(
  args: string,
  pointers = false,
): { columns: number | undefined; heapNotes: boolean; rest: string } {
  let rest = args;
  let columns: number | undefined;
  let heapNotes = false;
  for (let option = /^\/(\S)/.exec(rest); option; option = /^\/(\S)/.exec(rest)) {
    const letter = option[1]?.toLowerCase();
    if (letter === 'p') throw new UsageError('a user-mode dump has no physical memory', 'not-applicable');
    const heap = pointers ? /^\/h(?!\S)\s*/i.exec(rest) : null;
    if (heap) {
      heapNotes = true;
      rest = rest.slice(heap[0].length);
      continue;
    }
    const width = /^\/c\s*(\d+)\s*/i.exec(rest);
    if (letter !== 'c' || !width) {
      const known = pointers ? 'd* of pointers takes /c Columns and /h' : 'd* takes /c Columns';
      throw new UsageError(`${known}, not '${rest}'`, 'syntax');
    }
    columns = Number(width[1]);
    if (columns < 1 || columns > MAX_COLUMNS)
      throw new UsageError(`/c takes 1 to ${MAX_COLUMNS} columns`, 'syntax');
    rest = rest.slice(width[0].length);
  }
  return { columns, heapNotes, rest };
}
