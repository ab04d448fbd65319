/*
 * The tutorial's process: an executable and a DLL that both allocate, built with Visual Studio 2008 as debug builds,
 * once sharing MSVCR90D.dll (/MDd) and once each with a C runtime of its own (/MTd). It stands at the entry of
 * RtlAllocateHeap. The addresses of code and stack are those of the tutorial's listings; what they leave open (bases,
 * tables, heaps) is made to fit them.
 */
export const EXE = 0x01070000;
export const MSVCR90D = 0x50bf0000;
export const DLL_MT = 0x50ad0000;
export const DLL_MD = 0x53d30000;
export const KERNEL32 = 0x75890000;
export const NTDLL = 0x77190000;
export const PEB = 0x7ffd4000;
export const TEB = 0x7ffdf000;
export const STACK = { base: 0x00380000, limit: 0x0037c000, reserved: 0x00360000 };
/** the array PEB.ProcessHeaps points to lies at 0x77294760, in ntdll's data */
export const LDR = 0x77294660;
export const PROCESS_HEAP = 0x00240000;
export const CRT_HEAP = 0x00340000;
export const DLL_CRT_HEAP = 0x00440000;

/** A call within a function: where it returns to, and what it calls: an address, or the slot of an import. */
export interface CodeCall {
  readonly returnTo: number;
  readonly target?: number;
  readonly slot?: number;
}

export interface CodeFunction {
  readonly module: 'exe' | 'dll' | 'crt' | 'kernel32' | 'ntdll';
  readonly name: string;
  readonly start: number;
  readonly calls: readonly CodeCall[];
  readonly file?: string;
  /** from this address on, this line */
  readonly lines?: readonly (readonly [from: number, line: number])[];
}

const CRT_SOURCE = 'f:\\dd\\vctools\\crt_bld\\self_x86\\crt\\src\\';
const DESKTOP = 'c:\\users\\administrator\\desktop\\runtimetest\\';
export const source = (name: string): string => CRT_SOURCE + name;
export const project = (name: string): string => DESKTOP + name;
