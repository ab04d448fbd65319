import type { Address, Memory } from '../../target/index.ts';
import { type Block, isPresent, readBlock } from './block.ts';
import { asciiCharacter, utf16Character } from './characters.ts';

/** 1 for ANSI text, 2 for UTF-16LE */
export type CharacterSize = 1 | 2;

/** A line of text in memory. */
export interface TextRow {
  readonly address: Address;
  /** printable; `?` where a character is not in the dump, a period where it cannot be printed */
  readonly text: string;
}

/** Text in memory as far as it was shown. */
export interface ShownText {
  readonly rows: readonly TextRow[];
  /** behind the last character, the terminating NUL included */
  readonly end: Address;
  readonly terminated: boolean;
  /** none of it is in the dump */
  readonly missing: boolean;
}

interface TextRequest {
  readonly address: Address;
  /** characters at most */
  readonly count: number;
  readonly size: CharacterSize;
  /** characters a row */
  readonly columns: number;
  /** a NUL ends the text; else it is shown as a period */
  readonly stopAtNul: boolean;
}

/** Reads text row by row, up to a NUL or its count. */
export function readText(memory: Memory, request: TextRequest): ShownText {
  const { address, count, size, columns, stopAtNul } = request;
  const rows: TextRow[] = [];
  let missing = true;
  let at = address;
  for (let done = 0; done < count; done += columns) {
    const length = Math.min(columns, count - done);
    const block = readBlock(memory, at, length * size);
    const nul = stopAtNul ? findNul(block, size) : -1;
    const shown = nul < 0 ? length : nul;
    if (shown > 0 || rows.length === 0) rows.push({ address: at, text: characters(block, shown, size) });
    missing &&= !block.present.includes(1);
    at += BigInt(shown * size);
    if (nul >= 0) return { rows, end: at + BigInt(size), terminated: true, missing };
  }
  return { rows, end: at, terminated: false, missing };
}

/** All of the text, as one string; undefined where none of it is in the dump. */
export function plainText({ rows, missing }: ShownText): string | undefined {
  return missing ? undefined : rows.map((row) => row.text).join('');
}

function findNul(block: Block, size: CharacterSize): number {
  for (let i = 0; i * size < block.bytes.length; i++) {
    const value = size === 1 ? block.view.getUint8(i) : block.view.getUint16(i * 2, true);
    if (value === 0 && isPresent(block, i * size, size)) return i;
  }
  return -1;
}

function characters(block: Block, count: number, size: CharacterSize): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    if (!isPresent(block, i * size, size)) text += '?';
    else if (size === 1) text += asciiCharacter(block.view.getUint8(i));
    else text += utf16Character(block.view.getUint16(i * 2, true));
  }
  return text;
}
