/**
 * CodeView's register numbers by machine, as the debugger names the registers. Numbers: CV_HREG_e in cvconst.h, as
 * LLVM's CodeViewRegisters.def lists them.
 */
const X86 = 0x14c;
const X64 = 0x8664;
const ARM64 = 0xaa64;

/** Not a register: the frame's base as the frame data computes it. */
export const VFRAME = 30006;

function numbered(first: number, names: readonly string[]): [number, string][] {
  return names.map((name, i) => [first + i, name]);
}

/** `prefix0suffix` to `prefix<count - 1>suffix`. */
function series(first: number, count: number, prefix: string, suffix = '', from = 0): [number, string][] {
  return Array.from({ length: count }, (_, i) => [first + i, `${prefix}${from + i}${suffix}`]);
}

/** 8, 16 and 32 bits, segments, flags, the x87 and the first SSE registers have the same numbers on x86 and x64. */
const COMMON: [number, string][] = [
  ...numbered(1, ['al', 'cl', 'dl', 'bl', 'ah', 'ch', 'dh', 'bh']),
  ...numbered(9, ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di']),
  ...numbered(17, ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi']),
  ...numbered(25, ['es', 'cs', 'ss', 'ds', 'fs', 'gs']),
  ...series(128, 8, 'st'),
  ...series(146, 8, 'mm'),
  ...series(154, 8, 'xmm'),
];

const TABLES: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [X86, new Map([...COMMON, ...numbered(31, ['ip', 'fl', 'eip', 'efl'])])],
  [
    X64,
    new Map([
      ...COMMON,
      ...numbered(33, ['rip', 'efl']),
      ...series(252, 8, 'xmm', '', 8),
      ...numbered(324, ['sil', 'dil', 'bpl', 'spl']),
      ...numbered(328, ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp']),
      ...series(336, 8, 'r', '', 8),
      ...series(344, 8, 'r', 'b', 8),
      ...series(352, 8, 'r', 'w', 8),
      ...series(360, 8, 'r', 'd', 8),
      ...series(368, 16, 'ymm'),
      ...series(694, 16, 'xmm', '', 16),
      ...series(710, 16, 'ymm', '', 16),
      ...series(726, 32, 'zmm'),
    ]),
  ],
  [
    ARM64,
    new Map([
      ...series(10, 31, 'w'),
      ...numbered(41, ['wzr']),
      ...series(50, 29, 'x'),
      ...numbered(79, ['fp', 'lr', 'sp', 'xzr']),
      ...series(100, 32, 's'),
      ...series(140, 32, 'd'),
      ...series(180, 32, 'q'),
      ...series(230, 32, 'b'),
      ...series(270, 32, 'h'),
    ]),
  ],
]);

/** A register's name; a number that is not known for the machine as `reg123`. */
export function registerName(machine: number, register: number): string {
  return TABLES.get(machine)?.get(register) ?? `reg${register}`;
}

/**
 * The register that locals or parameters of a procedure count from, by the two bits in its S_FRAMEPROC (cvinfo.h,
 * ExpandEncodedBasePointerReg). Undefined where the procedure has none.
 */
export function framePointer(machine: number, encoded: number): number | undefined {
  switch (machine) {
    case X86:
      return [undefined, VFRAME, 22, 20][encoded];
    case X64:
      return [undefined, 335, 334, 341][encoded];
    case ARM64:
      return [undefined, 81, 79, undefined][encoded];
    default:
      return undefined;
  }
}
