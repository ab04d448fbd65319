import * as iced from 'iced-x86';
import type { Disassembler, FlowKind, Instruction, MemoryOperand } from './instruction.ts';

/** The architectural limit on an x86 instruction (Intel SDM volume 2, 2.3.11). */
const MAX_LENGTH = 15;
/** WinDbg pads the mnemonic so that operands begin in the ninth column. */
const MNEMONIC_WIDTH = 8;

/** x86 and x64 through iced, in the MASM spelling that WinDbg uses: `mov     dword ptr [ebp-4],0FFh`. */
export class IcedDisassembler implements Disassembler {
  readonly maxLength = MAX_LENGTH;
  private readonly formatter = new iced.Formatter(iced.FormatterSyntax.Masm);

  constructor(private readonly bitness: 32 | 64) {
    this.formatter.memorySizeOptions = iced.MemorySizeOptions.Always;
    this.formatter.addLeadingZeroToHexNumbers = true;
    this.formatter.spaceAfterOperandSeparator = false;
    this.formatter.ripRelativeAddresses = false;
    this.formatter.showBranchSize = false;
    this.formatter.masmAddDsPrefix32 = true;
  }

  decode(bytes: Uint8Array, address: bigint): Instruction {
    const decoder = new iced.Decoder(this.bitness, bytes.subarray(0, MAX_LENGTH), iced.DecoderOptions.None);
    const i = new iced.Instruction();
    try {
      decoder.ip = address;
      if (bytes.length === 0) return invalid(address, bytes);
      decoder.decodeOut(i);
      if (i.isInvalid) return invalid(address, bytes);
      const flow = flowOf(i);
      const target = isDirect(i) ? i.nearBranchTarget : undefined;
      return {
        address,
        bytes: bytes.slice(0, i.length),
        mnemonic: this.formatter.formatMnemonic(i).padEnd(MNEMONIC_WIDTH),
        operands: this.formatter.formatAllOperands(i),
        flow,
        target,
        memory: memoryOf(i),
        valid: true,
      };
    } finally {
      i.free();
      decoder.free();
    }
  }
}

function invalid(address: bigint, bytes: Uint8Array): Instruction {
  return { address, bytes: bytes.slice(0, 1), mnemonic: '???', operands: '', flow: 'other', valid: false };
}

function isDirect(i: iced.Instruction): boolean {
  return i.opCount > 0 && i.op0Kind >= iced.OpKind.NearBranch16 && i.op0Kind <= iced.OpKind.NearBranch64;
}

function flowOf(i: iced.Instruction): FlowKind {
  switch (i.flowControl) {
    case iced.FlowControl.Next:
      return 'next';
    case iced.FlowControl.Call:
      return 'call';
    case iced.FlowControl.IndirectCall:
      return 'indirect call';
    case iced.FlowControl.UnconditionalBranch:
      return 'jump';
    case iced.FlowControl.IndirectBranch:
      return 'indirect jump';
    case iced.FlowControl.ConditionalBranch:
      return 'conditional';
    case iced.FlowControl.Return:
      return 'return';
    case iced.FlowControl.Interrupt:
      return 'interrupt';
    default:
      return 'other';
  }
}

function registerName(register: number): string | undefined {
  return register === iced.Register.None ? undefined : iced.Register[register]?.toLowerCase();
}

function memoryOf(i: iced.Instruction): MemoryOperand | undefined {
  for (let k = 0; k < i.opCount; k++) {
    if (i.opKind(k) !== iced.OpKind.Memory) continue;
    const relative = i.isIpRelMemoryOperand;
    return {
      base: relative ? undefined : registerName(i.memoryBase),
      index: registerName(i.memoryIndex),
      scale: i.memoryIndexScale,
      displacement: relative ? i.ipRelMemoryAddress : i.memoryDisplacement,
      segment: registerName(i.memorySegment) ?? 'ds',
      size:
        i.mnemonic === iced.Mnemonic.Lea || i.mnemonic === iced.Mnemonic.Nop
          ? 0
          : iced.MemorySizeExt.size(i.memorySize),
      write:
        k === 0 &&
        i.mnemonic !== iced.Mnemonic.Cmp &&
        i.mnemonic !== iced.Mnemonic.Test &&
        i.mnemonic !== iced.Mnemonic.Push,
    };
  }
  return undefined;
}
