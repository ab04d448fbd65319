import { readUpTo } from '../../target/index.ts';
import type { Output } from '../../output/index.ts';
import type { RuntimeCopy } from '../../crt/index.ts';
import type { Call } from '../command.ts';
import { type BlockFilter, blockData, type BlockRow, blockRows } from './blockRows.ts';
import { runtimeLabel } from './overview.ts';

/** Bytes of a block that `_CrtDumpMemoryLeaks` shows. */
const SHOWN = 16;

interface Leak extends BlockRow {
  /** the first bytes of its data */
  readonly bytes: Uint8Array;
}

/** What one runtime would print if it ended now. */
export interface LeaksModel {
  readonly form: 'leaks';
  readonly lists: readonly { readonly runtime: RuntimeCopy | undefined; readonly leaks: readonly Leak[] }[];
  readonly pointerSize: 4 | 8;
}

/** The blocks that `_CrtDumpMemoryLeaks` would print, of each debug runtime, the newest first. */
export async function findLeaks(call: Call, filter: BlockFilter): Promise<LeaksModel> {
  const { memory } = call.session.target;
  const heaps = await blockRows(call, filter);
  const lists = new Map<RuntimeCopy | undefined, Leak[]>();
  for (const { rows } of heaps) {
    for (const row of rows) {
      if (!isLeak(row)) continue;
      const list = lists.get(row.runtime) ?? [];
      list.push({ ...row, bytes: readUpTo(memory, row.block.user, Math.min(SHOWN, row.block.size)) });
      lists.set(row.runtime, list);
    }
  }
  // the list of a runtime begins with its newest block
  for (const list of lists.values()) list.sort((a, b) => b.block.request - a.block.request);
  const pointerSize = heaps[0]?.blocks.heap.machine.pointerSize ?? 4;
  return { form: 'leaks', lists: [...lists].map(([runtime, leaks]) => ({ runtime, leaks })), pointerSize };
}

/** Runtime, ignored and freed blocks are passed over, as `_CRTDBG_CHECK_CRT_DF` is off unless a program sets it. */
function isLeak({ block }: BlockRow): boolean {
  return block.type === 'normal' || block.type === 'client';
}

/** Prints in the form of `_CrtDumpMemoryLeaks` (its format strings in the runtime's sources). */
export function printLeaks({ lists, pointerSize }: LeaksModel, out: Output): void {
  if (lists.length === 0) {
    out.line('No blocks of debug runtimes are allocated.');
    return;
  }
  for (const { runtime, leaks } of lists) {
    out.line(`What ${runtime ? runtimeLabel(runtime) : 'a debug runtime'} has allocated and not freed, as`);
    out.line('_CrtDumpMemoryLeaks would print it at the time of the dump:');
    out.line('Detected memory leaks!');
    out.line('Dumping objects ->');
    for (const leak of leaks) {
      out.line(headLine(leak, pointerSize));
      out.line(dataLine(leak));
    }
    out.line('Object dump complete.');
  }
}

function headLine({ block, file }: Leak, pointerSize: 4 | 8): string {
  const place =
    block.file === 0n
      ? ''
      : file === undefined
        ? `#File Error#(${block.line}) : `
        : `${file}(${block.line}) : `;
  const address = block.user
    .toString(16)
    .toUpperCase()
    .padStart(pointerSize * 2, '0');
  const kind = block.type === 'client' ? 'client' : 'normal';
  const subtype = block.type === 'client' ? `, subtype ${block.subtype.toString(16)}` : '';
  return `${place}{${block.request}} ${kind} block at 0x${address}${subtype}, ${block.size} bytes long.`;
}

function dataLine({ bytes }: Leak): string {
  let text = '';
  let values = '';
  for (const byte of bytes) {
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' ';
    values += `${byte.toString(16).toUpperCase().padStart(2, '0')} `;
  }
  return ` Data: <${text}> ${values}`;
}

/** The `data` of `!crt -leaks`: for each runtime its blocks as `-blocks` has them, with their first bytes. */
export function leaksData({ lists }: LeaksModel) {
  return {
    runtimes: lists.map(({ runtime, leaks }) => ({
      runtime: runtime && runtimeLabel(runtime),
      blocks: leaks.map((leak) => ({
        ...blockData(leak),
        data: Array.from(leak.bytes, (b) => b.toString(16).padStart(2, '0')).join(' '),
      })),
      bytes: leaks.reduce((sum, { block }) => sum + block.size, 0),
    })),
  };
}
