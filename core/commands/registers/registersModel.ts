import { pointer, type Part } from '../../output/index.ts';
import type { RegisterContext } from '../../target/index.ts';

/** A line of registers: those whose value leads somewhere are links. */
export type RegisterLine = readonly Part[];

/** Flag bits of EFLAGS in the order r prints them, with the words for set and clear. */
const FLAG_WORDS: readonly (readonly [string, string, string])[] = [
  ['of', 'ov', 'nv'],
  ['df', 'dn', 'up'],
  ['if', 'ei', 'di'],
  ['sf', 'ng', 'pl'],
  ['zf', 'zr', 'nz'],
  ['af', 'ac', 'na'],
  ['pf', 'pe', 'po'],
  ['cf', 'cy', 'nc'],
];
const SEGMENTS = ['cs', 'ss', 'ds', 'es', 'fs', 'gs'];
const X86_ROWS = [
  ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi'],
  ['eip', 'esp', 'ebp'],
];
const X64_ROWS = [
  ['rax', 'rbx', 'rcx'],
  ['rdx', 'rsi', 'rdi'],
  ['rip', 'rsp', 'rbp'],
  ['r8', 'r9', 'r10'],
  ['r11', 'r12', 'r13'],
  ['r14', 'r15'],
];
const ARM64_ROWS = [
  ...Array.from({ length: 7 }, (_, row) => [0, 1, 2, 3].map((i) => `x${row * 4 + i}`)),
  ['x28', 'fp', 'lr', 'sp'],
];
const ARM_ROWS = [0, 4, 8].map((first) => [0, 1, 2, 3].map((i) => `r${first + i}`));

/** The lines of r as it is without a mask: general registers, flags and segments, as samples.md section 4 has them for x86 and x64. */
export function registerLines(registers: RegisterContext): RegisterLine[] {
  const { kind } = registers.machine;
  const segments = kind === 'x86' || kind === 'x64' ? [[segmentText(registers)]] : [];
  return [...integerLines(registers), ...segments];
}

/** The integer registers and the flags, as r prints them above the segments. */
export function integerLines(registers: RegisterContext): RegisterLine[] {
  const row = (names: readonly string[], digits: number, gap: string): Part[] =>
    names.flatMap((name, i) => [
      `${i === 0 ? '' : gap}${heading(name, digits)}`,
      value(registers, name, digits),
    ]);
  switch (registers.machine.kind) {
    case 'x86': {
      const [general = [], pointers = []] = X86_ROWS.map((names) => row(names, 8, ' '));
      return [general, [...pointers, ` ${flagText(registers)}`]];
    }
    case 'x64':
      return [...X64_ROWS.map((names) => row(names, 16, ' ')), [flagText(registers)]];
    case 'arm64': {
      const rows = ARM64_ROWS.map((names) => row(names, 16, '  '));
      return [...rows, [...row(['pc'], 16, ''), `  ${statusText(registers)}`]];
    }
    case 'arm': {
      const rows = ARM_ROWS.map((names) => row(names, 8, ' '));
      return [...rows, row(['r12', 'sp', 'lr', 'pc'], 8, ' '), [statusText(registers)]];
    }
  }
}

/** `eax=`; names are padded on the left to three columns, as r does (` r8=…`). */
function heading(name: string, digits: number): string {
  return `${name.padStart(digits === 16 ? 3 : name.length)}=`;
}

function value(registers: RegisterContext, name: string, digits: number): Part {
  const number = registers.get(name) ?? 0n;
  return pointer(number, number.toString(16).padStart(digits, '0'));
}

function flagText(registers: RegisterContext): string {
  const on = (name: string): boolean => registers.get(name) === 1n;
  const words = FLAG_WORDS.map(([bit, set, clear]) => (on(bit) ? set : clear)).join(' ');
  const virtual = `${on('vip') ? 'vip' : '   '} ${on('vif') ? 'vif' : '   '}`;
  return `iopl=${registers.get('iopl') ?? 0n} ${virtual} ${words}`;
}

/** `cs=0023  ss=002b …  efl=00010246` */
export function segmentText(registers: RegisterContext): string {
  const names = SEGMENTS.map((s) => `${s}=${(registers.get(s) ?? 0n).toString(16).padStart(4, '0')}`).join(
    '  ',
  );
  return `${names}             efl=${(registers.get('efl') ?? 0n).toString(16).padStart(8, '0')}`;
}

/** The status register of ARM with its flags: `psr=60000000 -ZC-`. */
function statusText(registers: RegisterContext): string {
  const cpsr = registers.get('cpsr') ?? 0n;
  const flags = ['N', 'Z', 'C', 'V']
    .map((letter, i) => ((cpsr >> BigInt(31 - i)) & 1n ? letter : '-'))
    .join('');
  return `psr=${cpsr.toString(16).padStart(8, '0')} ${flags}`;
}
