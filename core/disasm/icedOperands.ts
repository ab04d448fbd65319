import * as iced from 'iced-x86';
import { formatAddress } from '../output/index.ts';
import type { OperandPart } from './instruction.ts';

/** Immediates below this are counts, sizes and flags: nothing is loaded in the first 64 KiB. */
const LOWEST_ADDRESS = 0x10000n;
/** Instructions whose 32-bit immediate can be an address; masks and the like never are. */
const OFFSET_MNEMONICS = new Set(['mov', 'push', 'cmp', 'add', 'sub']);
/** iced drops st(1) where MASM allows it; WinDbg never does. */
const FPU_POP = new Set(['faddp', 'fmulp', 'fsubp', 'fsubrp', 'fdivp', 'fdivrp']);
const FPU_ONE = new Set(['fxch', 'fcom', 'fcomp', 'fucom', 'fucomp']);
/** Instructions before whose one operand WinDbg sets the accumulator; imul is not among them. */
const ACCUMULATING = new Set([iced.Mnemonic.Mul, iced.Mnemonic.Div, iced.Mnemonic.Idiv]);
const ACCUMULATORS: Readonly<Record<number, string>> = { 1: 'al', 2: 'ax', 4: 'eax', 8: 'rax' };
/** `dword ptr fs:[…]` in its parts: size, segment, what the brackets hold, AVX-512 decorations. */
const MEMORY_TEXT = /^((?:\w+ )*?ptr )?([c-gs]s:)?\[(.*)\](.*)$/;
const SIZE_NAMES: Readonly<Record<number, string>> = { 1: 'byte', 2: 'word', 4: 'dword', 8: 'qword' };
const STRING_NAME = /^(movs|cmps|stos|lods|scas|ins|outs)[bwdq]$/;

/** What one instruction reads as in WinDbg: iced's MASM text where the two agree, our own where they do not. */
export interface MasmText {
  readonly mnemonic: string;
  readonly operands: readonly OperandPart[];
}

/**
 * The debugger's spelling of an instruction (samples.md section 7 and public transcripts): string instructions with
 * their operands, `mmword ptr` for 64-bit halves of SSE registers, addresses as such so that they can be named.
 */
export function masmText(i: iced.Instruction, formatter: iced.Formatter, bitness: 32 | 64): MasmText {
  const mnemonic = formatter.formatMnemonic(i).trimEnd();
  if (i.isStringInstruction) return stringText(i, mnemonic, bitness);
  // by mnemonic and not by code: the table of codes is the largest of the library, and nothing else asks for it
  switch (i.mnemonic) {
    case iced.Mnemonic.Pushad:
      return { mnemonic: 'pushad', operands: [] };
    case iced.Mnemonic.Popad:
      return { mnemonic: 'popad', operands: [] };
    case iced.Mnemonic.Xlatb:
      return { mnemonic: 'xlat', operands: [`byte ptr ${regionPrefix(i)}[${registerName(i.memoryBase)}]`] };
  }
  const count = formatter.operandCount(i);
  const bare = mnemonic.split(' ').at(-1) ?? mnemonic;
  if (count === 0) return { mnemonic, operands: impliedFpu(i, bare) };
  const operands: OperandPart[] = [];
  // of `imul eax,eax,0Ch` MASM lets the first operand go
  if (i.mnemonic === iced.Mnemonic.Imul && i.opCount === 3 && count === 2) {
    operands.push(formatter.formatOperand(i, 0), ',');
  }
  if (ACCUMULATING.has(i.mnemonic)) operands.push(accumulator(i), ',');
  for (let k = 0; k < count; k++) {
    if (k > 0) operands.push(',');
    operands.push(...operandParts(i, formatter, k, bare, bitness));
  }
  return { mnemonic, operands };
}

