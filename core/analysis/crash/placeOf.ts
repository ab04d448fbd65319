import {
  findRegion,
  MEM_FREE,
  MEM_RESERVE,
  protectNames,
  stackOf,
  stateName,
  type MemoryRegion,
} from '../../process/index.ts';
import type { Address, Machine, Thread } from '../../target/index.ts';
import type { CrashInput } from './crashInput.ts';
import { isCanonical, NULL_LIMIT } from './judgeValue.ts';
import type { Place } from './model.ts';

const PAGE_GUARD = 0x100;
/** User space of 32-bit Windows ends here, of large address aware programs on 64-bit Windows at 4 GiB. */
const SYSTEM_32 = 0x80000000n;
/** How far below a stack's end an address still counts as running out of it: one page and a guard page or two. */
const STACK_MARGIN = 0x10000n;

/** What an address is: module, stack, heap, guard page, nothing. The regions are those of !address. */
export function placeOf(input: CrashInput, machine: Machine, address: Address): Place {
  const at = `0x${address.toString(16)}`;
  if (address < NULL_LIMIT) {
    const text = address === 0n ? 'null' : `${at}, in the first 64 KiB, which Windows keeps free`;
    return { address, kind: 'null page', text };
  }
  if (machine.pointerSize === 8 && !isCanonical(address))
    return { address, kind: 'non-canonical', text: `${at}, which is no canonical address` };
  const module = input.target.modules.find(address);
  if (module) {
    const region = regionAt(input, address);
    const rva = (address - module.base).toString(16);
    const text = `${module.name}+0x${rva} (${module.fileName}${protection(region)})`;
    return { address, kind: 'module', text, module, region };
  }
  const stack = stackPlace(input, machine, address);
  if (stack) return stack;
  const unloaded = input.target.unloadedModules.find((m) => address >= m.start && address < m.end);
  if (unloaded) {
    const text = `where ${unloaded.name} was loaded before it was unloaded (+0x${(address - unloaded.start).toString(16)})`;
    return { address, kind: 'unloaded module', text, unloaded };
  }
  return regionPlace(input, machine, address);
}

function regionAt(input: CrashInput, address: Address): MemoryRegion | undefined {
  return findRegion(input.regions(), address);
}

function protection(region: MemoryRegion | undefined): string {
  return region?.protect ? `, ${protectNames(region.protect).join('|')}` : '';
}

function stackPlace(input: CrashInput, machine: Machine, address: Address): Place | undefined {
  const view = input.view(machine);
  if (!view) return undefined;
  for (const thread of input.target.threads) {
    const stack = stackOf(view, thread);
    if (!stack || address < stack.start - STACK_MARGIN || address >= stack.end) continue;
    const sp = thread.context(machine)?.sp;
    const name = threadName(thread);
    const region = regionAt(input, address);
    if (address < stack.start) {
      // the range may be of the dump's stack memory alone, which begins near the stack pointer
      const known = thread.tebFor(machine) !== undefined && region?.usage.startsWith('Stack');
      if (!known) continue;
      return {
        address,
        kind: 'guard page',
        text: `0x${(stack.start - address).toString(16)} bytes below the end of the stack of ${name}`,
        thread,
        region,
      };
    }
    const guard = region?.protect !== undefined && (region.protect & PAGE_GUARD) !== 0;
    const relation = sp === undefined ? '' : `, ${distance(address, sp)} its stack pointer`;
    const kind = guard ? 'guard page' : 'stack';
    const what = guard ? 'in the guard page of' : 'in';
    return {
      address,
      kind,
      text: `${what} the stack of ${name}${relation}${protection(region)}`,
      thread,
      region,
    };
  }
  return undefined;
}

function distance(address: Address, sp: Address): string {
  if (address === sp) return 'at';
  return address > sp
    ? `0x${(address - sp).toString(16)} bytes above`
    : `0x${(sp - address).toString(16)} bytes below`;
}

function regionPlace(input: CrashInput, machine: Machine, address: Address): Place {
  const at = `0x${address.toString(16)}`;
  const regions = input.regions();
  const region = findRegion(regions, address);
  const listed = (input.target.dump?.memoryInfos.length ?? 0) > 0;
  if (!region) {
    if (machine.pointerSize === 8 && address >> 47n !== 0n)
      return { address, kind: 'system space', text: `${at}, in system space` };
    if (machine.pointerSize === 4 && address >= SYSTEM_32 && !aboveTwoGiB(input))
      return { address, kind: 'system space', text: `${at}, above the 2 GiB of user space` };
    return {
      address,
      kind: 'unknown',
      text: listed ? `${at}, in no region of the process` : `${at}; the dump does not say what lies there`,
    };
  }
  if (region.state === MEM_FREE) return { address, kind: 'free', text: `${at}, free address space`, region };
  const usage =
    region.usage === '<unknown>' ? '' : `, ${region.usage}${region.detail ? ` (${region.detail})` : ''}`;
  const state = region.state === undefined ? '' : `, ${stateName(region.state)}`;
  const text = `${at}${usage}${state}${protection(region)}`;
  if (region.state === MEM_RESERVE) return { address, kind: 'reserved', text, region };
  const kind = region.usage.startsWith('Heap') ? 'heap' : 'other';
  return { address, kind, text, region };
}

/** Something of the process lies above 2 GiB: it is large address aware. */
function aboveTwoGiB({ target }: CrashInput): boolean {
  for (const module of target.modules) if (module.base >= SYSTEM_32) return true;
  return false;
}

/** `thread 0 (2a6c)`, with its name if it has one. */
export function threadName({ index, id, name }: Thread): string {
  return `thread ${index} (${id.toString(16)}${name ? `, ${JSON.stringify(name)}` : ''})`;
}
