import { loadDisassembler, plainOperands } from '../../disasm/index.ts';
import { readUpTo, type RegisterContext } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** A word of an operand list; a segment before its colon is no operand. */
const WORD = /[a-z][a-z0-9]*(?![\w:])/g;

/** The registers that the instruction at the instruction pointer names, in the order of its operands: `r.`. */
export async function usedRegisters(session: Session, registers: RegisterContext): Promise<string[]> {
  const disassembler = await loadDisassembler(registers.machine);
  const bytes = readUpTo(session.target.memory, registers.ip, disassembler.maxLength);
  if (bytes.length === 0) return [];
  const operands = plainOperands(disassembler.decode(bytes, registers.ip));
  const known = new Set(registers.definitions().map(({ name }) => name));
  return [...new Set(operands.match(WORD) ?? [])].filter((word) => known.has(word));
}
