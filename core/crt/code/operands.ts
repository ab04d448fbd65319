import type { Instruction, MemoryOperand } from '../../disasm/index.ts';

/** One operand of an x86 or x64 instruction, as far as values are followed through it. */
export type Operand =
  | { readonly kind: 'register'; readonly name: string }
  | { readonly kind: 'memory'; readonly memory: MemoryOperand }
  | { readonly kind: 'constant'; readonly value: number }
  /** far pointers, x87 and vector registers, constants beyond 2^53 */
  | { readonly kind: 'other' };

const OTHER: Operand = { kind: 'other' };

/** The operands in Intel's order: the destination first. */
export function operandsOf(instruction: Instruction): Operand[] {
  const { operands, memory } = instruction;
  const found: Operand[] = [];
  let text = '';
  let value: bigint | undefined;
  const finish = (): void => {
    found.push(value === undefined ? operandOf(text, memory) : constant(value));
    text = '';
    value = undefined;
  };
  for (const part of operands) {
    if (part === ',') finish();
    else if (typeof part === 'string') text += part;
    else {
      // an address that stands for itself, and not within brackets
      if (part.after === '') value = part.value;
      text += part.plain;
    }
  }
  if (operands.length > 0) finish();
  return found;
}

function operandOf(text: string, memory: MemoryOperand | undefined): Operand {
  if (text.includes('[')) return memory ? { kind: 'memory', memory } : OTHER;
  if (/^[a-z][a-z0-9]*$/.test(text)) return { kind: 'register', name: text };
  const digits = /^(-?)([0-9][0-9A-F]*)(h?)$/i.exec(text);
  if (!digits) return OTHER;
  const magnitude = BigInt(digits[3] ? `0x${digits[2]}` : (digits[2] ?? '0'));
  return constant(digits[1] ? -magnitude : magnitude);
}

/** Constants of 64 bits are signed: what the disassembler prints as 0FFFFFFFFFFFFFFE0h is -20h. */
function constant(value: bigint): Operand {
  const number = Number(BigInt.asIntN(64, value));
  return Number.isSafeInteger(number) ? { kind: 'constant', value: number } : OTHER;
}
