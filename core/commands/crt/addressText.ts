import { hexAddress } from '../../bytes/index.ts';
import type { AddressAnswer, CrtModule } from '../../crt/index.ts';
import { formatFlat, type Output, type Span, span } from '../../output/index.ts';
import type { Module } from '../../target/index.ts';
import { blockData, damageNames } from './blockRows.ts';
import { listed, moduleText } from './moduleText.ts';
import { moduleData, runtimeLabel } from './overview.ts';

/** Whose memory an address is: the model of `!crt ADDRESS`. */
export interface AddressModel {
  readonly form: 'address';
  readonly answer: AddressAnswer;
  /** of an address in an image: what is known of the module's runtime */
  readonly module?: CrtModule;
  readonly width: 4 | 8;
}

/** One fact about an address: its title, empty for a reason or a note that stands alone. */
export interface AddressFact {
  readonly title: string;
  readonly parts: readonly (string | Span)[];
}

/** What `!crt ADDRESS` prints. */
export function printAddress({ answer, module, width }: AddressModel, out: Output): void {
  if (module) return moduleText(module, out, width);
  const flat = formatFlat(answer.address, width);
  out.line(span(flat, 'address'), ` ${answer.heap ? placeText(answer, width) : 'is no heap memory'}`);
  for (const { title, parts } of addressFacts(answer, width)) {
    if (title === '') out.line('    ', ...parts);
    else out.line(`    ${`${title}:`.padEnd(14)} `, ...parts);
  }
}

/** All that is known of an address, in the order in which it is told. */
export function addressFacts(answer: AddressAnswer, width: 4 | 8): AddressFact[] {
  const flat = (address: bigint): string => formatFlat(address, width);
  const { heap, heapBlock, runtime, candidates } = answer;
  const facts: AddressFact[] = [];
  const add = (title: string, ...parts: (string | Span)[]): unknown => facts.push({ title, parts });
  if (heap) {
    const heapText = flat(heap.address);
    add(
      'Heap',
      span(heapText, 'address', `!heap -h ${heapText}`),
      answer.isProcessHeap ? ' (the process heap)' : '',
    );
    const shared = candidates.length > 0 ? candidates.map(runtimeLabel).join('; ') : 'no C runtime';
    add('Runtime', runtime ? runtimeLabel(runtime) : shared);
    if (heapBlock) {
      const entry = flat(heapBlock.entry);
      const bytes =
        heapBlock.userSize === undefined ? '' : `, ${bytesText(heapBlock.userSize)} asked of the heap`;
      add('Heap block', span(entry, 'address', `!heap -x ${entry}`), ` ${heapBlock.state}${bytes}`);
    }
    facts.push(...headerFacts(answer, flat));
    const { allocatedBy, mayFree, worksToday, mustNotFree } = answer;
    if (allocatedBy.length > 0) add(runtime ? 'Allocated by' : 'Perhaps by', modules(allocatedBy));
    if (mayFree.length > 0) add('May free it', modules(mayFree));
    if (worksToday.length > 0) add('Works today', modules(worksToday));
    if (mustNotFree.length > 0) add('Must not', modules(mustNotFree));
    const reasons = new Map<string, string[]>();
    for (const { by, verdict } of answer.verdicts) {
      const names = reasons.get(verdict.reason) ?? [];
      names.push(by.name);
      reasons.set(verdict.reason, names);
    }
    for (const [reason, names] of reasons) add('', `${listed(names)}: ${reason}`);
  }
  for (const note of answer.notes) add('', note);
  return facts;
}

function headerFacts({ header }: AddressAnswer, flat: (address: bigint) => string): AddressFact[] {
  if (!header) return [];
  const facts: AddressFact[] = [];
  const add = (title: string, ...parts: (string | Span)[]): unknown => facts.push({ title, parts });
  const { block, file, fileModule, aligned } = header;
  const type = block.type ?? `damaged (${block.use.toString(16)})`;
  const subtype = block.subtype === 0 ? '' : `, subtype ${block.subtype.toString(16)}`;
  const state = block.type === 'free' ? 'freed, and kept by the debug runtime' : `${type} block${subtype}`;
  add(
    'Debug header',
    span(flat(block.header), 'address'),
    ` request ${block.request}, ${state}, ${bytesText(block.size)}`,
  );
  if (file !== undefined) {
    add('Source', span(`${file}(${block.line})`, 'file'), fileModule ? ` in ${fileModule.name}` : '');
  } else if (block.file !== 0n) add('Source', span('<unreadable>', 'missing'), ` line ${block.line}`);
  if (aligned !== undefined) {
    add('Aligned', `_aligned_malloc gave out ${flat(aligned)}: only _aligned_free may be given it`);
  }
  if (block.damage !== 0) add('DAMAGED', span(damageNames(block.damage).join(', '), 'error'));
  return facts;
}

