import * as iced from 'iced-x86';
import type { Disassembler, FlowKind, Instruction, MemoryOperand } from './instruction.ts';
import { masmText, registerName } from './icedOperands.ts';

/** The architectural limit on an x86 instruction (Intel SDM volume 2, 2.3.11). */
const MAX_LENGTH = 15;
/** int 29h is __fastfail, which ends the process. */
const FAST_FAIL = 0x29;

type Registers = (name: string) => bigint | undefined;

/** x86 and x64 through iced, in the MASM spelling that WinDbg uses: `mov     dword ptr [ebp-4],0FFh`. */
export class IcedDisassembler implements Disassembler {
  readonly maxLength = MAX_LENGTH;
  readonly alignment = 1;
  private readonly formatter = new iced.Formatter(iced.FormatterSyntax.Masm);
  private readonly info = new iced.InstructionInfoFactory();

  constructor(private readonly bitness: 32 | 64) {
    this.formatter.memorySizeOptions = iced.MemorySizeOptions.Always;
    this.formatter.addLeadingZeroToHexNumbers = true;
    this.formatter.spaceAfterOperandSeparator = false;
    this.formatter.ripRelativeAddresses = false;
    this.formatter.showBranchSize = false;
    this.formatter.masmAddDsPrefix32 = true;
  }

  decode(bytes: Uint8Array, address: bigint): Instruction {
    if (bytes.length === 0) return invalid(address, bytes);
    const decoder = new iced.Decoder(this.bitness, bytes.subarray(0, MAX_LENGTH), iced.DecoderOptions.None);
    const i = new iced.Instruction();
    try {
      decoder.ip = address;
      decoder.decodeOut(i);
      if (i.isInvalid) return invalid(address, bytes);
      const flow = flowOf(i);
      const condition = i.conditionCode;
      const name = i.mnemonic;
      const [memory, memory2] = this.memoryOf(i);
      return {
        address,
        bytes: bytes.slice(0, i.length),
        ...masmText(i, this.formatter, this.bitness),
        flow,
        target: isDirect(i) ? i.nearBranchTarget : undefined,
        memory,
        memory2,
        taken: flow === 'conditional' ? (register) => isTaken(name, condition, register) : undefined,
        valid: true,
      };
    } finally {
      i.free();
      decoder.free();
    }
  }

  private memoryOf(i: iced.Instruction): MemoryOperand[] {
    const found: MemoryOperand[] = [];
    let info: iced.InstructionInfo | undefined;
    try {
      for (let k = 0; k < i.opCount; k++) {
        const place = placeOf(i, k);
        if (!place) continue;
        info ??= this.info.info(i);
        const access = info.opAccess(k);
        const touched = access !== iced.OpAccess.NoMemAccess && access !== iced.OpAccess.None;
        const size = touched && !isHint(i) ? iced.MemorySizeExt.size(i.memorySize) : 0;
        found.push({
          ...place,
          size,
          read: size > 0 && READS.has(access),
          write: size > 0 && WRITES.has(access),
        });
      }
    } finally {
      info?.free();
    }
    return found;
  }
}

const READS = new Set([
  iced.OpAccess.Read,
  iced.OpAccess.CondRead,
  iced.OpAccess.ReadWrite,
  iced.OpAccess.ReadCondWrite,
]);
const WRITES = new Set([
  iced.OpAccess.Write,
  iced.OpAccess.CondWrite,
  iced.OpAccess.ReadWrite,
  iced.OpAccess.ReadCondWrite,
]);

function isHint(i: iced.Instruction): boolean {
  return i.mnemonic === iced.Mnemonic.Nop || /^Prefetch/.test(iced.Mnemonic[i.mnemonic] ?? '');
}

function invalid(address: bigint, bytes: Uint8Array): Instruction {
  return {
    address,
    bytes: bytes.slice(0, 1),
    mnemonic: '???',
    operands: [],
    flow: 'other',
    valid: false,
  };
}

function isDirect(i: iced.Instruction): boolean {
  return i.opCount > 0 && i.op0Kind >= iced.OpKind.NearBranch16 && i.op0Kind <= iced.OpKind.NearBranch64;
}

