import { Capstone, Const, loadCapstone } from 'capstone-wasm';
import type { Disassembler, FlowKind, Instruction } from './instruction.ts';

/** WinDbg pads ARM mnemonics to this column. */
const MNEMONIC_WIDTH = 12;

const FLOW: Readonly<Record<string, FlowKind>> = {
  bl: 'call',
  blx: 'call',
  blr: 'indirect call',
  b: 'jump',
  br: 'indirect jump',
  bx: 'indirect jump',
  ret: 'return',
  retaa: 'return',
  retab: 'return',
  cbz: 'conditional',
  cbnz: 'conditional',
  tbz: 'conditional',
  tbnz: 'conditional',
  brk: 'interrupt',
  svc: 'interrupt',
};

/** ARM64 and ARM (Thumb-2, as Windows runs it) through Capstone, in the debugger's spelling: `stp         fp,lr,[sp,#-0x10]!`. */
export class CapstoneDisassembler implements Disassembler {
  readonly maxLength = 4;

  private constructor(private readonly engine: Capstone) {}

  static async load(kind: 'arm64' | 'arm'): Promise<CapstoneDisassembler> {
    await loadCapstone();
    const engine =
      kind === 'arm64'
        ? new Capstone(Const.CS_ARCH_ARM64, Const.CS_MODE_ARM)
        : new Capstone(Const.CS_ARCH_ARM, Const.CS_MODE_THUMB);
    return new CapstoneDisassembler(engine);
  }

  decode(bytes: Uint8Array, address: bigint): Instruction {
    const [found] = this.engine.disasm(bytes.subarray(0, this.maxLength), { address, count: 1 });
    if (!found)
      return {
        address,
        bytes: bytes.slice(0, this.maxLength),
        mnemonic: '???',
        operands: '',
        flow: 'other',
        valid: false,
      };
    const flow = flowOf(found.mnemonic);
    const target =
      flow === 'call' || flow === 'jump' || flow === 'conditional' ? branchTarget(found.opStr) : undefined;
    const operands = spelled(found.opStr);
    return {
      address,
      bytes: bytes.slice(0, found.size),
      mnemonic: found.mnemonic.padEnd(MNEMONIC_WIDTH),
      // a branch's target is printed by name behind what stands before it: `cbz x0,` and then the symbol
      operands: target === undefined ? operands : operands.slice(0, operands.lastIndexOf('#')),
      flow,
      target,
      valid: true,
    };
  }
}

function flowOf(mnemonic: string): FlowKind {
  if (mnemonic.startsWith('b.')) return 'conditional';
  return FLOW[mnemonic] ?? 'next';
}

function branchTarget(operands: string): bigint | undefined {
  const match = /#(0x[0-9a-f]+|\d+)$/.exec(operands);
  return match?.[1] === undefined ? undefined : BigInt(match[1]);
}

function spelled(operands: string): string {
  return operands
    .replace(/, /g, ',')
    .replace(/\bx29\b/g, 'fp')
    .replace(/\bx30\b/g, 'lr');
}
