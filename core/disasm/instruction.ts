/** A memory operand as its parts, so that its address and value can be worked out from registers. */
export interface MemoryOperand {
  /** register names in lower case, without prefix */
  readonly base?: string;
  readonly index?: string;
  readonly scale: number;
  /** wraps at the address width; for rip-relative operands the address itself, with no base */
  readonly displacement: bigint;
  readonly segment: string;
  /** bytes that are read or written; 0 where the instruction touches none (lea, nop, prefetch) */
  readonly size: number;
  readonly read: boolean;
  readonly write: boolean;
}

export type FlowKind =
  | 'next'
  | 'call'
  | 'indirect call'
  | 'jump'
  | 'indirect jump'
  | 'conditional'
  | 'return'
  /** goes on behind it when the system is done with it: int 2Eh, syscall, brk under a debugger */
  | 'interrupt'
  /** never goes on: int 29h, ud2, hlt in user mode */
  | 'stop'
  | 'other';

/**
 * An address within an operand list. Where a symbol names it, `before`, the symbol with the address in brackets, and
 * `after` are printed; else `plain`.
 */
export interface NamedAddress {
  readonly value: bigint;
  readonly before: string;
  readonly after: string;
  readonly plain: string;
}

export type OperandPart = string | NamedAddress;

/** One decoded instruction. */
export interface Instruction {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** with its prefixes, not padded: `mov`, `lock cmpxchg`, `rep movs`; `???` where the bytes are no instruction */
  readonly mnemonic: string;
  /** the operands as WinDbg prints them, commas included */
  readonly operands: readonly OperandPart[];
  readonly flow: FlowKind;
  /** the address a direct call or jump goes to */
  readonly target?: bigint;
  readonly memory?: MemoryOperand;
  /** the second memory operand of movs and cmps */
  readonly memory2?: MemoryOperand;
  /** Whether a conditional branch is taken with these registers (x86 and x64); absent where it is none. */
  readonly taken?: (register: (name: string) => bigint | undefined) => boolean | undefined;
  readonly valid: boolean;
}

/** Decodes instructions of one architecture. Bytes may be cut short: then the instruction is not valid. */
export interface Disassembler {
  /** longest instruction in bytes */
  readonly maxLength: number;
  /** where instructions may begin: 1, 2 (Thumb) or 4 */
  readonly alignment: number;
  decode(bytes: Uint8Array, address: bigint): Instruction;
}

/** The operands without symbols: `[rsp+20h],rax`, `00401005`. */
export function plainOperands(i: Instruction): string {
  return i.operands.map((part) => (typeof part === 'string' ? part : part.plain)).join('');
}
