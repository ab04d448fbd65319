import { formatAddress, span, type Span } from '../output/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import type { Machine } from '../target/index.ts';
import type { Instruction, NamedAddress } from './instruction.ts';
import { sharedDataName } from './sharedDataName.ts';

/** Code bytes stand in 15 columns; longer instructions push the rest to the right (samples.md, section 7). */
const BYTES_WIDTH = 15;
const ARM_BYTES_WIDTH = 8;
/** The mnemonic's field where the bytes fit theirs. */
const MNEMONIC_WIDTH = 8;
const ARM_MNEMONIC_WIDTH = 12;
/**
 * The column behind the address at which operands begin at the latest, if mnemonic and bytes leave it free: longer
 * bytes eat up the mnemonic's padding (`65488b042530000000 mov   rax,…`, `c785dcfdffff00000000 mov dword…`).
 */
const LATEST_OPERANDS = 25;

/** What an instruction is printed with. */
export interface Surroundings {
  readonly machine: Machine;
  readonly symbols: SymbolService;
}

/** One line of u: address, code bytes, instruction, addresses by name: `call    ntdll!Foo (77d672c3)`. */
export function instructionLine(i: Instruction, around: Surroundings): Span[] {
  const { pointerSize } = around.machine;
  const address = formatAddress(i.address, pointerSize);
  const bytes = bytesText(i.bytes, around.machine);
  const isArm = armed(around.machine);
  const at = Math.max(bytes.length, isArm ? ARM_BYTES_WIDTH : BYTES_WIDTH) + 1;
  const operandsAt = isArm
    ? at + Math.max(i.mnemonic.length + 1, ARM_MNEMONIC_WIDTH)
    : Math.max(at + i.mnemonic.length + 1, Math.min(at + MNEMONIC_WIDTH, LATEST_OPERANDS));
  const bare = i.operands.length === 0;
  const mnemonic = bare ? i.mnemonic : i.mnemonic.padEnd(operandsAt - at);
  return [
    span(address, 'address', `u ${address}`),
    span(` ${bytes.padEnd(at)}${mnemonic}`),
    ...operandSpans(i, around),
  ];
}

/** Mnemonic and operands of an instruction, addresses by name, as u prints them in JSON: `mov     eax,dword ptr [ecx]`. */
export function instructionText(i: Instruction, around: Surroundings): string {
  if (i.operands.length === 0) return i.mnemonic;
  const width = armed(around.machine) ? ARM_MNEMONIC_WIDTH : MNEMONIC_WIDTH;
  const mnemonic = i.mnemonic.padEnd(Math.max(width, i.mnemonic.length + 1));
  return (
    mnemonic +
    operandSpans(i, around)
      .map((s) => s.text)
      .join('')
  );
}

/** The address within an operand by name: `ntdll!NtClose`; undefined where nothing names it. */
export function nameOf(address: bigint, { machine, symbols }: Surroundings): string | undefined {
  return symbols.describe(address) ?? sharedDataName(address, machine);
}

function operandSpans(i: Instruction, around: Surroundings): Span[] {
  return i.operands.flatMap((part) => (typeof part === 'string' ? [span(part)] : named(part, around)));
}

function named(part: NamedAddress, around: Surroundings): Span[] {
  const address = formatAddress(part.value, around.machine.pointerSize);
  const name = nameOf(part.value, around);
  if (name === undefined) {
    // a branch target leads somewhere; a displacement or a number need not be an address
    return [part.plain === address ? span(address, 'address', `u ${address}`) : span(part.plain)];
  }
  return [
    span(part.before),
    span(name, 'symbol', `u ${address}`),
    span(' ('),
    span(address, 'address'),
    span(`)${part.after}`),
  ].filter((s) => s.text !== '');
}

/** x86 bytes in memory order; ARM code as the words that it is made of. */
export function bytesText(bytes: Uint8Array, machine: Machine): string {
  const two = (b: number): string => b.toString(16).padStart(2, '0');
  const all = Array.from(bytes, two);
  if (!armed(machine)) return all.join('');
  if (machine.kind === 'arm64') return all.reverse().join('');
  let text = '';
  for (let k = 0; k < all.length; k += 2) text += `${all[k + 1] ?? ''}${all[k] ?? ''}`;
  return text;
}

function armed({ kind }: Machine): boolean {
  return kind === 'arm64' || kind === 'arm';
}
