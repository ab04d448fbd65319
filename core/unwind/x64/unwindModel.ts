/** Operations of unwind codes, by number. */
export const UWOP = {
  PUSH_NONVOL: 0,
  ALLOC_LARGE: 1,
  ALLOC_SMALL: 2,
  SET_FPREG: 3,
  SAVE_NONVOL: 4,
  SAVE_NONVOL_FAR: 5,
  /** version 2; in version 1 an old spelling of SAVE_XMM */
  EPILOG: 6,
  SPARE: 7,
  SAVE_XMM128: 8,
  SAVE_XMM128_FAR: 9,
  PUSH_MACHFRAME: 10,
} as const;

/** A RUNTIME_FUNCTION: RVAs of the first byte, the byte after the last, and the unwind information. */
export interface RuntimeFunction {
  readonly begin: number;
  readonly end: number;
  readonly unwind: number;
}

/** One operation. `value` is a size to release, an offset from the frame's base, or what else the operation has. */
export interface UnwindCode {
  /** index of its first slot; in version 3 its offset in the pool */
  readonly slot: number;
  /**
   * Where the instruction has been carried out, from the start of the function (in an epilog: of the epilog): its end,
   * in version 3 the byte behind its first.
   */
  readonly prologOffset: number;
  readonly op: number;
  readonly info: number;
  readonly value: number;
}

export interface UnwindInfo {
  readonly version: number;
  /** bytes of the record, with its handler or chained record */
  readonly size: number;
  /** slots of its codes */
  readonly slots: number;
  readonly prologSize: number;
  /** 0: none */
  readonly frameRegister: number;
  /** bytes */
  readonly frameOffset: number;
  /** in the order of the array: the prolog's last instruction first; version 2 EPILOG codes are not among them */
  readonly codes: readonly UnwindCode[];
  /** RVAs at which epilogs begin, from a version 2 record; empty otherwise */
  readonly epilogs: readonly EpilogPlace[];
  /** epilogs of a version 3 record with what they do; absent in older ones */
  readonly wodEpilogs?: readonly WodEpilog[];
  /** UNW_FLAG_EHANDLER, _UHANDLER */
  readonly flags: number;
  /** RVA of the language's handler */
  readonly handler?: number;
  /** what follows the handler: mostly the RVA of its data */
  readonly handlerData?: number;
  readonly chained?: RuntimeFunction;
  /** an operation that is not known, or an array that ends within one: the frame cannot be undone */
  readonly damaged: boolean;
}

/** Where an epilog lies: its start counts back from the end of the function. Bytes. */
export interface EpilogPlace {
  readonly fromEnd: number;
  readonly size: number;
}

/** An epilog that version 3 describes: it need not mirror the prolog. */
export interface WodEpilog {
  /** bytes from the start of the function; negative: from its end */
  readonly start: number;
  /** bytes from there to its last instruction */
  readonly last: number;
  /** it goes on in the parent fragment instead of returning */
  readonly toParent: boolean;
  /** in the order in which they are carried out */
  readonly codes: readonly UnwindCode[];
}

/** Reads a RUNTIME_FUNCTION. */
export function runtimeFunctionAt(view: DataView, offset: number): RuntimeFunction {
  return {
    begin: view.getUint32(offset, true),
    end: view.getUint32(offset + 4, true),
    unwind: view.getUint32(offset + 8, true),
  };
}
