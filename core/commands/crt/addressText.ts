import { hexAddress } from '../../bytes/index.ts';
import type { AddressAnswer, CrtModule } from '../../crt/index.ts';
import { formatFlat, type JsonObject, type Output, type Part, span } from '../../output/index.ts';
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

/** What `!crt ADDRESS` prints. */
export function printAddress({ answer, module, width }: AddressModel, out: Output): void {
  const flat = (address: bigint): string => formatFlat(address, width);
  if (module) return moduleText(module, out, width);
  const { address, heap, heapBlock, header, runtime, candidates } = answer;
  if (!heap) {
    out.line(span(flat(address), 'address'), ' is no heap memory');
    for (const note of answer.notes) out.line('    ', note);
    return;
  }
  out.line(span(flat(address), 'address'), ` ${placeText(answer, flat)}`);
  const heapText = flat(heap.address);
  const whose = runtime
    ? runtimeLabel(runtime)
    : candidates.length > 0
      ? candidates.map(runtimeLabel).join('; ')
      : 'no C runtime';
  row(
    out,
    'Heap',
    span(heapText, 'address', `!heap -h ${heapText}`),
    answer.isProcessHeap ? ' (the process heap)' : '',
  );
  row(out, 'Runtime', whose);
  if (heapBlock) {
    const entry = flat(heapBlock.entry);
    const bytes =
      heapBlock.userSize === undefined ? '' : `, ${bytesText(heapBlock.userSize)} asked of the heap`;
    row(out, 'Heap block', span(entry, 'address', `!heap -x ${entry}`), ` ${heapBlock.state}${bytes}`);
  }
  if (header) printHeader(answer, out, flat);
  if (answer.allocatedBy.length > 0)
    row(out, runtime ? 'Allocated by' : 'Perhaps by', modules(answer.allocatedBy));
  if (answer.mayFree.length > 0) row(out, 'May free it', modules(answer.mayFree));
  if (answer.worksToday.length > 0) row(out, 'Works today', modules(answer.worksToday));
  if (answer.mustNotFree.length > 0) row(out, 'Must not', modules(answer.mustNotFree));
  const reasons = new Map<string, string[]>();
  for (const { by, verdict } of answer.verdicts) {
    const names = reasons.get(verdict.reason) ?? [];
    names.push(by.name);
    reasons.set(verdict.reason, names);
  }
  for (const [reason, names] of reasons) out.line(`    ${listed(names)}: ${reason}`);
  for (const note of answer.notes) out.line(`    ${note}`);
}

function printHeader({ header }: AddressAnswer, out: Output, flat: (address: bigint) => string): void {
  if (!header) return;
  const { block, file, fileModule, aligned } = header;
  const type = block.type ?? `damaged (${block.use.toString(16)})`;
  const subtype = block.subtype === 0 ? '' : `, subtype ${block.subtype.toString(16)}`;
  const state = block.type === 'free' ? 'freed, and kept by the debug runtime' : `${type} block${subtype}`;
  row(
    out,
    'Debug header',
    span(flat(block.header), 'address'),
    ` request ${block.request}, ${state}, ${bytesText(block.size)}`,
  );
  if (file !== undefined) {
    row(out, 'Source', span(`${file}(${block.line})`, 'file'), fileModule ? ` in ${fileModule.name}` : '');
  } else if (block.file !== 0n) row(out, 'Source', span('<unreadable>', 'missing'), ` line ${block.line}`);
  if (aligned !== undefined) {
    row(out, 'Aligned', `_aligned_malloc gave out ${flat(aligned)}: only _aligned_free may be given it`);
  }
  if (block.damage !== 0) {
    row(out, 'DAMAGED', span(damageNames(block.damage).join(', '), 'error'));
  }
}

/** Where in its block the address lies, as a sentence's end. */
function placeText(answer: AddressAnswer, flat: (address: bigint) => string): string {
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

function row(out: Output, title: string, ...parts: Part[]): void {
  out.line(`    ${`${title}:`.padEnd(14)} `, ...parts);
}

/** The `data` of `!crt ADDRESS` (cli.md). */
export function addressData({ answer, module }: AddressModel): JsonObject {
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
      module: header?.fileModule?.name,
      damaged: view.damaged,
      damage: view.damage,
      aligned: header?.aligned === undefined ? undefined : hexAddress(header.aligned),
    },
    allocatedBy: names(answer.allocatedBy),
    mayFree: names(answer.mayFree),
    worksToday: names(answer.worksToday),
    mustNotFree: names(answer.mustNotFree),
    notes: answer.notes,
    module: module && moduleData(module),
  };
}
