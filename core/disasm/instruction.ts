/** A memory operand as its parts, so that its address and value can be worked out from registers. */
export interface MemoryOperand {
  /** register names in lower case, without prefix */
  readonly base?: string;
  readonly index?: string;
  readonly scale: number;
  /** wraps at the address width; for rip-relative operands the address itself, with no base */
  readonly displacement: bigint;
  readonly segment: string;
  /** bytes that are read or written; 0 where the instruction touches none (lea) */
  readonly size: number;
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
  | 'interrupt'
  | 'other';

/** One decoded instruction. */
export interface Instruction {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** padded to WinDbg's column: `mov     ` */
  readonly mnemonic: string;
  /** operands as WinDbg prints them, except that a branch target is still a bare number: see `target` */
  readonly operands: string;
  readonly flow: FlowKind;
  /** the address a direct call or jump goes to */
  readonly target?: bigint;
  readonly memory?: MemoryOperand;
  /** false where the bytes are no instruction: mnemonic is `???` */
  readonly valid: boolean;
}

/** Decodes instructions of one architecture. Bytes may be cut short: then the instruction is not valid. */
export interface Disassembler {
  /** longest instruction in bytes */
  readonly maxLength: number;
  decode(bytes: Uint8Array, address: bigint): Instruction;
}
