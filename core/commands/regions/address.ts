import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatAddress, type Output, span } from '../../output/index.ts';
import { findRegion, type MemoryRegion, protectNames, stateName, typeName } from '../../process/index.ts';
import type { Address, Memory } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import { heapPlaceAt, heapsOf } from '../heap/index.ts';
import type { Session } from '../session.ts';
import { addressOf } from '../process/index.ts';
import { addressLines, type RegionAt } from './addressText.ts';
import { parseFilter } from './filters.ts';
import { listHeading, listRow, separatedHeading, separatedRow } from './listText.ts';
import { DERIVED_NOTE, regionData, regionMap } from './regionModel.ts';
import { type RegionSummary, summarize, summaryData, summaryLines } from './summary.ts';

type Layout = 'table' | 'csv' | 'tsv' | 'bare';

interface ListModel {
  readonly kind: 'list';
  readonly regions: readonly MemoryRegion[];
  readonly layout: Layout;
  /** of -c: the command to run for each region */
  readonly execute?: string;
  readonly derived: boolean;
}

type Model =
  | ({ readonly kind: 'one'; readonly derived: boolean } & RegionAt)
  | { readonly kind: 'summary'; readonly summary: RegionSummary; readonly derived: boolean }
  | ListModel;

interface Options {
  readonly summary: boolean;
  readonly filter?: string;
  readonly layout: Layout;
  readonly execute?: string;
  readonly address?: string;
}

const LAYOUTS: Readonly<Record<string, Layout>> = { csv: 'csv', tsv: 'tsv', '1': 'bare' };
/** Rows that are printed before the clock is asked. */
const CHUNK = 64;

export const address = command<Model>({
  name: '!address',
  tier: 'A',
  syntax: [
    '!address Address',
    '!address -summary',
    '!address [-f:F1,F2,…] [-o:{csv | tsv | 1}] [-c:"Command"]',
  ],
  summary:
    'Shows the region that holds an address, all regions, or their sums by use, type, state and protection.',
  options: [
    { flag: '-summary', meaning: 'only the sums' },
    { flag: '-f:F1,F2', meaning: 'only regions of these uses, states, types or protections' },
    { flag: '-o:csv|tsv|1', meaning: 'as comma- or tab-separated values, or base addresses alone' },
    {
      flag: '-c:"Command"',
      meaning: 'runs a command for each region, with %1 start, %2 end, %3 size… %7 usage',
    },
  ],
  run,
  print,
  data,
});

function run({ session, args }: Call): Model {
  const options = parse(args);
  const { regions, derived } = regionMap(session);
  if (options.address !== undefined) return one(session, regions, derived, options.address);
  if (options.summary) return { kind: 'summary', summary: summarize(regions), derived };
  const wanted = options.filter === undefined ? regions : regions.filter(parseFilter(options.filter));
  return { kind: 'list', regions: wanted, layout: options.layout, execute: options.execute, derived };
}

