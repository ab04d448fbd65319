import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, type Output, flatPointer, type Part } from '../../output/index.ts';
import {
  type BaseRegion,
  findRegion,
  listedRegions,
  MEM_FREE,
  protectNames,
  stateName,
  typeName,
} from '../../process/index.ts';
import { type Call, command } from '../command.ts';
import { addressOf } from '../process/index.ts';

/** Rows that are printed before the clock is asked. */
const CHUNK = 64;
const NO_LIST =
  'The dump has no list of memory regions: it was written without MiniDumpWithFullMemoryInfo (.dump /mi)';

interface Model {
  readonly regions: readonly BaseRegion[];
  /** with the lines on the allocation */
  readonly allocation: boolean;
  readonly width: 4 | 8;
}

export const vprot = command<Model>({
  name: '!vprot',
  tier: 'A',
  syntax: ['!vprot [Address]'],
  summary: 'Shows state and protection of the region that holds an address.',
  run: ({ session, args }) => {
    const listed = listedRegions(session.target);
    if (!listed) throw new NotAvailable(NO_LIST);
    const { pointerSize: width } = session.target.system.machine;
    const address = args === '' ? session.registers()?.ip : addressOf(session, args);
    if (address === undefined) throw new UsageError('!vprot needs an address: this thread has no registers');
    const region = findRegion(listed.regions, address);
    if (!region)
      throw new NotAvailable(`The dump's list of regions does not reach ${formatFlat(address, width)}`);
    return { regions: [region], allocation: true, width };
  },
  print,
  data,
});

export const vadump = command<Model>({
  name: '!vadump',
  tier: 'A',
  syntax: ['!vadump [-v]'],
  summary: 'Shows all regions of the address space with state and protection.',
  options: [{ flag: '-v', meaning: 'with the allocation that each belongs to' }],
  run: ({ session, args }) => {
    if (args !== '' && args.toLowerCase() !== '-v')
      throw new UsageError('!vadump [-v]: the only option is -v');
    const listed = listedRegions(session.target);
    if (!listed) throw new NotAvailable(NO_LIST);
    return {
      regions: listed.regions,
      allocation: args !== '',
      width: session.target.system.machine.pointerSize,
    };
  },
  print,
  data,
});

async function print({ regions, allocation, width }: Model, out: Output, { pace }: Call): Promise<void> {
  let printed = 0;
  for (const region of regions) {
    if (printed > 0) out.line('');
    for (const line of regionLines(region, allocation, width)) out.line(...line);
    if (++printed % CHUNK === 0 && pace.due()) {
      await pace.rest({ done: printed, total: regions.length, what: 'regions' });
    }
  }
}

function regionLines(region: BaseRegion, allocation: boolean, width: 4 | 8): Part[][] {
  const { start, end, state, protect, type, allocationBase, allocationProtect } = region;
  const row = (title: string, value: Part): Part[] => [`${title.padEnd(18)} `, value];
  const flags = (value: number, name: string): string => `${value.toString(16).padStart(8, '0')}  ${name}`;
  const lines = [row('BaseAddress:', flatPointer(start, width))];
  if (allocation) {
    lines.push(row('AllocationBase:', flatPointer(allocationBase ?? 0n, width)));
    if (state !== MEM_FREE && allocationProtect) {
      lines.push(
        row('AllocationProtect:', flags(allocationProtect, protectNames(allocationProtect).join(' + '))),
      );
    }
  }
  lines.push(row('RegionSize:', formatFlat(end - start, width)));
  if (state !== undefined) lines.push(row('State:', flags(state, stateName(state))));
  if (protect) lines.push(row('Protect:', flags(protect, protectNames(protect).join(' + '))));
  if (type) lines.push(row('Type:', flags(type, typeName(type))));
  return lines;
}

function data({ regions }: Model) {
  const hex = (value: bigint | undefined): string | undefined =>
    value === undefined ? undefined : `0x${value.toString(16)}`;
  return {
    regions: regions.map(({ start, end, state, protect, type, allocationBase, allocationProtect }) => ({
      start: hex(start),
      end: hex(end),
      state: state === undefined ? undefined : stateName(state),
      protect: protect ? protectNames(protect).join('|') : undefined,
      type: type ? typeName(type) : undefined,
      allocationBase: hex(allocationBase),
      allocationProtect: allocationProtect ? protectNames(allocationProtect).join('|') : undefined,
    })),
  };
}