/** Where in its block the address lies, as a sentence's end. */
export function placeText(answer: AddressAnswer, width: 4 | 8): string {
  const flat = (address: bigint): string => formatFlat(address, width);
  const { place, start, size, header, headerDistance, heapBlock } = answer;
  if (!place || start === undefined) {
    return heapBlock
      ? `lies in ${heapBlock.state === 'internal' ? 'an' : 'a'} ${heapBlock.state} block of a heap`
      : 'lies in a heap, in none of its blocks';
  }
  const what = header ? 'debug memory' : 'heap memory';
  const whole = `${what} at ${flat(start)}${size === undefined ? '' : `, ${bytesText(size)}`}`;
  switch (place.kind) {
    case 'start':
      return header
        ? `is the start of ${whole}; to the heap it is ${headerBytes(answer)} into the block at ${flat(header.block.header)}`
        : `is the start of ${whole}`;
    case 'aligned start':
      return `is aligned memory in ${whole}`;
    case 'heap block':
      return `lies in the heap's own header of ${whole}`;
    case 'header':
      return `lies in the debug header of ${whole}: the heap's block begins there`;
    case 'gap before':
      return `lies in the no-man's land in front of ${whole}`;
    case 'gap after':
      return `lies in the no-man's land behind ${whole}`;
    case 'slack':
      return `lies behind the end of ${whole}`;
    case 'inside': {
      const at = `lies 0x${place.offset.toString(16)} bytes into ${whole}`;
      return headerDistance
        ? `${at}: as far as a debug header is long, the sign of debug memory in the hands of release code`
        : at;
    }
  }
}

function headerBytes({ header }: AddressAnswer): string {
  return `header + 0x${(header?.block.layout.size ?? 0).toString(16)},`;
}

function bytesText(bytes: number): string {
  return `${bytes} bytes`;
}

function modules(list: readonly Module[]): string {
  return listed(list.map((m) => m.name));
}

/** The `data` of `!crt ADDRESS` (cli.md). */
export function addressData({ answer, module }: AddressModel) {
  const { heap, heapBlock, header, runtime, place, start, size } = answer;
  const names = (list: readonly Module[]): string[] => list.map((m) => m.name);
  const view =
    header && heap && blockData({ heap: heap.address, block: header.block, file: header.file, runtime });
  return {
    address: hexAddress(answer.address),
    heap: heap ? hexAddress(heap.address) : null,
    block: heapBlock && {
      entry: hexAddress(heapBlock.entry),
      user: heapBlock.user === undefined ? undefined : hexAddress(heapBlock.user),
      size: heapBlock.size,
      userSize: heapBlock.userSize,
      state: heapBlock.state,
      part: heapBlock.part,
    },
    start: start === undefined ? undefined : hexAddress(start),
    size,
    place: place?.kind,
    offset: place?.kind === 'inside' ? place.offset : undefined,
    headerDistance: answer.headerDistance,
    runtime: runtime && runtimeLabel(runtime),
    header: view && {
      address: view.header,
      size: view.size,
      use: view.use,
      type: view.type,
      request: view.request,
      file: view.file,
      line: view.line,
      module: header.fileModule?.name,
      damaged: view.damaged,
      damage: view.damage,
      aligned: header.aligned === undefined ? undefined : hexAddress(header.aligned),
    },
    allocatedBy: names(answer.allocatedBy),
    mayFree: names(answer.mayFree),
    worksToday: names(answer.worksToday),
    mustNotFree: names(answer.mustNotFree),
    notes: answer.notes,
    module: module && moduleData(module),
  };
}
