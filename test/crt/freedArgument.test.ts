import { describe, expect, it } from 'vitest';
import { FreedArguments } from '../../core/crt/code/freedArgument.ts';
import { heapSlots } from '../../core/crt/heapHandle.ts';
import { ImportSlots } from '../../core/crt/importSlots.ts';
import { freeFunction } from '../../core/crt/misuse/freeFunctions.ts';
import { hasCorpus } from '../corpus.ts';
import { openLab, type OpenedCrt } from './labCrt.ts';

/** What free their argument besides the runtime's own: an export made for that, and deleting destructors. */
const OTHERS = ['FreeOne', 'DllWidget::~DllWidget', 'type_info::~type_info'];
/** x86 passes `this` in ecx, and a destructor's first stack argument is no pointer */
const OTHERS_X86 = ['FreeOne'];

function readerOf({ target, context, map }: OpenedCrt, name: string): FreedArguments {
  const module = target.modules.byName(name);
  const variable = module && map.of(module)?.runtime?.handle?.variable;
  const disassembler = module && context.disassembler(context.machineOf(module));
  if (!module?.image || variable === undefined || !disassembler) throw new Error(`no runtime in ${name}`);
  return new FreedArguments({
    memory: target.memory,
    disassembler,
    pointerSize: module.image.pointerSize,
    slots: heapSlots(new ImportSlots(module, module.image, target.memory, target.modules)),
    handle: Number(variable),
    isProcessHeap: false,
  });
}

/** The PDB says which functions free; the code alone has to say the same. */
describe.skipIf(!hasCorpus)('functions that free their argument', () => {
  it.each([
    ['x64-static-O0', OTHERS, -0x30],
    ['x64-static-O2', OTHERS, -0x30],
    ['x86-static-O0', OTHERS_X86, -0x20],
    ['x86-static-O2-fpo', OTHERS_X86, -0x20],
  ] as const)('%s: are those that free, and no others', async (name, others, header) => {
    const opened = await openLab(name);
    await opened.context.loadDisassemblers();
    const module = opened.target.modules.byName('RuntimeDll');
    const symbols = module && opened.symbols.of(module);
    if (!module || !symbols) throw new Error('no symbols');
    const reader = readerOf(opened, 'RuntimeDll');
    const found = new Map<string, number>();
    const named = new Set<string>(others);
    for (const { name: symbol, rva, kind } of symbols.match('*')) {
      if (kind !== 'function') continue;
      if (['free', 'reallocate'].includes(freeFunction(symbol)?.kind ?? '')) named.add(symbol);
      const frees = reader.read(Number(module.base) + rva)?.frees;
      if (frees) found.set(symbol, frees.offset);
    }
    expect([...found.keys()].toSorted()).toEqual([...named].toSorted());
    expect(found.size).toBeGreaterThan(6);
    // the base of the debug heap gets the header, all others what lies behind it
    for (const [symbol, offset] of found) expect(offset, symbol).toBe(symbol === '_free_base' ? 0 : header);
  });
});
