import { describe, expect, it } from 'vitest';
import { Pace } from '../../core/commands/index.ts';
import { debugBlocksOf, debugHeaps, explainAddress, type HeapDebugBlocks } from '../../core/crt/index.ts';
import { findDebugBlocks } from '../../core/crt/debug/findDebugBlocks.ts';
import { type Module, readPointer } from '../../core/target/index.ts';
import { hasCorpus } from '../corpus.ts';
import { crtTruth, type LabAllocation, type OpenedCrt, openLab, PRIVATE_CASES } from './labCrt.ts';

const names = (modules: readonly { name: string }[]): string[] => modules.map((m) => m.name);

describe.skipIf(!hasCorpus)('C runtimes of the lab, held against what the processes printed', () => {
  it('has cases of both linkages', () => {
    const kinds = PRIVATE_CASES.map((name) => `${name.slice(0, 3)} ${crtTruth(name).crt}`);
    expect(new Set(kinds)).toEqual(new Set(['x86 static', 'x64 static', 'x86 dll', 'x64 dll']));
  });

  describe.each(PRIVATE_CASES)('%s', (name) => {
    const truth = crtTruth(name);
    const shared = truth.crt === 'dll';

    let opened: Promise<OpenedCrt> | undefined;
    const withPdb = (): Promise<OpenedCrt> => (opened ??= openLab(name));

    it.each([true, false])('linkage, runtime and heap of each module; PDBs at hand: %s', async (withPdbs) => {
      const { map, target } = await (withPdbs ? withPdb() : openLab(name, 'privrw', false));
      for (const [module, role] of [
        ['RuntimeTest', 'crt_exe'],
        ['RuntimeDll', 'crt_dll'],
      ] as const) {
        const found = target.modules.byName(module);
        const row = found && map.of(found);
        expect(row?.linkage).toBe(shared ? 'dynamic' : 'static');
        expect(row?.debug).toBe(true);
        expect(row?.runtime?.handle?.value).toBe(BigInt(truth.heaps[role] ?? 0));
        expect(row?.runtime?.handle?.isHeap).toBe(true);
        expect(row?.runtime?.handle?.isProcessHeap).toBe(false);
        expect(names(row?.runtime?.users ?? [])).toEqual(
          shared ? ['MSVCR90D', 'RuntimeTest', 'RuntimeDll'] : [module],
        );
        const variable = truth.crtheap_vars?.[`${module}!_crtheap`];
        if (variable !== undefined) expect(row?.runtime?.handle?.variable).toBe(BigInt(variable));
        expect(row?.evidence[0]?.kind).toBe(shared ? 'imports' : withPdbs ? 'symbol' : 'code');
      }
      for (const module of ['ntdll', 'kernel32', 'kernelbase']) {
        const found = target.modules.byName(module);
        expect(found && map.of(found)?.linkage, module).toBe('none');
      }
      expect(map.runtimes.length).toBe(shared ? 1 : 2);
    });

    it('every allocation: its heap, header, owner, and who may free it', async () => {
      const { context, map } = await withPdb();
      const pace = new Pace();
      const live = truth.allocations.filter((a) => !a.freed);
      expect(live.length).toBeGreaterThan(500);
      const got: unknown[] = [];
      const want: unknown[] = [];
      for (const a of live) {
        const answer = await explainAddress(context, map, BigInt(a.addr), pace);
        const { block, file } = answer.header ?? {};
        const other = a.module === 'RuntimeTest' ? 'RuntimeDll' : 'RuntimeTest';
        const isCrt = a.crt_header !== undefined;
        got.push({
          addr: a.addr,
          heap: answer.heap?.address,
          place: answer.place?.kind,
          size: answer.size,
          header: block?.header,
          request: block?.request,
          use: block && block.use & 0xffff,
          file: (file ?? '').split(/[\\/]/).at(-1),
          line: file === undefined ? 0 : block?.line,
          damaged: block && block.damage !== 0,
          hasRuntime: answer.runtime !== undefined,
          own: [answer.allocatedBy, answer.mayFree].map((list) => names(list).includes(a.module)),
          otherMay: names(answer.mayFree).includes(other),
          otherMustNot: names(answer.mustNotFree).includes(other),
          // a file's name is a constant of the module whose code asked
          asker: a.file ? names(answer.allocatedBy) : undefined,
        });
        want.push({
          addr: a.addr,
          heap: BigInt(a.heap),
          place: 'start',
          size: a.size,
          header: isCrt ? BigInt(a.crt_header ?? 0) : undefined,
          request: a.request,
          use: a.use,
          file: a.file ?? '',
          line: a.line ?? 0,
          damaged: isCrt ? a.corrupt !== undefined : undefined,
          hasRuntime: isCrt,
          own: [isCrt, isCrt],
          otherMay: isCrt && shared,
          otherMustNot: isCrt ? !shared : BigInt(a.heap) !== BigInt(truth.heaps.process ?? 0),
          asker: a.file ? [a.module] : undefined,
        });
      }
      expect(got).toEqual(want);
    });

    it('debug blocks: every live one, and damage where the process did some', async () => {
      const requests = new Map<bigint, number>();
      const damaged: bigint[] = [];
      for (const { blocks } of await debugBlocks(await withPdb())) {
        for (let i = 0; i < blocks.length; i++) {
          const block = blocks.at(i);
          if (!block) continue;
          requests.set(block.header, block.request);
          if (block.damage !== 0) damaged.push(block.header);
        }
      }
      const all = truth.allocations.filter((a) => a.crt_header !== undefined);
      const isThere = (a: LabAllocation): boolean => requests.get(BigInt(a.crt_header ?? 0)) === a.request;
      expect(all.filter((a) => !a.freed && !isThere(a))).toEqual([]);
      // what was freed is no debug block any more, whatever lies there now
      expect(all.filter((a) => a.freed && isThere(a))).toEqual([]);
      const corrupt = all.filter((a) => a.corrupt !== undefined).map((a) => BigInt(a.crt_header ?? 0));
      expect(damaged.toSorted()).toEqual(corrupt.toSorted());
      if (name.includes('heapcorrupt')) expect(corrupt).toHaveLength(5);
    });

    it('debug blocks: the same along the list alone, from the variable that heads it', async () => {
      const crt = await withPdb();
      const heaps = await debugBlocks(crt);
      expect(heaps.length).toBe(shared ? 1 : 2);
      for (const heap of heaps) {
        const owner = heap.ownerOf(0);
        expect(owner && crt.map.usersOfHeap(heap.heap.address)).toEqual([owner]);
        if (!owner) continue;
        const first = firstBlock(crt, owner.module, heap.heap.machine.pointerSize);
        if (truth.crt_first_block) expect(first).toBe(BigInt(truth.crt_first_block));
        const alone = await findDebugBlocks({
          memory: crt.target.memory,
          pointerSize: heap.heap.machine.pointerSize,
          heap: heap.heap.address,
          snapshot: undefined,
          seeds: [Number(first)],
          pace: new Pace(),
        });
        for (const column of ['header', 'size', 'request', 'damage'] as const) {
          expect([...alone.columns[column]], column).toEqual([...heap.blocks.columns[column]]);
        }
        // all hang on one list, whose head is the first block
        const heads = new Set(Array.from({ length: alone.length }, (_, i) => alone.listHead(i)));
        expect([...heads]).toEqual([Number(first)]);
      }
    });
  });
});

async function debugBlocks({ context, map }: OpenedCrt): Promise<HeapDebugBlocks[]> {
  const found: HeapDebugBlocks[] = [];
  for (const i of debugHeaps(context, map)) {
    const blocks = await debugBlocksOf(context, map, i, new Pace());
    if (blocks) found.push(blocks);
  }
  return found;
}

/** What the PDB's `_pFirstBlock` holds. */
function firstBlock({ symbols, target }: OpenedCrt, module: Module, pointerSize: 4 | 8): bigint {
  const variable = symbols.of(module)?.find('_pFirstBlock').at(0);
  if (!variable) throw new Error(`${module.name} has no _pFirstBlock`);
  return readPointer(target.memory, module.base + BigInt(variable.rva), pointerSize);
}
