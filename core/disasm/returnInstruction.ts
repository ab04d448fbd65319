import type { MachineKind } from '../target/index.ts';
import type { Instruction } from './instruction.ts';

const RET = 0xc3;
const RET_IMM16 = 0xc2;
/** `ret` of ARM64 as it lies in memory: D65F03C0 */
const ARM64_RET = [0xc0, 0x03, 0x5f, 0xd6];

/**
 * The return at the beginning of `bytes`, if there is one: the instruction behind a system call, at which nearly
 * every thread of a dump stands. It is spelled here as the libraries spell it, because loading one of them takes
 * longer than all else that opening a dump does.
 */
export function returnInstruction(
  kind: MachineKind,
  bytes: Uint8Array,
  address: bigint,
): Instruction | undefined {
  switch (kind) {
    case 'x86':
    case 'x64': {
      const [opcode, low, high] = bytes;
      if (opcode === RET) return returning(address, bytes.slice(0, 1), []);
      if (opcode !== RET_IMM16 || low === undefined || high === undefined) return undefined;
      return returning(address, bytes.slice(0, 3), [masmNumber(low | (high << 8))]);
    }
    case 'arm64':
      return ARM64_RET.every((b, i) => bytes[i] === b)
        ? returning(address, bytes.slice(0, 4), [])
        : undefined;
    case 'arm':
      return undefined;
  }
}

function returning(address: bigint, bytes: Uint8Array, operands: readonly string[]): Instruction {
  return {
    address,
    bytes,
    mnemonic: 'ret',
    operands,
    flow: 'return',
    target: undefined,
    memory: undefined,
    memory2: undefined,
    taken: undefined,
    valid: true,
  };
}

/** `8`, `14h`, `0Ch`: MASM's hexadecimal begins with a digit. */
function masmNumber(value: number): string {
  if (value < 10) return String(value);
  const digits = value.toString(16).toUpperCase();
  return `${/^[A-F]/.test(digits) ? '0' : ''}${digits}h`;
}
