import { hexAddress } from '../../bytes/index.ts';
import {
  alignedPointer,
  Damage,
  type DebugBlock,
  debugBlocksOf,
  debugHeaps,
  FileNames,
  type HeapDebugBlocks,
  type RuntimeCopy,
} from '../../crt/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { crtContextOf, crtMapOf } from './crtSession.ts';
import { runtimeLabel } from './overview.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 1024;
/** In lists aligned memory is looked for with alignments up to 64: enough for vectors and cache lines. */
const ALIGNED_WITHIN = 0x60;

/** A debug block with what belongs to it read. */
export interface BlockRow {
  readonly heap: Address;
  readonly block: DebugBlock;
  readonly file?: string;
  readonly runtime?: RuntimeCopy;
  /** where `_aligned_malloc` put the memory in it */
  readonly aligned?: Address;
}

/** Which debug blocks are wanted. */
export interface BlockFilter {
  /** name of a module: blocks of its runtime, and those whose file name is its constant */
  readonly module?: string;
  readonly type?: string;
  readonly size?: { readonly from: number; readonly to: number };
  /** part of the file's name, case ignored */
  readonly file?: string;
}

/** Debug blocks of the process, by heap. */
export interface DebugHeapRows {
  readonly blocks: HeapDebugBlocks;
  readonly rows: readonly BlockRow[];
}

/** The debug blocks of all runtimes that pass a filter. Throws `NotAvailable` where there is no place to look. */
export async function blockRows(call: Call, filter: BlockFilter): Promise<DebugHeapRows[]> {
  const { session, pace } = call;
  const context = crtContextOf(session);
  const map = await crtMapOf(session, pace);
  const module = filter.module === undefined ? undefined : moduleNamed(call, filter.module);
  const wanted = module && map.of(module);
  if (wanted && !wanted.runtime) {
    throw new NotAvailable(`${wanted.module.name} has no C runtime that is known`);
  }
  const names = new FileNames(context);
  const result: DebugHeapRows[] = [];
  const heaps = debugHeaps(context, map);
  if (heaps.length === 0) throw new NotAvailable(whyNoHeaps(map.runtimes));
  for (const i of heaps) {
    const blocks = await debugBlocksOf(context, map, i, pace);
    if (!blocks) continue;
    const rows: BlockRow[] = [];
    for (let k = 0; k < blocks.blocks.length; k++) {
      if (k % CHUNK === 0 && pace.due())
        await pace.rest({ done: k, total: blocks.blocks.length, what: 'debug blocks' });
      const block = blocks.blocks.at(k);
      if (!block) continue;
      const runtime = blocks.ownerOf(k);
      if (wanted && runtime !== wanted.runtime) continue;
      // of a shared runtime only what this module asked for, where blocks say so
      const asker = names.moduleOf(block);
      const isOthers = asker !== undefined && asker !== module && wanted?.runtime?.module !== module;
      if (module && isOthers) continue;
      const file = names.of(block);
      if (!passes(block, file, filter)) continue;
      const aligned = alignedPointer(context.target.memory, block, ALIGNED_WITHIN);
      rows.push({ heap: blocks.heap.address, block, file, runtime, aligned });
    }
    // of one module's blocks, heaps of others are no part
    if (rows.length > 0 || !wanted) result.push({ blocks, rows });
  }
  return result;
}

function whyNoHeaps(runtimes: readonly RuntimeCopy[]): string {
  const debug = runtimes.filter((r) => r.debug !== false);
  if (debug.length === 0) {
    return 'No debug C runtime is known in this process: release runtimes put no headers in front of blocks';
  }
  const names = debug.map((r) => r.name).join(', ');
  return `The dump does not show the heap of ${names}: debug blocks are found in full dumps, or with the data of images and heaps`;
}

function moduleNamed({ session }: Call, name: string): ReturnType<typeof session.target.modules.byName> {
  const module = session.target.modules.byName(name);
  if (!module) throw new UsageError(`no module is called ${name}`);
  return module;
}

function passes(
  block: DebugBlock,
  file: string | undefined,
  { type, size, file: part }: BlockFilter,
): boolean {
  if (type !== undefined && (block.type ?? 'damaged') !== type) return false;
  if (size && (block.size < size.from || block.size > size.to)) return false;
  return part === undefined || (file?.toLowerCase().includes(part.toLowerCase()) ?? false);
}

/** A debug block as JSON (cli.md). */
export function blockData({ heap, block, file, runtime, aligned }: BlockRow) {
  return {
    user: hexAddress(block.user),
    size: block.size,
    header: hexAddress(block.header),
    use: block.use & 0xffff,
    type: block.type,
    subtype: block.subtype === 0 ? undefined : block.subtype,
    request: block.request,
    file,
    line: file === undefined ? undefined : block.line,
    heap: hexAddress(heap),
    runtime: runtime && runtimeLabel(runtime),
    damaged: block.damage !== 0,
    damage: block.damage === 0 ? undefined : damageNames(block.damage),
    aligned: aligned === undefined ? undefined : hexAddress(aligned),
  };
}

const DAMAGE_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [Damage.before, 'before the data'],
  [Damage.after, 'after the data'],
  [Damage.header, 'header'],
  [Damage.links, 'links'],
  [Damage.freed, 'written after free'],
];

/** What is damaged, in words. */
export function damageNames(damage: number): string[] {
  return DAMAGE_NAMES.filter(([bit]) => damage & bit).map(([, name]) => name);
}
