/**
 * Functions that were inlined into a procedure. Each S_INLINESITE has "binary annotations": a small program of opcodes
 * that walks over code offsets and source lines, as line tables do (cvinfo.h, BinaryAnnotationOpcode). Offsets count
 * from the procedure's start, each from the one before; after a length alone (opcode 4) from its end, after a length
 * with an offset (12) from that offset. Only so do the runs of the corpus' PDBs, Microsoft's and LLVM's, stay in their
 * procedures and in the sites around them. (LLVM 19's symbolizer takes opcode 12 otherwise.)
 */
const OP = {
  invalid: 0,
  codeOffset: 1,
  changeCodeOffsetBase: 2,
  changeCodeOffset: 3,
  changeCodeLength: 4,
  changeFile: 5,
  changeLineOffset: 6,
  changeLineEndDelta: 7,
  changeRangeKind: 8,
  changeColumnStart: 9,
  changeColumnEndDelta: 10,
  changeCodeOffsetAndLineOffset: 11,
  changeCodeLengthAndCodeOffset: 12,
  changeColumnEnd: 13,
} as const;

/** A run of inlined code: offsets in bytes from the procedure's start, and where in the source it comes from. */
export interface InlineRun {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** of the file, for `LineTable.file` */
  readonly file: number;
}

/** Bytes of annotations taken one number at a time; -1 at the end or where a number is malformed. */
class Annotations {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    const { bytes, at } = this;
    const first = bytes[at];
    if (first === undefined) return -1;
    if ((first & 0x80) === 0) {
      this.at = at + 1;
      return first;
    }
    const length = (first & 0xc0) === 0x80 ? 2 : 4;
    if ((first & 0xe0) === 0xe0 || at + length > bytes.length) return -1;
    this.at = at + length;
    const second = bytes[at + 1] ?? 0;
    if (length === 2) return ((first & 0x3f) << 8) | second;
    return ((first & 0x1f) << 24) | (second << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }
}

/** Signed operands have their sign in the lowest bit. */
function signed(value: number): number {
  return value & 1 ? -(value >>> 1) : value >>> 1;
}

/**
 * The runs of code that annotations describe, in their order. `from` is where the inlined function begins in the source.
 * Code in separated chunks of the procedure is left out: its place is not recorded here.
 */
export function inlineRuns(
  annotations: Uint8Array,
  from: { readonly file: number; readonly line: number },
): InlineRun[] {
  const input = new Annotations(annotations);
  const runs: { start: number; end: number; line: number; file: number }[] = [];
  let { file, line } = from;
  let offset = 0;
  let mainChunk = true;
  let open = false;
  const start = (): void => {
    const last = runs.at(-1);
    if (open && last) last.end = offset;
    if (mainChunk) runs.push({ start: offset, end: offset, line, file });
    open = mainChunk;
  };
  const close = (length: number): void => {
    const last = runs.at(-1);
    offset += length;
    if (open && last) last.end = offset;
    open = false;
  };
  for (;;) {
    const op = input.next();
    if (op <= OP.invalid || op > OP.changeColumnEnd) break;
    const operand = input.next();
    if (operand < 0) break;
    switch (op) {
      case OP.codeOffset:
        offset = operand;
        start();
        break;
      case OP.changeCodeOffsetBase:
        mainChunk = operand === 0;
        break;
      case OP.changeCodeOffset:
        offset += operand;
        start();
        break;
      case OP.changeCodeLength:
        close(operand);
        break;
      case OP.changeFile:
        file = operand;
        break;
      case OP.changeLineOffset:
        line += signed(operand);
        break;
      case OP.changeCodeOffsetAndLineOffset:
        offset += operand & 0xf;
        line += signed(operand >>> 4);
        start();
        break;
      case OP.changeCodeLengthAndCodeOffset: {
        const delta = input.next();
        if (delta < 0) return runs;
        offset += delta;
        start();
        const last = runs.at(-1);
        if (open && last) last.end = offset + operand;
        open = false;
        break;
      }
    }
  }
  return runs;
}

/** The run that covers an offset; undefined where none does. */
export function runAt(runs: readonly InlineRun[], offset: number): InlineRun | undefined {
  return runs.find((run) => run.start <= offset && offset < run.end);
}
