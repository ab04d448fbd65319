import { csv } from '../picture/csv.ts';
import { type BlockFacts, blockRow } from './describeBlock.ts';

/** Rows of an exported table: what a spreadsheet takes. */
const MAX_ROWS = 1_048_575;

const HEADER = [
  'address',
  'entry',
  'state',
  'damaged',
  'size',
  'user size',
  'part',
  'owner',
  'CRT type',
  'class',
];

/** The table behind the map as CSV: `blocks` in their order, undefined for all by address. */
export function blocksCsv(facts: BlockFacts, blocks: Uint32Array | undefined): string {
  return csv(HEADER, rowsOf(facts, blocks));
}

function* rowsOf(
  facts: BlockFacts,
  blocks: Uint32Array | undefined,
): Generator<readonly (string | number | undefined)[]> {
  const count = Math.min(MAX_ROWS, blocks?.length ?? facts.map.count);
  for (let k = 0; k < count; k++) {
    const r = blockRow(facts, blocks ? (blocks[k] ?? 0) : k);
    yield [
      `0x${r.address.toString(16)}`,
      `0x${r.entry.toString(16)}`,
      r.state,
      r.damaged ? 'yes' : 'no',
      r.size,
      r.userSize,
      r.part,
      r.owner,
      r.type,
      r.className,
    ];
  }
}
