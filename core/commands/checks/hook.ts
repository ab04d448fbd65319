import { type Address, readPointer, readUpTo, tryRead } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** The longest form below. */
const LONGEST = 14;

/**
 * Where code at an address jumps to, if it is one of the forms that hooks are written in: `jmp rel32`, `jmp [mem]`,
 * `mov rax, imm64; jmp rax`, `push imm32; ret`.
 */
export function hookTarget(session: Session, at: Address): Address | undefined {
  const { kind, pointerSize } = session.machine;
  if (kind !== 'x86' && kind !== 'x64') return undefined;
  const { memory } = session.target;
  const code = readUpTo(memory, at, LONGEST);
  const view = new DataView(code.buffer, code.byteOffset, code.length);
  const mask = (1n << BigInt(pointerSize * 8)) - 1n;
  const [first, second] = code;
  if (first === 0xe9 && code.length >= 5) return (at + 5n + BigInt(view.getInt32(1, true))) & mask;
  if (first === 0xff && second === 0x25 && code.length >= 6) {
    const cell = kind === 'x64' ? at + 6n + BigInt(view.getInt32(2, true)) : BigInt(view.getUint32(2, true));
    return tryRead(() => readPointer(memory, cell & mask, pointerSize));
  }
  if (first === 0x48 && second === 0xb8 && code.length >= 12 && code[10] === 0xff && code[11] === 0xe0)
    return view.getBigUint64(2, true);
  if (first === 0x68 && code.length >= 6 && code[5] === 0xc3) return BigInt(view.getUint32(1, true));
  return undefined;
}
