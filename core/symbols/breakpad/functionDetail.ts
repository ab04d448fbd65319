import type { ByteSource } from '../../bytes/index.ts';
import { Fields, visitLines } from './lines.ts';

/** A run of code that belongs to one line of source. */
export interface LineRecord {
  readonly rva: number;
  readonly size: number;
  readonly line: number;
  readonly file: number;
}

/** A function inlined into another, over some ranges of code. */
export interface InlineRecord {
  /** 0: inlined into the function itself */
  readonly depth: number;
  readonly callLine: number;
  readonly callFile: number;
  readonly origin: number;
  readonly ranges: readonly (readonly [start: number, size: number])[];
}

export interface FunctionDetail {
  /** by rising RVA */
  readonly lines: readonly LineRecord[];
  readonly inlines: readonly InlineRecord[];
}

/** Lines of one function that are kept: more than any compiler makes of one. */
const LINE_LIMIT = 1_000_000;
/** Functions are short: what is read of the file at a time. Bytes. */
const CHUNK = 0x4000;

/** The line and INLINE records behind a FUNC record, which ends at `offset`. */
export function readFunctionDetail(source: ByteSource, offset: number): FunctionDetail {
  const lines: LineRecord[] = [];
  const inlines: InlineRecord[] = [];
  const f = new Fields();
  let first = true;
  visitLines(
    source,
    offset,
    (bytes, start, end) => {
      // the rest of the FUNC record's own line
      if (first) {
        first = false;
        return true;
      }
      f.over(bytes, start, end);
      if (f.word('INLINE')) {
        inlines.push(inlineOf(f));
        return lines.length + inlines.length < LINE_LIMIT;
      }
      const rva = f.hex();
      const size = f.hex();
      const line = f.decimal();
      const file = f.decimal();
      // any other record ends the function
      if (Number.isNaN(rva + size + line + file)) return false;
      lines.push({ rva, size, line, file });
      return lines.length < LINE_LIMIT;
    },
    CHUNK,
  );
  lines.sort((a, b) => a.rva - b.rva);
  return { lines, inlines };
}

function inlineOf(f: Fields): InlineRecord {
  const depth = f.decimal();
  const callLine = f.decimal();
  const callFile = f.decimal();
  const origin = f.decimal();
  const ranges: [number, number][] = [];
  while (!f.atEnd) {
    const start = f.hex();
    const size = f.hex();
    if (Number.isNaN(start + size)) break;
    ranges.push([start, size]);
  }
  return { depth, callLine, callFile, origin, ranges };
}

/** The line record that covers an RVA. */
export function lineCovering(detail: FunctionDetail, rva: number): LineRecord | undefined {
  const { lines } = detail;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.rva ?? 0) <= rva) low = middle + 1;
    else high = middle;
  }
  const line = lines[low - 1];
  return line && rva - line.rva < line.size ? line : undefined;
}

/** The chain of functions inlined at an RVA, outermost first: one for each depth from 0 on. */
export function inlinesCovering(detail: FunctionDetail, rva: number): InlineRecord[] {
  const chain: InlineRecord[] = [];
  const covering = detail.inlines
    .filter((i) => i.ranges.some(([start, size]) => rva >= start && rva - start < size))
    .sort((a, b) => a.depth - b.depth);
  for (const inline of covering) {
    if (inline.depth !== chain.length) break;
    chain.push(inline);
  }
  return chain;
}
