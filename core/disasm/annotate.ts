import { formatAddress } from '../output/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import { tryRead, type Memory, type RegisterContext } from '../target/index.ts';
import type { Instruction, MemoryOperand } from './instruction.ts';

/** The widest operand whose value is shown: a register of AVX. */
const MAX_SHOWN = 32;
/** r's annotations end at this column where the instruction leaves room. */
const LAST_COLUMN = 79;

/**
 * The address that a memory operand names with these registers, cut to the width of an address; undefined where a
 * register is not known. `segmentBase` gives where fs or gs begin; without it the result counts from the segment.
 */
export function operandAddress(
  operand: MemoryOperand,
  registers: RegisterContext,
  segmentBase?: (name: string) => bigint | undefined,
): bigint | undefined {
  const base = operand.base ? registers.get(operand.base) : 0n;
  const index = operand.index ? registers.get(operand.index) : 0n;
  if (base === undefined || index === undefined) return undefined;
  const start = operand.segment === 'fs' || operand.segment === 'gs' ? segmentBase?.(operand.segment) : 0n;
  const sum = (start ?? 0n) + base + index * BigInt(operand.scale) + operand.displacement;
  return BigInt.asUintN(registers.machine.pointerSize * 8, sum);
}

/**
 * What r prints behind the instruction: a memory operand's address and value (` ds:002b:27261fe4=c0c0c0c0`), the
 * function that a pointer leads to (`={ntdll!NtClose (77…)}`), or whether a branch is taken (` [br=1]`). Empty where
 * there is nothing to say; ARM64 has none of it. `symbols` names what pointers lead to. `column` is where the
 * instruction's line ends: short lines have the note at their right end, as WinDbg has.
 */
export function operandValue(
  i: Instruction,
  registers: RegisterContext,
  memory: Memory,
  symbols?: SymbolService,
  column = LAST_COLUMN,
): string {
  const { kind } = registers.machine;
  if (kind !== 'x86' && kind !== 'x64') return '';
  const note = i.taken ? branchNote(i, registers) : memoryNote(i, registers, memory, symbols);
  if (note === '') return '';
  return ' '.repeat(Math.max(1, LAST_COLUMN - column - note.length)) + note;
}

function branchNote(i: Instruction, registers: RegisterContext): string {
  const taken = i.taken?.((name) => registers.get(name));
  return taken === undefined ? '' : `[br=${taken ? 1 : 0}]`;
}

function memoryNote(
  i: Instruction,
  registers: RegisterContext,
  memory: Memory,
  symbols: SymbolService | undefined,
): string {
  // 64-bit string instructions have no note
  if (i.memory2 && registers.machine.pointerSize === 8) return '';
  const operands = [i.memory, i.memory2].filter((o) => o !== undefined);
  return operands
    .map((o) => valueNote(o, i, registers, memory, symbols))
    .filter((t) => t !== '')
    .join(' ');
}

function valueNote(
  operand: MemoryOperand,
  i: Instruction,
  registers: RegisterContext,
  memory: Memory,
  symbols: SymbolService | undefined,
): string {
  const size = Math.min(operand.size, MAX_SHOWN);
  const address = size === 0 ? undefined : operandAddress(operand, registers);
  if (address === undefined) return '';
  const { pointerSize } = registers.machine;
  const { segment } = operand;
  const selector =
    pointerSize === 4 ? `${(registers.get(segment) ?? 0n).toString(16).padStart(4, '0')}:` : '';
  // where fs and gs begin is not known here, so what they hold is not either
  const flat = segment !== 'fs' && segment !== 'gs';
  const bytes = flat ? tryRead(() => memory.read(address, size)) : undefined;
  let digits = '?'.repeat(size * 2);
  if (bytes) {
    digits = '';
    for (const b of bytes) digits = b.toString(16).padStart(2, '0') + digits;
    if (size === pointerSize) digits = pointee(BigInt(`0x${digits}`), i, registers, symbols) ?? digits;
  }
  return `${segment}:${selector}${formatAddress(address, pointerSize)}=${digits}`;
}

/** `{ntdll!NtClose (77d672c3)}`: of a call or jump whatever it leads to, else only what a symbol begins at. */
function pointee(
  value: bigint,
  i: Instruction,
  registers: RegisterContext,
  symbols: SymbolService | undefined,
): string | undefined {
  const name = symbols?.describe(value);
  if (symbols === undefined || name === undefined) return undefined;
  const leads = i.flow === 'indirect call' || i.flow === 'indirect jump';
  if (!leads && symbols.nearest(value)?.displacement !== 0n) return undefined;
  return `{${name} (${formatAddress(value, registers.machine.pointerSize)})}`;
}
