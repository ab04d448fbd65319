import { instructionLine, loadDisassembler, operandValue, returnInstruction } from '../../disasm/index.ts';
import { formatAddress, plain, span, type Line } from '../../output/index.ts';
import { readUpTo, type RegisterContext } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { promptSource } from '../source/index.ts';

/** In bytes; x86 has the longest (Intel SDM volume 2, 2.3.11). */
const LONGEST_INSTRUCTION = 15;

/**
 * The last two lines of r, .cxr and the banner: the symbol at the instruction pointer, then the instruction with what
 * its memory operand holds; between them the source, where the source options ask for it. `????????` bytes where the
 * dump and the images have no code there.
 */
export async function whereLines(session: Session, registers: RegisterContext): Promise<Line[]> {
  const { machine } = registers;
  const { memory } = session.target;
  const name = session.symbols.describe(registers.ip);
  const source = promptSource(session, registers.ip);
  if (source.only) return [...source.lines];
  const lines: Line[] = [...(name ? [[span(name, 'symbol'), span(':')]] : []), ...source.lines];
  const bytes = readUpTo(memory, registers.ip, LONGEST_INSTRUCTION);
  const address = span(formatAddress(registers.ip, machine.pointerSize), 'address');
  if (bytes.length === 0) return [...lines, [address, span(` ??              ???`, 'missing')]];
  const instruction =
    returnInstruction(machine.kind, bytes, registers.ip) ??
    (await loadDisassembler(machine)).decode(bytes, registers.ip);
  const line = instructionLine(instruction, { machine, symbols: session.symbols });
  const note = operandValue(instruction, registers, memory, session.symbols, plain(line).length);
  return [...lines, [...line, span(note)]];
}
