import { MACHINES, type MachineKind } from '../machine.ts';
import type { RegisterDefinition, RegisterSet } from './model.ts';

/*
 * Offsets from winnt.h: CONTEXT (x86, 0x2cc bytes), CONTEXT (AMD64, 0x4d0), ARM64_NT_CONTEXT (0x390) and the ARM
 * CONTEXT (0x1a0). Checked in the tests against the contexts of real dumps.
 */
type Kind = RegisterDefinition['kind'];

function at(name: string, offset: number, size: number, kind: Kind = 'integer'): RegisterDefinition {
  return { name, offset, size, kind };
}

function run(
  names: readonly string[],
  offset: number,
  size: number,
  kind: Kind = 'integer',
  stride = size,
): RegisterDefinition[] {
  return names.map((name, i) => at(name, offset + i * stride, size, kind));
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

function part(
  name: string,
  of: string,
  shift: number,
  bits: number,
  kind: Kind = 'integer',
): RegisterDefinition {
  return { name, offset: 0, size: Math.ceil(bits / 8), kind, part: { of, shift, bits } };
}

/** Bits of EFLAGS by WinDbg's names (`r zf`). */
function eflagParts(of: string): RegisterDefinition[] {
  const bits: [string, number, number][] = [
    ['cf', 0, 1],
    ['pf', 2, 1],
    ['af', 4, 1],
    ['zf', 6, 1],
    ['sf', 7, 1],
    ['tf', 8, 1],
    ['if', 9, 1],
    ['df', 10, 1],
    ['of', 11, 1],
    ['iopl', 12, 2],
    ['vif', 19, 1],
    ['vip', 20, 1],
  ];
  return bits.map(([name, shift, width]) => part(name, of, shift, width, 'flags'));
}

const x86: RegisterSet = {
  machine: MACHINES.x86,
  contextSize: 0x2cc,
  ip: 'eip',
  sp: 'esp',
  fp: 'ebp',
  definitions: [
    ...run(['gs', 'fs', 'es', 'ds'], 0x8c, 4, 'segment'),
    ...run(['edi', 'esi', 'ebx', 'edx', 'ecx', 'eax', 'ebp', 'eip'], 0x9c, 4),
    at('cs', 0xbc, 4, 'segment'),
    at('efl', 0xc0, 4, 'flags'),
    at('esp', 0xc4, 4),
    at('ss', 0xc8, 4, 'segment'),
    ...run(['dr0', 'dr1', 'dr2', 'dr3', 'dr6', 'dr7'], 0x04, 4, 'debug'),
    ...run(['fpcw', 'fpsw', 'fptw', 'fpip', 'fpipsel', 'fpdp', 'fpdpsel'], 0x1c, 4, 'float'),
    // the opcode shares its word with the selector
    at('fopcode', 0x2e, 2, 'float'),
    ...run(numbered('st', 8), 0x38, 10, 'float'),
    ...run(numbered('mm', 8), 0x38, 8, 'float', 10),
    ...run(numbered('xmm', 8), 0x16c, 16, 'vector'),
    at('mxcsr', 0xe4, 4, 'float'),
    ...['a', 'b', 'c', 'd'].flatMap((r) => [
      part(`${r}x`, `e${r}x`, 0, 16),
      part(`${r}l`, `e${r}x`, 0, 8),
      part(`${r}h`, `e${r}x`, 8, 8),
    ]),
    ...['si', 'di', 'bp', 'sp', 'ip'].map((r) => part(r, `e${r}`, 0, 16)),
    part('fl', 'efl', 0, 16, 'flags'),
    ...eflagParts('efl'),
  ],
};

const X64_INTEGERS = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rsp',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
  'rip',
];

