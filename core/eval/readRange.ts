import type { Address, AddressRange } from '../target/index.ts';
import { fault } from './fault.ts';
import { toAddress } from './width.ts';

/** Ranges beyond this are typing errors unless `L?` says otherwise (address-and-address-range-syntax.md). */
const MAX_RANGE = 256n * 1024n * 1024n;

interface RangeReader {
  /** bytes of one object */
  readonly unit: number;
  /** objects where no length is given */
  readonly defaultCount: number;
  readonly pointerSize: 4 | 8;
  /** the expression that begins at an offset */
  read(at: number): { readonly value: bigint; readonly end: number };
  isSymbol(name: string): boolean;
}

const LENGTH = /[lL](\?|-)?/y;
/** a second word that may be a name instead of a length: `u Start LdrLoadDll` */
const NAME = /[lL][A-Za-z_$][\w$]*(?:!|(?=\s|$))/y;
const HEX_LENGTH = /[lL][0-9a-fA-F`]+(?![\w$!])/y;

/** Reads a range from the start of a text; `after` is the offset where the text goes on. */
export function readRange(text: string, reader: RangeReader): AddressRange & { after: number } {
  const { pointerSize } = reader;
  const unit = BigInt(reader.unit);
  const first = reader.read(0);
  const address = toAddress(first.value, pointerSize);
  const at = skipBlanks(text, first.end);

  const length = lengthMark(text, at, reader);
  if (length) {
    const size = reader.read(at + length.text.length);
    const bytes = BigInt.asUintN(64, size.value) * unit;
    if (bytes === 0n || (bytes > MAX_RANGE && length.mark !== '?')) throw fault('Range error in', text, 0);
    const range =
      length.mark === '-'
        ? { start: address - bytes, end: address }
        : { start: address, end: address + bytes };
    if (range.start < 0n) throw fault('Range error in', text, 0);
    return { ...within(range, pointerSize), after: size.end };
  }
  if (startsExpression(text, at)) {
    const last = reader.read(at);
    // the second address is the last byte of the range, not the one behind it
    const end = toAddress(last.value, pointerSize) + 1n;
    if (end <= address || end - address > MAX_RANGE) throw fault('Range error in', text, 0);
    return { ...within({ start: address, end }, pointerSize), after: last.end };
  }
  const end = address + unit * BigInt(reader.defaultCount);
  return { ...within({ start: address, end }, pointerSize), after: first.end };
}

/** `L`, `L?` or `L-` where a length stands; undefined where a name merely begins with that letter. */
function lengthMark(
  text: string,
  at: number,
  reader: RangeReader,
): { text: string; mark: string | undefined } | undefined {
  LENGTH.lastIndex = at;
  const found = LENGTH.exec(text);
  if (!found) return undefined;
  HEX_LENGTH.lastIndex = at;
  NAME.lastIndex = at;
  if (!HEX_LENGTH.test(text)) {
    const name = NAME.exec(text)?.[0];
    if (name !== undefined && (name.endsWith('!') || reader.isSymbol(name))) return undefined;
  }
  return { text: found[0], mark: found[1] };
}

/** Whether an address may begin here: what follows a range (a quoted text, a block) begins otherwise. */
function startsExpression(text: string, at: number): boolean {
  return /[\w$@(`.!?[]/.test(text.charAt(at));
}

/** Cut at the end of the address space. */
function within(range: AddressRange, pointerSize: 4 | 8): AddressRange {
  const limit = range.start >> 32n === 0n && pointerSize === 4 ? 1n << 32n : 1n << 64n;
  const end: Address = range.end < limit ? range.end : limit;
  return { start: range.start, end };
}

function skipBlanks(text: string, at: number): number {
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}