function parse(args: string): Options {
  let options: Options = { summary: false, layout: 'table' };
  let rest = args;
  for (;;) {
    const match = /^\s*[-/](?:(summary)\b|(f):(\S+)|(o):(\S+)|(c):(?:"((?:[^"\\]|\\.)*)"|(.+)$))/i.exec(rest);
    if (!match) break;
    const [whole, summary, , filter, , layout, , quoted, bare] = match;
    rest = rest.slice(whole.length);
    if (summary) options = { ...options, summary: true };
    if (filter !== undefined) options = { ...options, filter };
    if (layout !== undefined) {
      const known = LAYOUTS[layout.toLowerCase()];
      if (!known) throw new UsageError(`!address -o: takes csv, tsv or 1, not '${layout}'`);
      options = { ...options, layout: known };
    }
    const execute = quoted?.replace(/\\(["\\])/g, '$1') ?? bare;
    if (execute !== undefined) options = { ...options, execute };
  }
  rest = rest.trim();
  if (/^[-/]\D/.test(rest))
    throw new UsageError(`!address has no option ${rest}; it has -summary, -f:, -o: and -c:`);
  return rest === '' ? options : { ...options, address: rest };
}

function one(session: Session, regions: readonly MemoryRegion[], derived: boolean, text: string): Model {
  const at = addressOf(session, text);
  const region = findRegion(regions, at);
  if (!region) {
    const shown = formatAddress(at, session.target.system.machine.pointerSize);
    const why = derived ? 'it has no list of regions' : 'its list of regions does not reach it';
    throw new NotAvailable(`The dump says nothing of ${shown}: ${why}`);
  }
  const { memory } = session.target;
  return {
    kind: 'one',
    derived,
    address: at,
    region,
    origin: memory.origin(at),
    length: runLength(memory, at, region),
    heap: region.usage.startsWith('Heap') ? heapPlaceAt(heapsOf(session), at) : undefined,
  };
}

/** Bytes from an address to where being readable changes, or to the region's end. */
function runLength(memory: Memory, at: Address, { end }: MemoryRegion): bigint {
  const rest = end - at;
  if (memory.origin(at) !== undefined) {
    return BigInt(memory.available(at, Number(rest < 1n << 40n ? rest : 1n << 40n)));
  }
  const next = memory.nextReadable(at);
  return next !== undefined && next < end ? next - at : rest;
}

async function print(model: Model, out: Output, call: Call): Promise<void> {
  const { pointerSize } = call.session.target.system.machine;
  switch (model.kind) {
    case 'one':
      for (const line of addressLines(model, pointerSize)) out.line(...line);
      break;
    case 'summary':
      for (const line of summaryLines(model.summary, pointerSize)) out.line(line);
      break;
    case 'list':
      await (model.execute === undefined
        ? printList(model, out, call)
        : executeEach(model, model.execute, out, call));
      break;
  }
  if (model.derived) out.line(span(DERIVED_NOTE, 'warning'));
}

async function printList(
  { regions, layout }: ListModel,
  out: Output,
  { session, pace }: Call,
): Promise<void> {
  const { memory, system } = session.target;
  const { pointerSize } = system.machine;
  const separator = layout === 'tsv' ? '\t' : ',';
  if (layout === 'table') {
    out.line('');
    for (const line of listHeading(pointerSize)) out.line(line);
  } else if (layout !== 'bare') out.line(separatedHeading(separator));
  let printed = 0;
  for (const region of regions) {
    if (layout === 'table') out.line(...listRow(region, memory, pointerSize));
    else if (layout === 'bare') out.line(`0x${region.start.toString(16)}`);
    else out.line(separatedRow(region, separator));
    if (++printed % CHUNK === 0 && pace.due()) {
      await pace.rest({ done: printed, total: regions.length, what: 'regions' });
    }
  }
}

async function executeEach(
  { regions }: ListModel,
  template: string,
  out: Output,
  { execute, pace }: Call,
): Promise<void> {
  for (const region of regions) {
    const line = template.replace(/%([1-7])/g, (_, n: string) => placeholder(region, Number(n)));
    out.line(`*** Executing: ${line}`);
    await execute(line, out);
    if (pace.due()) await pace.rest();
  }
}

/** %1 base, %2 end + 1, %3 size, %4 type, %5 state, %6 protection, %7 usage (documentation of !address). */
function placeholder({ start, end, type, state, protect, usage }: MemoryRegion, n: number): string {
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  switch (n) {
    case 1:
      return hex(start);
    case 2:
      return hex(end);
    case 3:
      return hex(end - start);
    case 4:
      return type ? typeName(type) : '';
    case 5:
      return state === undefined ? '' : stateName(state);
    case 6:
      return protect ? protectNames(protect).join(' | ') : '';
    default:
      return usage;
  }
}

function data(model: Model) {
  const note = model.derived ? DERIVED_NOTE : undefined;
  switch (model.kind) {
    case 'one':
      return {
        address: `0x${model.address.toString(16)}`,
        regions: [regionData(model.region)],
        heap: model.heap && {
          handle: `0x${model.heap.handle.toString(16)}`,
          segment: `0x${model.heap.segment.toString(16)}`,
          part: model.heap.part,
        },
        note,
      };
    case 'summary':
      return { ...summaryData(model.summary), note };
    case 'list':
      return { regions: model.regions.map(regionData), note };
  }
}
