import type { RegisterContext } from '../../target/index.ts';
import { INTEGER_MASK, REGISTER_MASK } from './registerMask.ts';
import { integerLines, segmentText, type RegisterLine } from './registersModel.ts';
import { elementsText, extendedText, registerText, type ElementType } from './registerValues.ts';

/** Letters of the x87's exceptions, the highest bit first: precision, underflow, overflow, zero divide, denormal, invalid. */
const EXCEPTIONS = 'puozdi';
const ROUNDING = ['rn', 'rd', 'ru', 'rz'] as const;
/** bits of the mantissa by the control word's precision control; 1 is reserved */
const PRECISION = ['24', '??', '53', '64'] as const;

/** The registers that a mask chooses, line by line as r prints them. `upper` has the upper halves of ymm0 and on. */
export function groupLines(
  registers: RegisterContext,
  mask: number,
  upper: (index: number) => Uint8Array | undefined,
): RegisterLine[] {
  const { kind } = registers.machine;
  const isX86 = kind === 'x86' || kind === 'x64';
  const has = (bit: number): boolean => (mask & bit) !== 0;
  const texts = [
    ...(has(REGISTER_MASK.segments) && isX86 ? [segmentText(registers)] : []),
    ...(has(REGISTER_MASK.float) ? (isX86 ? x87Lines(registers) : plainLines(registers, 'float')) : []),
    ...(has(REGISTER_MASK.mmx) && isX86 ? pairs(named(registers, /^mm\d$/), '  ', 2) : []),
    ...(has(REGISTER_MASK.debug) ? debugLines(registers) : []),
    ...(has(REGISTER_MASK.xmm) ? vectorLines(registers, 'f') : []),
    ...(has(REGISTER_MASK.xmmIntegers) ? vectorLines(registers, 'ud') : []),
    ...(has(REGISTER_MASK.ymm) && isX86 ? ymmLines(registers, 'f', upper) : []),
    ...(has(REGISTER_MASK.ymmIntegers) && isX86 ? ymmLines(registers, 'ud', upper) : []),
  ];
  return [...(has(INTEGER_MASK) ? integerLines(registers) : []), ...texts.map((text) => [text])];
}

/** Names of the registers that a mask chooses, for JSON. */
export function groupNames(registers: RegisterContext, mask: number): string[] {
  const wanted = registers.definitions().filter(({ part, kind, name }) => {
    if (part) return false;
    const isMmx = /^mm\d$/.test(name);
    switch (kind) {
      case 'integer':
      case 'flags':
        return mask & INTEGER_MASK;
      case 'segment':
        return mask & REGISTER_MASK.segments;
      case 'float':
        return mask & (isMmx ? REGISTER_MASK.mmx : REGISTER_MASK.float);
      case 'debug':
        return mask & REGISTER_MASK.debug;
      case 'vector':
        return mask & (REGISTER_MASK.xmm | REGISTER_MASK.xmmIntegers);
    }
  });
  return wanted.map(({ name }) => name);
}

/** Control, status and tag word with what they mean, where the last instruction was, and the eight registers. */
function x87Lines(registers: RegisterContext): string[] {
  const word = (name: string): number => Number(BigInt.asUintN(16, registers.get(name) ?? 0n));
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
  const [control, status] = [word('fpcw'), word('fpsw')];
  const masked = letters(EXCEPTIONS, control & 0x3f);
  // C3 to C0 are bits 14, 10, 9 and 8
  const condition = [14, 10, 9, 8].map((bit) => (status >> bit) & 1).join('');
  const controlText = `${ROUNDING[(control >> 10) & 3] ?? ''} ${PRECISION[(control >> 8) & 3] ?? ''} ${masked}`;
  const statusText = `top=${(status >> 11) & 7} cc=${condition} ${letters(`es${EXCEPTIONS}`, status & 0xff)}`;
  const place = (offset: string, selector: string): string =>
    `${word(selector).toString(16).padStart(4, '0')}:${(registers.get(offset) ?? 0n).toString(16).padStart(8, '0')}`;
  const stack = Array.from({ length: 8 }, (_, i): string => {
    const text = extendedText(registers.bytes(`st${i}`) ?? new Uint8Array(10));
    return `st${i}=${text.startsWith('-') ? '' : ' '}${text}`;
  });
  return [
    `fpcw=${hex(control)}: ${controlText}  fpsw=${hex(status)}: ${statusText}  fptw=${hex(word('fptw'))}`,
    `fopcode=${hex(word('fopcode') & 0x7ff)}  fpip=${place('fpip', 'fpipsel')}  fpdp=${place('fpdp', 'fpdpsel')}`,
    ...pairs(stack, '  ', 2),
  ];
}

/** A letter for each bit that is set, the highest first; a dash for the others. */
function letters(names: string, bits: number): string {
  return [...names].map((letter, i) => ((bits >> (names.length - 1 - i)) & 1 ? letter : '-')).join('');
}

function debugLines(registers: RegisterContext): string[] {
  const names = registers.definitions().filter((d) => d.kind === 'debug');
  return pairs(
    names.map(({ name }) => `${name}=${registerText(registers, name)}`),
    ' ',
    3,
  );
}

function vectorLines(registers: RegisterContext, type: ElementType): string[] {
  const names = registers.definitions().filter((d) => d.kind === 'vector');
  return names.map(({ name }) => `${name}=${elementsText(registers.bytes(name) ?? new Uint8Array(0), type)}`);
}

function ymmLines(
  registers: RegisterContext,
  type: ElementType,
  upper: (index: number) => Uint8Array | undefined,
): string[] {
  const names = registers.definitions().filter((d) => d.kind === 'vector');
  return names.flatMap(({ name }, i) => {
    const high = upper(i);
    const low = registers.bytes(name);
    return high && low ? [`ymm${i}=${elementsText(Uint8Array.of(...low, ...high), type)}`] : [];
  });
}

function plainLines(registers: RegisterContext, kind: 'float'): string[] {
  const names = registers.definitions().filter((d) => d.kind === kind);
  return names.map(({ name }) => `${name}=${registerText(registers, name)}`);
}

function named(registers: RegisterContext, pattern: RegExp): string[] {
  const names = registers.definitions().filter(({ name }) => pattern.test(name));
  return names.map(({ name }) => `${name}=${registerText(registers, name)}`);
}

/** So many to a line. */
function pairs(texts: readonly string[], gap: string, perLine: number): string[] {
  const lines: string[] = [];
  for (let i = 0; i < texts.length; i += perLine) lines.push(texts.slice(i, i + perLine).join(gap));
  return lines;
}
