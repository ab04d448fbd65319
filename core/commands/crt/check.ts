import { hexAddress } from '../../bytes/index.ts';
import { Damage, type DebugBlock, GAP_BYTES, GAP_FILL } from '../../crt/index.ts';
import type { HeapFinding } from '../../heap/index.ts';
import { formatFlat, type Output, span } from '../../output/index.ts';
import { type Address, type Memory, readUpTo } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { type BlockFilter, blockData, type BlockRow, blockRows } from './blockRows.ts';
import { runtimeLabel } from './overview.ts';

/** Bytes behind a block's data that are shown: an overrun's first. */
const SHOWN = 16;

/** One thing that is wrong with a debug block. */
interface Fault {
  /** as the runtime words it where it has words for it */
  readonly text: string;
  readonly address: Address;
  /** what stands there */
  readonly bytes?: Uint8Array;
}

interface DamagedRow extends BlockRow {
  readonly faults: readonly Fault[];
}

/** All damage in the heaps of debug runtimes. */
export interface CheckModel {
  readonly form: 'check';
  readonly heaps: readonly {
    readonly heap: Address;
    readonly checked: number;
    readonly damaged: readonly DamagedRow[];
    /** what the heap's own structures show */
    readonly findings: readonly HeapFinding[];
    readonly problem?: string;
  }[];
  readonly width: 4 | 8;
}

/** Checks what `_CrtCheckMemory` checks, links and types besides, and adds what is wrong with the heaps themselves. */
export async function checkBlocks(call: Call, filter: BlockFilter): Promise<CheckModel> {
  const { memory } = call.session.target;
  const found = await blockRows(call, filter);
  const heaps = found.map(({ blocks, rows }) => ({
    heap: blocks.heap.address,
    checked: rows.length,
    damaged: rows
      .filter(({ block }) => block.damage !== 0)
      .map((row) => ({ ...row, faults: faultsOf(memory, row.block) })),
    findings: blocks.snapshot?.findings ?? [],
    problem: blocks.problem,
  }));
  return { form: 'check', heaps, width: found[0]?.blocks.heap.machine.pointerSize ?? 4 };
}

function faultsOf(memory: Memory, block: DebugBlock): Fault[] {
  const faults: Fault[] = [];
  const { damage, user, size, header } = block;
  const end = user + BigInt(size);
  if (damage & Damage.before) {
    const at = user - BigInt(GAP_BYTES);
    faults.push({
      text: 'memory was written to before the start of the buffer',
      address: at,
      bytes: readUpTo(memory, at, GAP_BYTES),
    });
  }
  if (damage & Damage.after) {
    faults.push({
      text: 'memory was written to after the end of the buffer',
      address: end,
      bytes: readUpTo(memory, end, SHOWN),
    });
  }
  if (damage & Damage.header) faults.push({ text: 'size or type in the header cannot be', address: header });
  if (damage & Damage.links) {
    faults.push({ text: "the header's links do not lead to blocks that point back", address: header });
  }
  if (damage & Damage.freed) {
    faults.push({ text: 'the memory was written to after it was freed', address: user });
  }
  return faults;
}

/** What `!crt -check` prints: the words of the debug runtime's own reports. */
export function printCheck({ heaps, width }: CheckModel, out: Output): void {
  const flat = (address: Address): string => formatFlat(address, width);
  for (const { heap, checked, damaged, findings, problem } of heaps) {
    const runtime = damaged[0]?.runtime;
    out.line('Heap ', span(flat(heap), 'address'), `: ${checked} debug blocks, ${damaged.length} damaged`);
    if (problem !== undefined) out.line('    ', span(problem, 'warning'));
    for (const { block, file, faults } of damaged) {
      const where = file === undefined ? '' : `, allocated at ${file}(${block.line})`;
      out.line(
        span('HEAP CORRUPTION DETECTED', 'error'),
        `: ${block.type ?? 'damaged'} block (#${block.request}) at `,
        span(flat(block.user), 'address', `!crt ${flat(block.user)}`),
        `, ${block.size} bytes${where}`,
      );
      for (const { text, address, bytes } of faults) {
        out.line(`    ${text}: ${flat(address)}${bytes ? `  ${bytesText(bytes)}` : ''}`);
      }
    }
    if (runtime) out.line(`    of ${runtimeLabel(runtime)}`);
    if (findings.length > 0) {
      out.line(`    The heap's own structures are damaged in ${findings.length} places:`);
      for (const { address, problem: what } of findings.slice(0, 10))
        out.line(`    ${flat(address)}  ${what}`);
    }
  }
}

/** Bytes, with those that are as they should be in dots: `fd fd` is what belongs there. */
function bytesText(bytes: Uint8Array): string {
  const values = Array.from(bytes.subarray(0, GAP_BYTES), (b) => b.toString(16).padStart(2, '0')).join(' ');
  const should = Array<string>(GAP_BYTES).fill(GAP_FILL.toString(16)).join(' ');
  return `${values}, not ${should}`;
}

/** The `data` of `!crt -check`. */
export function checkData({ heaps }: CheckModel) {
  return {
    heaps: heaps.map(({ heap, checked, damaged, findings, problem }) => ({
      heap: hexAddress(heap),
      checked,
      damaged: damaged.map((row) => ({
        ...blockData(row),
        faults: row.faults.map(({ text, address, bytes }) => ({
          text,
          address: hexAddress(address),
          bytes: bytes && Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(' '),
        })),
      })),
      findings: findings.map((f) => ({ address: hexAddress(f.address), problem: f.problem })),
      problem,
    })),
  };
}