/** `eax` of `div eax,ecx`: the accumulator in the size of what it is multiplied with or divided by. */
function accumulator(i: iced.Instruction): string {
  const size =
    i.op0Kind === iced.OpKind.Memory
      ? iced.MemorySizeExt.size(i.memorySize)
      : iced.RegisterExt.size(i.op0Register);
  return ACCUMULATORS[size] ?? 'eax';
}

function operandParts(
  i: iced.Instruction,
  formatter: iced.Formatter,
  k: number,
  mnemonic: string,
  bitness: 32 | 64,
): OperandPart[] {
  const text = formatter.formatOperand(i, k);
  const at = formatter.getInstructionOperand(i, k) ?? k;
  const kind = i.opKind(at);
  switch (kind) {
    case iced.OpKind.NearBranch16:
    case iced.OpKind.NearBranch32:
    case iced.OpKind.NearBranch64: {
      const value = i.nearBranchTarget;
      return [{ value, before: '', after: '', plain: formatAddress(value, bitness === 32 ? 4 : 8) }];
    }
    case iced.OpKind.FarBranch16:
    case iced.OpKind.FarBranch32:
      return [farText(i, kind)];
    case iced.OpKind.Memory:
      return memoryParts(i, text, mnemonic, bitness);
    case iced.OpKind.Immediate32:
    case iced.OpKind.Immediate64: {
      // 64-bit images lie above what 32 bits reach
      if (!OFFSET_MNEMONICS.has(mnemonic) || (bitness === 64 && kind === iced.OpKind.Immediate32))
        return [text];
      const value = BigInt.asUintN(64, i.immediate(at));
      return value < LOWEST_ADDRESS ? [text] : [{ value, before: 'offset ', after: '', plain: text }];
    }
    default:
      return [text];
  }
}

/** `0033:76B5C71E`: digits alone, as the debugger prints where WOW64 leaves for 64-bit code. */
function farText(i: iced.Instruction, kind: iced.OpKind): string {
  const wide = kind === iced.OpKind.FarBranch32;
  const offset = wide ? i.farBranch32 : i.farBranch16;
  return `${hex(i.farBranchSelector, 4)}:${hex(offset, wide ? 8 : 4)}`;
}

function memoryParts(i: iced.Instruction, text: string, mnemonic: string, bitness: 32 | 64): OperandPart[] {
  const match = MEMORY_TEXT.exec(text);
  if (!match) return [text];
  const [, size = '', , , decoration = ''] = match;
  const keyword = sizeKeyword(i, size, mnemonic);
  const segment = regionPrefix(i);
  const hasBase = i.memoryBase !== iced.Register.None && !i.isIpRelMemoryOperand;
  const hasIndex = i.memoryIndex !== iced.Register.None;
  if (!hasBase && !hasIndex) {
    const value = i.isIpRelMemoryOperand
      ? i.ipRelMemoryAddress
      : BigInt.asUintN(bitness, i.memoryDisplacement);
    if (segment === 'fs:' || segment === 'gs:') {
      const digits = bitness === 32 ? hex(Number(value), 8) : masmHex(value);
      return [`${keyword}${segment}[${digits}${bitness === 32 ? 'h' : ''}]${decoration}`];
    }
    // 32-bit code has eight digits; 64-bit code a whole address where it is relative to rip, else a number
    const digits =
      bitness === 32
        ? `${segment === '' ? 'ds:' : segment}[${hex(Number(value), 8)}h]`
        : `[${i.isIpRelMemoryOperand ? formatAddress(value, 8) : masmHex(value)}]`;
    const plain = `${keyword}${digits}${decoration}`;
    return [{ value, before: `${keyword}[`, after: `]${decoration}`, plain }];
  }
  const body = `${keyword}${text.slice(size.length)}`;
  // in 32-bit code a displacement may be a table's address: `dword ptr app!table (00404000)[eax*4]`
  const displacement = BigInt.asUintN(32, i.memoryDisplacement);
  if (bitness === 64 || i.memoryDisplSize !== 4 || displacement < LOWEST_ADDRESS) return [body];
  return [{ value: displacement, before: keyword, after: `[${registersText(i)}]${decoration}`, plain: body }];
}

