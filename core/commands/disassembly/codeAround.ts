import { loadDisassembler } from '../../disasm/index.ts';
import { readUpTo, type Address } from '../../target/index.ts';
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

/** The code around an address, for a pane. It goes on over memory that is not there, and moves no cursor. */
export async function codeAround(
  session: Session,
  pace: Pace,
  { address, before, after }: Around,
): Promise<Row[]> {
  const disassembler = await loadDisassembler(session.machine);
  const { memory } = session.target;
  const earlier = before > 0 ? instructionsBefore(session, disassembler, address, before) : [];
  const rows: Row[] = earlier.map((instruction, i) => rowOf(session, instruction, i === 0));
  const last = (1n << BigInt(session.machine.pointerSize * 8)) - 1n;
  for (let at = address, k = 0; k < after && at <= last; k++) {
    const bytes = readUpTo(memory, at, disassembler.maxLength);
    if (bytes.length === 0) {
      rows.push(missingRow(session, at, rows.length === 0));
      at += BigInt(disassembler.alignment);
    } else {
      const instruction = disassembler.decode(bytes, at);
      rows.push(rowOf(session, instruction, rows.length === 0));
      at += BigInt(Math.max(1, instruction.bytes.length));
    }
    if (pace.due()) await pace.rest({ done: k, total: after, what: 'instructions' });
  }
  return rows;
}

function rowOf(session: Session, instruction: Row['instruction'], isFirst: boolean): Row {
  const { address } = instruction;
  const begins = isFirst || session.symbols.nearest(address)?.displacement === 0n;
  return {
    instruction,
    heading: begins ? headingAt(session, address) : undefined,
    line: sourceAt(session, address)?.line,
  };
}
