import { loadDisassembler, type Disassembler, type Instruction } from '../../disasm/index.ts';
import { readUpTo, type Address, type AddressRange } from '../../target/index.ts';
import { memoryRunsOf } from '../memory/index.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../session.ts';
import { headingAt, missingRow, sourceAt, type Row } from './rows.ts';
import { instructionsBefore } from './u.ts';

/** How many instructions before and after an address. */
export interface Around {
  readonly address: Address;
  readonly before: number;
  readonly after: number;
}

/** A row for a pane: one that is missing reaches to the next byte that is there. */
export interface CodeRow extends Row {
  /** of a missing row: the address behind it */
  readonly end?: Address;
}

/**
 * The code around an address, for a pane. What is not there is one row, however long it is, so that the code on its other
 * side can be reached; only at `address` itself does one begin anew. It moves no cursor.
 */
export async function codeAround(
  session: Session,
  pace: Pace,
  { address, before, after }: Around,
): Promise<CodeRow[]> {
  const disassembler = await loadDisassembler(session.machine);
  const pieces = await piecesBefore(session, disassembler, pace, { end: address, count: before });
  const { memory } = session.target;
  const spaceEnd = 1n << BigInt(session.machine.pointerSize * 8);
  for (let at = address, k = 0; k < after && at < spaceEnd; k++) {
    const bytes = readUpTo(memory, at, disassembler.maxLength);
    if (bytes.length === 0) {
      const next = memory.nextReadable(at) ?? spaceEnd;
      const end = next < spaceEnd ? next : spaceEnd;
      pieces.push({ start: at, end });
      at = end;
    } else {
      const instruction = disassembler.decode(bytes, at);
      pieces.push(instruction);
      at += BigInt(Math.max(1, instruction.bytes.length));
    }
    if (pace.due()) await pace.rest({ done: k, total: after, what: 'instructions' });
  }
  return pieces.map((piece, i) => {
    const last = pieces[i - 1];
    // names stand above the first row, and again behind what is missing
    const isFirst = last === undefined || 'end' in last;
    if ('end' in piece) return { ...missingRow(session, piece.start, isFirst), end: piece.end };
    return rowOf(session, piece, isFirst);
  });
}

/** What stands in a row: an instruction, or memory that is not there. */
type Piece = Instruction | AddressRange;

/** What ends at an address, rising; less than wanted only where the address space begins. */
async function piecesBefore(
  session: Session,
  disassembler: Disassembler,
  pace: Pace,
  { end, count }: { readonly end: Address; readonly count: number },
): Promise<Piece[]> {
  /** runs of pieces, the last one first */
  const runs: (readonly Piece[])[] = [];
  const step = BigInt(disassembler.alignment);
  for (let at = end, have = 0; at > 0n && have < count;) {
    const gap = gapBefore(session, at);
    const found = gap === undefined ? instructionsBefore(session, disassembler, at, count - have) : [];
    const [first] = found;
    if (gap !== undefined) {
      runs.push([{ start: gap, end: at }]);
      at = gap;
    } else if (first) {
      runs.push(found);
      at = first.address;
    } else {
      // bytes that no instruction ends with: a step at a time, as the processor would have to take them
      const from = at < step ? 0n : at - step;
      runs.push([disassembler.decode(readUpTo(session.target.memory, from, Number(at - from)), from)]);
      at = from;
    }
    have += Math.max(1, found.length);
    if (pace.due()) await pace.rest({ done: have, total: count, what: 'instructions' });
  }
  return runs.reverse().flat();
}

/** Where the bytes begin that are missing up to an address; undefined where the one before it is there. */
function gapBefore(session: Session, address: Address): Address | undefined {
  const { starts, lasts } = memoryRunsOf(session);
  let from = 0;
  let to = starts.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((starts[middle] ?? 0n) < address) from = middle + 1;
    else to = middle;
  }
  const last = lasts[from - 1];
  if (last === undefined) return 0n;
  return last < address - 1n ? last + 1n : undefined;
}

function rowOf(session: Session, instruction: Instruction, isFirst: boolean): CodeRow {
  const { address } = instruction;
  const begins = isFirst || session.symbols.nearest(address)?.displacement === 0n;
  return {
    instruction,
    heading: begins ? headingAt(session, address) : undefined,
    line: sourceAt(session, address)?.line,
  };
}
