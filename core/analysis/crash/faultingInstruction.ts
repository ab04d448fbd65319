import { operandAddress, plainOperands, type Instruction } from '../../disasm/index.ts';
import { readUpTo, tryRead, type Address, type RegisterContext } from '../../target/index.ts';
import type { CrashInput } from './crashInput.ts';
import { judgeValue } from './judgeValue.ts';
import type { FaultingInstruction, JudgedRegister } from './model.ts';

/** Values of operands that are read whole. Bytes. */
const LARGEST_VALUE = 8;
/** The whole register that a part belongs to: a bad address is in all of it. */
const WHOLE: Readonly<Record<string, string>> = { al: 'eax', ax: 'eax' };

/**
 * The instruction at the fault; where it may be its operand's fault, with that one's address and value and the registers
 * it uses, judged. The instruction behind a call of RaiseException has an operand too, but did nothing.
 */
export function faultingInstruction(
  input: CrashInput,
  registers: RegisterContext,
  {
    usesOperand,
    segmentBase,
  }: { readonly usesOperand: boolean; readonly segmentBase?: (name: string) => bigint | undefined },
): FaultingInstruction {
  const { machine, ip } = registers;
  const { memory } = input.target;
  const disassembler = input.disassembler(machine);
  const bytes = readUpTo(memory, ip, disassembler.maxLength);
  const i = bytes.length === 0 ? undefined : disassembler.decode(bytes, ip);
  if (!i?.valid || !usesOperand) return { address: ip, instruction: i, registers: [] };
  const at = i.memory && operandAddress(i.memory, registers, segmentBase);
  return {
    address: ip,
    instruction: i,
    operand:
      i.memory && at !== undefined
        ? { address: at, size: i.memory.size, value: valueAt(input, at, i.memory.size) }
        : undefined,
    registers: usedRegisters(i, registers),
  };
}

function valueAt({ target }: CrashInput, address: Address, size: number): bigint | undefined {
  if (size === 0 || size > LARGEST_VALUE) return undefined;
  const bytes = tryRead(() => target.memory.read(address, size));
  if (!bytes) return undefined;
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k] ?? 0);
  return value;
}

/** Base and index of the memory operands; of a call or jump through a register, that register. */
function usedRegisters(i: Instruction, registers: RegisterContext): JudgedRegister[] {
  const names = new Set<string>();
  for (const m of [i.memory, i.memory2]) {
    if (m?.base !== undefined) names.add(m.base);
    if (m?.index !== undefined) names.add(m.index);
  }
  const direct = plainOperands(i);
  const branches = i.flow === 'indirect call' || i.flow === 'indirect jump';
  if (branches && names.size === 0 && registers.get(direct) !== undefined) names.add(direct);
  return [...names].flatMap((name) => {
    const whole = WHOLE[name] ?? name;
    const value = registers.get(whole);
    return value === undefined ? [] : [judgeValue(whole, value, registers.machine.pointerSize)];
  });
}

/** What divides: the last operand of div or idiv (`idiv eax,ecx`) as text and its value. */
export function divisorOf(
  { instruction, operand }: FaultingInstruction,
  registers: RegisterContext,
): { readonly text: string; readonly value: bigint } | undefined {
  if (!instruction || !/^i?div$/.test(instruction.mnemonic)) return undefined;
  const operands = plainOperands(instruction);
  const text = operands.slice(operands.indexOf(',') + 1);
  const value = instruction.memory ? operand?.value : registers.get(text);
  return value === undefined ? undefined : { text, value };
}
