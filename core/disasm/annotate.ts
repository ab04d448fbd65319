import { formatAddress, span, type Span } from '../output/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import { tryRead, type Machine, type Memory, type RegisterContext } from '../target/index.ts';
import type { Instruction } from './instruction.ts';

/** Code bytes stand in 15 columns; longer instructions push the rest to the right (samples.md, section 7). */
const BYTES_WIDTH = 15;

/** What an instruction is printed with. */
export interface Surroundings {
  readonly machine: Machine;
  readonly symbols: SymbolService;
}

/** One line of u: address, code bytes, instruction, with a branch target by name: `call    ntdll!Foo (77d672c3)`. */
export function instructionLine(i: Instruction, around: Surroundings): Span[] {
  const { pointerSize } = around.machine;
  let bytes = '';
  for (const b of i.bytes) bytes += b.toString(16).padStart(2, '0');
  const line = [
    span(formatAddress(i.address, pointerSize), 'address', `u ${formatAddress(i.address, pointerSize)}`),
  ];
  const bare = i.operands === '' && i.target === undefined;
  line.push(span(` ${bytes.padEnd(BYTES_WIDTH)} ${bare ? i.mnemonic.trimEnd() : i.mnemonic}`));
  return [...line, ...operandSpans(i, around)];
}

function operandSpans(i: Instruction, { machine, symbols }: Surroundings): Span[] {
  if (i.target === undefined) return [span(i.operands)];
  const address = formatAddress(i.target, machine.pointerSize);
  const name = symbols.describe(i.target);
  // what stands before the target: `x0,` of cbz; nothing on x86
  const before = i.operands.endsWith(',') ? [span(i.operands)] : [];
  return name
    ? [...before, span(name, 'symbol', `u ${address}`), span(` (${address})`)]
    : [...before, span(address, 'address', `u ${address}`)];
}

/**
 * What a memory operand names with these registers, as r prints behind the instruction: ` ds:002b:27261fe4=c0c0c0c0`
 * on x86, ` ds:f0f0f0f0'f0f0f0f8=????????????????` on x64; empty where the instruction touches no memory.
 */
export function operandValue(i: Instruction, registers: RegisterContext, memory: Memory): string {
  const operand = i.memory;
  if (!operand || operand.size === 0) return '';
  const { pointerSize } = registers.machine;
  const base = operand.base ? registers.get(operand.base) : 0n;
  const index = operand.index ? registers.get(operand.index) : 0n;
  if (base === undefined || index === undefined) return '';
  const address = BigInt.asUintN(
    pointerSize * 8,
    base + index * BigInt(operand.scale) + operand.displacement,
  );
  const size = Math.min(operand.size, 8);
  const bytes = tryRead(() => memory.read(address, size));
  let digits = '?'.repeat(size * 2);
  if (bytes) {
    digits = '';
    for (const b of bytes) digits = b.toString(16).padStart(2, '0') + digits;
  }
  const selector =
    pointerSize === 4 ? `${(registers.get(operand.segment) ?? 0n).toString(16).padStart(4, '0')}:` : '';
  return ` ${operand.segment}:${selector}${formatAddress(address, pointerSize)}=${digits}`;
}