const x64: RegisterSet = {
  machine: MACHINES.x64,
  contextSize: 0x4d0,
  ip: 'rip',
  sp: 'rsp',
  fp: 'rbp',
  definitions: [
    ...run(X64_INTEGERS, 0x78, 8),
    at('efl', 0x44, 4, 'flags'),
    ...run(['cs', 'ds', 'es', 'fs', 'gs', 'ss'], 0x38, 2, 'segment'),
    ...run(['dr0', 'dr1', 'dr2', 'dr3', 'dr6', 'dr7'], 0x48, 8, 'debug'),
    ...run(['fpcw', 'fpsw'], 0x100, 2, 'float'),
    at('fptw', 0x104, 1, 'float'),
    at('fopcode', 0x106, 2, 'float'),
    at('fpip', 0x108, 4, 'float'),
    at('fpipsel', 0x10c, 2, 'float'),
    at('fpdp', 0x110, 4, 'float'),
    at('fpdpsel', 0x114, 2, 'float'),
    ...run(numbered('st', 8), 0x120, 10, 'float', 16),
    ...run(numbered('mm', 8), 0x120, 8, 'float', 16),
    at('mxcsr', 0x34, 4, 'float'),
    ...run(numbered('xmm', 16), 0x1a0, 16, 'vector'),
    ...['a', 'b', 'c', 'd'].flatMap((r) => [
      part(`e${r}x`, `r${r}x`, 0, 32),
      part(`${r}x`, `r${r}x`, 0, 16),
      part(`${r}l`, `r${r}x`, 0, 8),
      part(`${r}h`, `r${r}x`, 8, 8),
    ]),
    ...['si', 'di', 'bp', 'sp'].flatMap((r) => [
      part(`e${r}`, `r${r}`, 0, 32),
      part(r, `r${r}`, 0, 16),
      part(`${r}l`, `r${r}`, 0, 8),
    ]),
    part('eip', 'rip', 0, 32),
    part('ip', 'rip', 0, 16),
    ...numbered('r', 16)
      .slice(8)
      .flatMap((r) => [part(`${r}d`, r, 0, 32), part(`${r}w`, r, 0, 16), part(`${r}b`, r, 0, 8)]),
    part('fl', 'efl', 0, 16, 'flags'),
    ...eflagParts('efl'),
  ],
};

const arm64: RegisterSet = {
  machine: MACHINES.arm64,
  contextSize: 0x390,
  ip: 'pc',
  sp: 'sp',
  fp: 'fp',
  definitions: [
    ...run(numbered('x', 29), 0x08, 8),
    ...run(['fp', 'lr', 'sp', 'pc'], 0xf0, 8),
    at('cpsr', 0x04, 4, 'flags'),
    ...run(numbered('v', 32), 0x110, 16, 'vector'),
    ...run(numbered('d', 32), 0x110, 8, 'float', 16),
    ...run(['fpcr', 'fpsr'], 0x310, 4, 'float'),
    ...run(numbered('bcr', 8), 0x318, 4, 'debug'),
    ...run(numbered('bvr', 8), 0x338, 8, 'debug'),
    ...run(numbered('wcr', 2), 0x378, 4, 'debug'),
    ...run(numbered('wvr', 2), 0x380, 8, 'debug'),
    part('x29', 'fp', 0, 64),
    part('x30', 'lr', 0, 64),
    ...numbered('w', 29).map((w) => part(w, `x${w.slice(1)}`, 0, 32)),
    ...['v', 'c', 'z', 'n'].map((flag, i) => part(`${flag}f`, 'cpsr', 28 + i, 1, 'flags')),
  ],
};

const arm: RegisterSet = {
  machine: MACHINES.arm,
  contextSize: 0x1a0,
  ip: 'pc',
  sp: 'sp',
  fp: 'r11',
  definitions: [
    ...run(numbered('r', 13), 0x04, 4),
    ...run(['sp', 'lr', 'pc'], 0x38, 4),
    at('cpsr', 0x44, 4, 'flags'),
    at('fpscr', 0x48, 4, 'float'),
    ...run(numbered('d', 32), 0x50, 8, 'float'),
    ...['vf', 'cf', 'zf', 'nf'].map((flag, i) => part(flag, 'cpsr', 28 + i, 1, 'flags')),
  ],
};

/** The register set of each architecture. */
export const REGISTER_SETS: Readonly<Record<MachineKind, RegisterSet>> = { x86, x64, arm64, arm };
