import { loadedDisassembler, operandAddress } from '../../disasm/index.ts';
import { readUpTo, type Address, type RegisterContext } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { segmentBase } from './segmentBase.ts';

/**
 * The addresses that the instruction at the instruction pointer reads or writes through its memory operands: `$ea` and
 * `$ea2`. None where it touches no memory, or the dump has no code there. Throws `AwaitFirst` until the disassembler is
 * there.
 */
export function effectiveAddresses(
  session: Session,
  registers: RegisterContext | undefined,
): readonly Address[] {
  if (!registers) return [];
  const disassembler = loadedDisassembler(registers.machine);
  const bytes = readUpTo(session.target.memory, registers.ip, disassembler.maxLength);
  if (bytes.length === 0) return [];
  const { memory, memory2 } = disassembler.decode(bytes, registers.ip);
  return [memory, memory2].flatMap((operand) => {
    if (!operand || operand.size === 0) return [];
    const address = operandAddress(operand, registers, (name) => segmentBase(session, name));
    return address === undefined ? [] : [address];
  });
}
