import { formatAddress, pointer, span, type Part } from '../../output/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { integerAt, readBlock } from './block.ts';
import { shownRange, type ShownRange } from './shownRange.ts';

/** Bytes shown by the commands that follow pointers when no length is given (dds, dda… in the documentation). */
const DEFAULT_BYTES = 128;
/** Rows are computed before they are printed, since their symbols may have to be fetched: more than any stack has. */
export const MAX_CELLS = 0x100000;
const CHUNK_CELLS = 0x1000;

/** A pointer in memory: where it lies, and its value, null where it is not in the dump. */
export interface PointerCell {
  readonly address: Address;
  readonly value: Address | null;
}

/** The pointer size that the second letter chooses: `dd*` 4, `dq*` 8, `dp*` the machine's. */
export function sizeOf(name: string, call: Call): 4 | 8 {
  if (name.startsWith('dd')) return 4;
  return name.startsWith('dq') ? 8 : call.session.machine.pointerSize;
}

/** The range of a command that follows pointers, and its pointers one by one, with rests between. */
export function pointerRange(call: Call, size: 4 | 8): ShownRange {
  return shownRange(call, size, DEFAULT_BYTES / size, { pointers: true });
}

/** The cells of a range; `total` of them at most `MAX_CELLS`. */
export async function* pointerCells(
  call: Call,
  { start, end }: AddressRange,
  size: 4 | 8,
): AsyncGenerator<PointerCell> {
  const total = Math.min(MAX_CELLS, Math.ceil(Number(end - start) / size));
  for (let first = 0; first < total; first += CHUNK_CELLS) {
    const count = Math.min(CHUNK_CELLS, total - first);
    const block = readBlock(call.session.target.memory, start + BigInt(first * size), count * size);
    for (let i = 0; i < count; i++) {
      yield { address: block.start + BigInt(i * size), value: integerAt(block, i * size, size) };
      if (call.pace.due()) await call.pace.rest({ done: first + i, total, what: 'pointers' });
    }
  }
}

/** A pointer as the d* commands print it. */
export function pointerText(value: Address | null, size: 4 | 8): string {
  if (value !== null) return formatAddress(value, size);
  return size === 4 ? '????????' : '????????`????????';
}

/** The same as part of a line: a link where it leads somewhere. */
export function pointerPart(value: Address | null, size: 4 | 8): Part {
  const text = pointerText(value, size);
  return value === null ? span(text, 'missing') : pointer(value, text);
}