function flowOf(i: iced.Instruction): FlowKind {
  switch (i.flowControl) {
    case iced.FlowControl.Next:
      return 'next';
    case iced.FlowControl.Call:
      // syscall and its kin count as calls too
      return i.isCallNear || i.isCallFar ? 'call' : 'interrupt';
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
      return i.mnemonic === iced.Mnemonic.Int && i.immediate8 === FAST_FAIL ? 'stop' : 'interrupt';
    case iced.FlowControl.Exception:
      return 'stop';
    default:
      return 'other';
  }
}

/** Where an operand lies, if it is memory: that of string instructions is given by its kind alone. */
function placeOf(i: iced.Instruction, k: number): Omit<MemoryOperand, 'size' | 'read' | 'write'> | undefined {
  const segment = segmentOf(i);
  switch (i.opKind(k)) {
    case iced.OpKind.Memory: {
      const relative = i.isIpRelMemoryOperand;
      return {
        base: relative ? undefined : named(i.memoryBase),
        index: named(i.memoryIndex),
        scale: i.memoryIndexScale,
        displacement: relative ? i.ipRelMemoryAddress : i.memoryDisplacement,
        segment,
      };
    }
    case iced.OpKind.MemorySegSI:
      return { base: 'si', scale: 1, displacement: 0n, segment };
    case iced.OpKind.MemorySegESI:
      return { base: 'esi', scale: 1, displacement: 0n, segment };
    case iced.OpKind.MemorySegRSI:
      return { base: 'rsi', scale: 1, displacement: 0n, segment };
    case iced.OpKind.MemoryESDI:
      return { base: 'di', scale: 1, displacement: 0n, segment: 'es' };
    case iced.OpKind.MemoryESEDI:
      return { base: 'edi', scale: 1, displacement: 0n, segment: 'es' };
    case iced.OpKind.MemoryESRDI:
      return { base: 'rdi', scale: 1, displacement: 0n, segment: 'es' };
    default:
      return undefined;
  }
}

function segmentOf(i: iced.Instruction): string {
  return named(i.memorySegment) ?? 'ds';
}

function named(register: iced.Register): string | undefined {
  return register === iced.Register.None ? undefined : registerName(register);
}

/** Intel SDM volume 1, appendix B: what each condition asks of the flags. */
function isTaken(
  mnemonic: iced.Mnemonic,
  condition: iced.ConditionCode,
  register: Registers,
): boolean | undefined {
  const on = (name: string): boolean => register(name) === 1n;
  const counts = (): boolean => (register('rcx') ?? register('ecx')) !== 1n;
  switch (mnemonic) {
    case iced.Mnemonic.Jcxz:
      return register('cx') === 0n;
    case iced.Mnemonic.Jecxz:
      return register('ecx') === 0n;
    case iced.Mnemonic.Jrcxz:
      return register('rcx') === 0n;
    case iced.Mnemonic.Loop:
      return counts();
    case iced.Mnemonic.Loope:
      return counts() && on('zf');
    case iced.Mnemonic.Loopne:
      return counts() && !on('zf');
  }
  switch (condition) {
    case iced.ConditionCode.o:
      return on('of');
    case iced.ConditionCode.no:
      return !on('of');
    case iced.ConditionCode.b:
      return on('cf');
    case iced.ConditionCode.ae:
      return !on('cf');
    case iced.ConditionCode.e:
      return on('zf');
    case iced.ConditionCode.ne:
      return !on('zf');
    case iced.ConditionCode.be:
      return on('cf') || on('zf');
    case iced.ConditionCode.a:
      return !on('cf') && !on('zf');
    case iced.ConditionCode.s:
      return on('sf');
    case iced.ConditionCode.ns:
      return !on('sf');
    case iced.ConditionCode.p:
      return on('pf');
    case iced.ConditionCode.np:
      return !on('pf');
    case iced.ConditionCode.l:
      return on('sf') !== on('of');
    case iced.ConditionCode.ge:
      return on('sf') === on('of');
    case iced.ConditionCode.le:
      return on('zf') || on('sf') !== on('of');
    case iced.ConditionCode.g:
      return !on('zf') && on('sf') === on('of');
    default:
      return undefined;
  }
}
