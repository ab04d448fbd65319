import type { MemoryOperand, NamedAddress, OperandPart } from './instruction.ts';

/** ARM64 registers that the debugger calls by the part they play (winnt.h's and armasm's names). */
const REGISTERS: Readonly<Record<string, string>> = {
  x16: 'xip0',
  x17: 'xip1',
  x18: 'xpr',
  x29: 'fp',
  x30: 'lr',
};
/** Instructions whose last operand is a condition: it is written behind the mnemonic, as in `csello`. */
const CONDITIONAL = new Set([
  'csel',
  'csinc',
  'csinv',
  'csneg',
  'cset',
  'csetm',
  'cinc',
  'cinv',
  'cneg',
  'ccmp',
  'ccmn',
  'fcsel',
  'fccmp',
  'fccmpe',
]);
/** Instructions whose last operand is an address in the code or near it. */
const ADDRESSED = /^(b|bl|blx|adr|adrp|cbz|cbnz|tbz|tbnz|b\.\w\w)$/;
const LITERAL_LOAD = /^(ldr|ldrsw|prfm)$/;
const NUMBER = /#(-?)(0x[0-9a-f]+|\d+)(?![\d.])/g;
/** bytes that a load or store moves, by its mnemonic's ending and the kind of its first register */
const REGISTER_BYTES: Readonly<Record<string, number>> = { b: 1, h: 2, s: 4, d: 8, q: 16, w: 4, x: 8 };

export interface ArmText {
  readonly mnemonic: string;
  readonly operands: readonly OperandPart[];
  readonly target?: bigint;
}

/**
 * The debugger's spelling of an ARM64 instruction, from Capstone's: no blanks behind commas, `fp`, `lr`, `xip0`, `xip1`
 * and `xpr` by name, numbers from ten on in upper-case hex, conditions behind the mnemonic without a dot, a shift of an
 * index register set off by a blank (`[x12,w10 uxtw #2]`). From Microsoft's own listings of ARM64 code.
 */
export function arm64Text(mnemonic: string, operands: string): ArmText {
  const list = split(operands).map(spell);
  if (CONDITIONAL.has(mnemonic)) {
    const condition = list.pop() ?? '';
    return { mnemonic: `${mnemonic}${condition}`, operands: [list.join(',')] };
  }
  const last = list.at(-1) ?? '';
  const isAddress = ADDRESSED.test(mnemonic) || (LITERAL_LOAD.test(mnemonic) && list.length === 2);
  const value = isAddress ? numberOf(split(operands).at(-1) ?? '') : undefined;
  if (value !== undefined) {
    const before = list
      .slice(0, -1)
      .map((text) => `${text},`)
      .join('');
    const named: NamedAddress = { value, before: '', after: '', plain: address16(value) };
    const jumps = mnemonic !== 'adr' && mnemonic !== 'adrp' && !LITERAL_LOAD.test(mnemonic);
    return {
      mnemonic: mnemonic.replace('.', ''),
      operands: before === '' ? [named] : [before, named],
      target: jumps ? value : undefined,
    };
  }
  // a bare extension counts from zero: `add x8,x21,w9,sxtw #0`
  if (/^[su]xt[bhwx]$/.test(last)) list[list.length - 1] = `${last} #0`;
  return { mnemonic, operands: list.length === 0 ? [] : [list.join(',')] };
}

/** Commas within brackets and braces do not separate operands. */
function split(operands: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < operands.length; at++) {
    const c = operands.charAt(at);
    if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(operands.slice(from, at).trim());
      from = at + 1;
    }
  }
  const rest = operands.slice(from).trim();
  return rest === '' ? parts : [...parts, rest];
}

function spell(operand: string): string {
  return operand
    .replace(/, /g, ',')
    .replace(/,(lsl|[su]xt[bhwx])/g, ' $1')
    .replace(/\bx(?:1[678]|29|30)\b/g, (name) => REGISTERS[name] ?? name)
    .replace(NUMBER, (_, sign: string, digits: string) => `#${sign}${armNumber(Number(digits))}`);
}

function armNumber(value: number): string {
  return value < 10 ? value.toString() : `0x${value.toString(16).toUpperCase()}`;
}

function numberOf(text: string): bigint | undefined {
  const match = /^#(0x[0-9a-f]+|\d+)$/.exec(text);
  return match?.[1] === undefined ? undefined : BigInt(match[1]);
}

function address16(value: bigint): string {
  const digits = value.toString(16).padStart(16, '0');
  return `${digits.slice(0, 8)}\`${digits.slice(8)}`;
}

/** The memory that a load or store touches: `ldr x8,[x9,#0x10]`, `stp fp,lr,[sp,#-0x10]!`. */
export function arm64Memory(mnemonic: string, operands: string): MemoryOperand | undefined {
  if (!/^(ld|st|cas|swp|prfm)/.test(mnemonic)) return undefined;
  const match = /\[(\w+)(?:, (?:#(-?(?:0x)?[0-9a-f]+)|(\w+)(?:, \w+(?: #(\d+))?)?))?\]/.exec(operands);
  const base = match?.[1];
  if (base === undefined) return undefined;
  const pair = /^(ld|st)n?p/.test(mnemonic) || /^(ld|st)a?xp/.test(mnemonic) ? 2 : 1;
  const size = mnemonic.startsWith('prfm') ? 0 : pair * bytesOf(mnemonic, operands);
  const write = /^(st|cas|swp)/.test(mnemonic);
  return {
    base: registerOf(base),
    index: match?.[3] === undefined ? undefined : registerOf(match[3]),
    scale: 1 << Number(match?.[4] ?? 0),
    displacement: signed(match?.[2] ?? '0'),
    segment: '',
    size,
    read: size > 0 && !mnemonic.startsWith('st'),
    write: size > 0 && write,
  };
}

function bytesOf(mnemonic: string, operands: string): number {
  const ending = /^(?:ld|st)\w*?r?s?([bhw])$/.exec(mnemonic)?.[1];
  if (ending !== undefined && /r?s?[bhw]$/.test(mnemonic) && !/^(ldr|str)$/.test(mnemonic))
    return REGISTER_BYTES[ending] ?? 4;
  return REGISTER_BYTES[operands.charAt(0)] ?? 8;
}

function registerOf(name: string): string {
  return REGISTERS[name] === 'fp' || REGISTERS[name] === 'lr' ? (REGISTERS[name] ?? name) : name;
}

function signed(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}
