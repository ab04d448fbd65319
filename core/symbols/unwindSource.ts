/**
 * What a symbol file knows about the stack, as the unwinders ask for it.
 *
 * Every RVA that goes in or comes out is relative to the module's base in the image that was loaded ("image space").
 * A source whose records lie elsewhere (a PDB with OMAP streams: FPO and frame data count in the original image)
 * translates inside. Callers ask with the address they look names up by: one below a return address.
 * Sizes are in bytes unless a field says otherwise. All text is as hostile as the file it comes from.
 */

/** A FRAMEDATA record (cvinfo.h): a program that computes the caller's registers. x86 only. */
export interface FrameData {
  /** RVA of the first byte that it covers; the distance to the RVA asked for is exact even where OMAP moved code */
  readonly start: number;
  /** bytes of code that it covers */
  readonly length: number;
  readonly locals: number;
  readonly parameters: number;
  readonly savedRegisters: number;
  /** bytes of prolog left from `start` on */
  readonly prolog: number;
  /** the most that the function pushes */
  readonly maxStack: number;
  /** postfix, `$T0 .raSearch = $eip $T0 ^ = …`; empty where the record has none */
  readonly program: string;
  readonly seh: boolean;
  readonly eh: boolean;
  readonly functionStart: boolean;
}

/** An FPO_DATA record (winnt.h). x86 only. */
export interface FpoData {
  /** RVA of the function, as in `FrameData` */
  readonly start: number;
  readonly length: number;
  /** bytes (the record counts dwords) */
  readonly locals: number;
  /** bytes (the record counts dwords) */
  readonly parameters: number;
  readonly prolog: number;
  /** registers that the prolog pushes */
  readonly savedRegisterCount: number;
  readonly seh: boolean;
  /** ebp is saved and used as a general register */
  readonly usesBp: boolean;
  readonly frame: 'fpo' | 'trap' | 'tss' | 'nonfpo';
}

/** A Breakpad `STACK WIN` record: what a PDB had, written as text. x86 only. */
export interface StackWin {
  /** 4: frame data with a program; 0: FPO; others are kept by number and not walked */
  readonly type: number;
  readonly start: number;
  readonly length: number;
  readonly prolog: number;
  readonly epilog: number;
  readonly parameters: number;
  readonly savedRegisters: number;
  readonly locals: number;
  readonly maxStack: number;
  /** present in records of type 4 */
  readonly program?: string;
  /** the last field of records without a program */
  readonly allocatesBasePointer: boolean;
}

/**
 * Breakpad `STACK CFI` rules in force at an address: the `STACK CFI INIT` line's, then each later line's up to the
 * address, in order. Each is as written: `.cfa: $esp 4 + .ra: .cfa 4 - ^`.
 */
export interface StackCfi {
  readonly start: number;
  readonly length: number;
  readonly rules: readonly string[];
}

/**
 * The image's exception directory and unwind data as a PDB keeps them (its Pdata and Xdata streams), for images
 * whose pages are nowhere else. x64, ARM64 and ARM.
 */
export interface FunctionTables {
  /** RUNTIME_FUNCTION records, sorted, RVAs in image space */
  readonly pdata: Uint8Array;
  /** RVA of the first byte of `xdata` */
  readonly xdataRva: number;
  readonly xdata: Uint8Array;
}

/** A function inlined at an address. */
export interface InlineFrame {
  readonly name: string;
  /** RVA that `name+0x12` counts from: the first instruction of the inlined code */
  readonly start: number;
  /** where in the inlined function the address is */
  readonly source?: { readonly file: string; readonly line: number };
}

/** The unwind data of one module's symbols; what a source does not have it leaves out. */
export interface UnwindSource {
  /** The innermost FRAMEDATA record that covers an RVA. */
  frameData?(rva: number): FrameData | undefined;
  fpo?(rva: number): FpoData | undefined;
  stackWin?(rva: number): StackWin | undefined;
  stackCfi?(rva: number): StackCfi | undefined;
  /** read when first asked for */
  functionTables?(): FunctionTables | undefined;
  /** Functions inlined at an RVA, innermost first; the function that holds them all is not among them. */
  inlineFrames?(rva: number): readonly InlineFrame[];
  /**
   * Bytes that the function at an RVA keeps on its stack at least, below its return address: locals and saved
   * registers (S_FRAMEPROC). What it calls with may lie below them. Where no image has unwind data, that tells stale
   * return addresses from the real one.
   */
  frameBytes?(rva: number): number | undefined;
  /** Bytes of stack parameters of the function at an RVA, where the source says (x86). */
  parameterBytes?(rva: number): number | undefined;
}