/** `ebx+eax*4`, without the displacement. */
function registersText(i: iced.Instruction): string {
  const parts: string[] = [];
  if (i.memoryBase !== iced.Register.None) parts.push(registerName(i.memoryBase));
  if (i.memoryIndex !== iced.Register.None) {
    const scale = i.memoryIndexScale === 1 ? '' : `*${i.memoryIndexScale}`;
    parts.push(`${registerName(i.memoryIndex)}${scale}`);
  }
  return parts.join('+');
}

function sizeKeyword(i: iced.Instruction, size: string, mnemonic: string): string {
  if (mnemonic.startsWith('prefetchw')) return '';
  if (size !== 'qword ptr ' || mnemonic.startsWith('f')) return size;
  const half = i.memorySize === iced.MemorySize.Float64 || i.mnemonic === iced.Mnemonic.Movq;
  return half ? 'mmword ptr ' : size;
}

/** A segment override that counts: in 64-bit code only those of fs and gs do. */
function regionPrefix(i: iced.Instruction): string {
  if (!i.hasSegmentPrefix) return '';
  const name = registerName(i.segmentPrefix);
  const counts = i.codeSize !== iced.CodeSize.Code64 || name === 'fs' || name === 'gs';
  return counts ? `${name}:` : '';
}

function stringText(i: iced.Instruction, mnemonic: string, bitness: 32 | 64): MasmText {
  const words = mnemonic.split(' ');
  const name = STRING_NAME.exec(words.at(-1) ?? '')?.[1];
  if (name === undefined) return { mnemonic, operands: [] };
  const size = `${SIZE_NAMES[iced.MemorySizeExt.size(i.memorySize)] ?? 'byte'} ptr `;
  const operands: string[] = [];
  for (let k = 0; k < i.opCount; k++) {
    const place = stringPlace(i, i.opKind(k), bitness);
    // ports stand there by name; the accumulator of stos, lods and scas does not
    if (place === undefined) {
      if (name === 'ins' || name === 'outs') operands.push('dx');
    } else operands.push(`${size}${place}`);
  }
  return {
    mnemonic: [...words.slice(0, -1), name].join(' '),
    operands: operands.flatMap((text, k) => (k > 0 ? [',', text] : [text])),
  };
}

function stringPlace(i: iced.Instruction, kind: iced.OpKind, bitness: 32 | 64): string | undefined {
  switch (kind) {
    case iced.OpKind.MemorySegSI:
      return `${regionPrefix(i)}[si]`;
    case iced.OpKind.MemorySegESI:
      return `${regionPrefix(i)}[esi]`;
    case iced.OpKind.MemorySegRSI:
      return `${regionPrefix(i)}[rsi]`;
    case iced.OpKind.MemoryESDI:
      return 'es:[di]';
    case iced.OpKind.MemoryESEDI:
      return bitness === 32 ? 'es:[edi]' : '[edi]';
    case iced.OpKind.MemoryESRDI:
      return '[rdi]';
    default:
      return undefined;
  }
}

function impliedFpu(i: iced.Instruction, mnemonic: string): string[] {
  if (FPU_POP.has(mnemonic)) return ['st(1)', ',', 'st'];
  return FPU_ONE.has(mnemonic) ? ['st(1)'] : [];
}

/** A register's name in lower case. */
export function registerName(register: iced.Register): string {
  return iced.Register[register]?.toLowerCase() ?? '';
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** MASM's way: `8`, `30h`, `0A8h`. */
function masmHex(value: bigint): string {
  if (value < 10n) return value.toString();
  const digits = value.toString(16).toUpperCase();
  return `${/^[A-F]/.test(digits) ? '0' : ''}${digits}h`;
}
