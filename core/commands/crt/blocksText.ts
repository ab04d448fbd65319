import { formatFlat, type Output, span } from '../../output/index.ts';
import type { Call } from '../command.ts';
import { type BlockFilter, blockData, blockRows, damageNames, type DebugHeapRows } from './blockRows.ts';
import { runtimeLabel } from './overview.ts';

/** Rows between two looks at the clock. */
const CHUNK = 512;

/** The debug blocks of the process: the model of `!crt -blocks`. */
export interface BlocksModel {
  readonly form: 'blocks';
  readonly heaps: readonly DebugHeapRows[];
}

export async function listBlocks(call: Call, filter: BlockFilter): Promise<BlocksModel> {
  return { form: 'blocks', heaps: await blockRows(call, filter) };
}

/** What `!crt -blocks` prints: a table for each heap. */
export async function printBlocks({ heaps }: BlocksModel, out: Output, { pace }: Call): Promise<void> {
  if (heaps.length === 0) out.line('No debug blocks like these.');
  for (const { blocks, rows } of heaps) {
    const { pointerSize } = blocks.heap.machine;
    const flat = (address: bigint): string => formatFlat(address, pointerSize);
    const bytes = rows.reduce((sum, { block }) => sum + block.size, 0);
    const owners = [...new Set(rows.map((r) => (r.runtime ? runtimeLabel(r.runtime) : 'not known whose')))];
    out.line(
      'Heap ',
      span(flat(blocks.heap.address), 'address'),
      `: ${rows.length} debug blocks, ${bytes} bytes${owners.length > 0 ? `; ${owners.join(', ')}` : ''}`,
    );
    if (blocks.problem !== undefined) out.line('    ', span(blocks.problem, 'warning'));
    if (rows.length === 0) continue;
    const wide = pointerSize * 2;
    out.line(
      span(
        `${'User'.padEnd(wide)}  ${'Size'.padStart(8)}  ${'Request'.padStart(8)}  Type    ${'Header'.padEnd(wide)}  Source`,
        'heading',
      ),
    );
    for (const [i, { block, file, aligned }] of rows.entries()) {
      const source = file === undefined ? '' : `${file}(${block.line})`;
      const user = flat(block.user);
      out.line(
        span(user, 'address', `!crt ${user}`),
        `  ${String(block.size).padStart(8)}  ${String(block.request).padStart(8)}  ${(block.type ?? '?').padEnd(6)}  ${flat(block.header)}  `,
        span(source, 'file'),
        aligned === undefined ? '' : ` aligned at ${flat(aligned)}`,
        block.damage === 0 ? '' : span(` DAMAGED: ${damageNames(block.damage).join(', ')}`, 'error'),
      );
      if (i % CHUNK === 0 && pace.due()) await pace.rest();
    }
  }
}

/** The `data` of `!crt -blocks` (cli.md). */
export function blocksData({ heaps }: BlocksModel) {
  return { blocks: heaps.flatMap(({ rows }) => rows.map(blockData)) };
}
