import { Capstone, Const, loadCapstone } from 'capstone-wasm';
import { arm64Memory, arm64Text } from './armText.ts';
import type { Disassembler, FlowKind, Instruction } from './instruction.ts';

const FLOW: Readonly<Record<string, FlowKind>> = {
  bl: 'call',
  blx: 'call',
  blr: 'indirect call',
  blraa: 'indirect call',
  blrab: 'indirect call',
  blraaz: 'indirect call',
  blrabz: 'indirect call',
  b: 'jump',
  br: 'indirect jump',
  braa: 'indirect jump',
  brab: 'indirect jump',
  braaz: 'indirect jump',
  brabz: 'indirect jump',
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
  udf: 'stop',
};
/** CS_OPT_SKIPDATA and CS_OPT_ON (capstone.h): bytes that are no instruction come back as `.byte`. */
const SKIP_DATA = 5;
const ON = 3;
/** __fastfail on ARM64 (winnt.h: __break(0xF003)). */
const FAST_FAIL = '#0xf003';

/** ARM64 and ARM (Thumb-2, as Windows runs it) through Capstone, in the debugger's spelling: `stp         fp,lr,[sp,#-0x10]!`. */
export class CapstoneDisassembler implements Disassembler {
  readonly maxLength = 4;
  readonly alignment: number;

  private constructor(
    private readonly engine: Capstone,
    private readonly kind: 'arm64' | 'arm',
  ) {
    this.alignment = kind === 'arm64' ? 4 : 2;
  }

  static async load(kind: 'arm64' | 'arm'): Promise<CapstoneDisassembler> {
    await loadCapstone();
    const engine =
      kind === 'arm64'
        ? new Capstone(Const.CS_ARCH_ARM64, Const.CS_MODE_ARM)
        : new Capstone(Const.CS_ARCH_ARM, Const.CS_MODE_THUMB);
    // without it the library throws where bytes are no instruction
    engine.setOption(SKIP_DATA, ON);
    return new CapstoneDisassembler(engine, kind);
  }

  decode(bytes: Uint8Array, address: bigint): Instruction {
    const [found] =
      bytes.length < this.alignment
        ? []
        : this.engine.disasm(bytes.subarray(0, this.maxLength), { address, count: 1 });
    if (!found || found.mnemonic.startsWith('.')) {
      const length = Math.min(bytes.length, this.alignment);
      return {
        address,
        bytes: bytes.slice(0, length),
        mnemonic: '???',
        operands: [],
        flow: 'other',
        valid: false,
      };
    }
    const { mnemonic, opStr } = found;
    const text = this.kind === 'arm64' ? arm64Text(mnemonic, opStr) : thumbText(mnemonic, opStr);
    return {
      address,
      bytes: bytes.slice(0, found.size),
      ...text,
      flow: flowOf(mnemonic, opStr),
      memory: this.kind === 'arm64' ? arm64Memory(mnemonic, opStr) : undefined,
      valid: true,
    };
  }
}

function flowOf(mnemonic: string, operands: string): FlowKind {
  if (/^b\.?(eq|ne|hs|cs|lo|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)(\.[nw])?$/.test(mnemonic)) return 'conditional';
  if (mnemonic === 'brk' && operands === FAST_FAIL) return 'stop';
  if (mnemonic === 'bx' && operands === 'lr') return 'return';
  if (/^pop/.test(mnemonic) && /\bpc\b/.test(operands)) return 'return';
  return FLOW[mnemonic.replace(/\.[nw]$/, '')] ?? 'next';
}

/** Thumb as Capstone writes it, without blanks behind commas. */
function thumbText(mnemonic: string, operands: string): ReturnType<typeof arm64Text> {
  const spelled = operands.replace(/, /g, ',');
  const branch = /^(b|bl|blx|cbz|cbnz|b\w\w)(\.[nw])?$/.test(mnemonic);
  const match = branch ? /^(.*?)#(0x[0-9a-f]+|\d+)$/.exec(spelled) : null;
  if (!match?.[2]) return { mnemonic, operands: spelled === '' ? [] : [spelled] };
  const value = BigInt(match[2]);
  const plain = value.toString(16).padStart(8, '0');
  const before = match[1] ?? '';
  const named = { value, before: '', after: '', plain };
  return { mnemonic, operands: before === '' ? [named] : [before, named], target: value };
}
