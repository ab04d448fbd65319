import { heapPart } from './blockText.ts';
import { failureMeaning, findHeapFailure, type HeapFailure } from '../../analysis/heapFailure/index.ts';
import { hex, hexAddress } from '../../bytes/index.ts';
import type { HeapBlock, HeapSnapshot } from '../../heap/index.ts';
import { formatFlat, type Output, span, parts, flatPointer } from '../../output/index.ts';
import type { Address, Machine } from '../../target/index.ts';
import { addressOf, allViews } from '../process/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { blockData, findingData } from './heapData.ts';
import { printFinding } from './detailsPrinter.ts';
import { printNothing } from './listForm.ts';
import { orderedHeaps, positionOf, readSnapshots, type UnreadHeap, whyNoHeaps } from './selectHeaps.ts';

/** A segment heap's failure names a part of its header: nearer than this. */
const HEADER = 0x1000n;

/** The debugger's own text is as wide. */
const MEANING_WIDTH = 58;

/** A failure that the heap manager recorded, with what the heaps say of its addresses. */
interface Failure extends HeapFailure {
  readonly machine: Machine;
  readonly meaning?: string;
  readonly handle?: Address;
  readonly block?: HeapBlock;
  readonly frames: readonly { readonly address: Address; readonly name?: string }[];
}

/**
 * `!heap -triage [HEAP | ADDRESS]` and `!heap -v HEAP`: what the heap manager recorded, and everything that does not fit
 * in the heaps' structures. `validate` leaves the record out.
 */
export async function triage(
  request: HeapRequest,
  text: string | undefined,
  options: { readonly validate: boolean },
) {
  const { session } = request.call;
  const positions = chooseHeaps(request, text);
  const { snapshots, unread } = await readSnapshots(request, positions);
  const failures = options.validate ? [] : await readFailures(request);
  const why = snapshots.length === 0 ? whyNoHeaps(session, unread) : undefined;
  return {
    print(out) {
      for (const failure of failures) printFailure(failure, out);
      if (why !== undefined && failures.length === 0) printNothing(out, whyNoHeaps(session, unread, true));
      for (const snapshot of snapshots) printHeap(snapshot, out);
      for (const one of unread) printUnread(one, out);
    },
    data: () => ({
      failures: failures.map(failureData),
      heaps: [
        ...snapshots.map((s) => ({
          index: s.reference.index,
          address: hexAddress(s.reference.address),
          errors: s.errors,
          findings: s.findings.map(findingData),
          missing: s.missing.map(({ start, end }) => ({ start: hexAddress(start), end: hexAddress(end) })),
        })),
        ...unread.map(({ reference, problem }) => ({
          index: reference.index,
          address: hexAddress(reference.address),
          problem,
        })),
      ],
      note: why,
    }),
  } satisfies HeapAnswer;
}

/** A handle or number names a heap, another address the heap that holds it; nothing all heaps. */
function chooseHeaps(request: HeapRequest, text: string | undefined): number[] {
  if (text === undefined) return orderedHeaps(request);
  const value = addressOf(request.call.session, text);
  const position = positionOf(request, value) ?? request.heaps.heapAt(value);
  return position >= 0 ? [position] : orderedHeaps(request);
}

async function readFailures({ call, heaps }: HeapRequest): Promise<Failure[]> {
  const { session, pace } = call;
  const failures: Failure[] = [];
  for (const view of allViews(session)) {
    const found = findHeapFailure(view, session.symbols);
    if (!found) continue;
    const handle = heaps.heaps.find(
      ({ address, machine }) =>
        machine === view.machine && found.heap >= address && found.heap < address + HEADER,
    )?.address;
    const at = await heaps.find(found.address, pace);
    failures.push({
      ...found,
      machine: view.machine,
      meaning: found.typeName === undefined ? undefined : failureMeaning(found.typeName),
      handle,
      block: at?.snapshot.blocks.at(at.index),
      frames: found.stack.map((address) => ({ address, name: session.symbols.describe(address) })),
    });
  }
  return failures;
}

function printFailure(failure: Failure, out: Output): void {
  const at = (address: Address): string => formatFlat(address, failure.machine.pointerSize);
  const stars = '*'.repeat(62);
  out.line(stars);
  out.line(`*${' '.repeat(60)}*`);
  out.line(span(`*${' '.repeat(18)}HEAP ERROR DETECTED${' '.repeat(23)}*`, 'error'));
  out.line(`*${' '.repeat(60)}*`);
  out.line(stars);
  out.line('');
  out.line('Details:');
  out.line('');
  out.line('Heap address:  ', flatPointer(failure.handle ?? failure.heap, failure.machine.pointerSize));
  out.line('Error address: ', span(at(failure.address), 'address', `!heap -x ${at(failure.address)}`));
  if (failure.block) {
    const { entry, size, state } = failure.block;
    out.line(
      ...parts`Block:         ${flatPointer(entry, failure.machine.pointerSize)}, ${state}, 0x${hex(size)} bytes`,
    );
  }
  out.line(`Error type: ${failure.typeName?.toUpperCase() ?? `failure ${failure.type}`}`);
  for (const [i, line] of wrap(failure.meaning ?? '', MEANING_WIDTH).entries()) {
    out.line(`${i === 0 ? 'Details:    ' : ' '.repeat(12)}${line}`);
  }
  for (const [i, value] of failure.parameters.entries()) {
    if (value !== 0n) out.line(`Parameter ${i + 1}: `, flatPointer(value, failure.machine.pointerSize));
  }
  if (failure.previousBlock !== 0n)
    out.line('Block before: ', flatPointer(failure.previousBlock, failure.machine.pointerSize));
  if (failure.nextBlock !== 0n)
    out.line('Block behind: ', flatPointer(failure.nextBlock, failure.machine.pointerSize));
  out.line("Follow-up:  Check the error's stack trace to find the culprit.");
  out.line('');
  out.line('');
  out.line('Stack trace:');
  out.line(`Stack trace at 0x${at(failure.trace)}`);
  for (const { address, name } of failure.frames) {
    out.line(
      '    ',
      span(at(address), 'address', `u ${at(address)}`),
      ': ',
      span(name ?? at(address), 'symbol'),
    );
  }
  out.line('');
}

/** Words in lines of at most so many characters; none for an empty text. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((w) => w !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function printHeap(snapshot: HeapSnapshot, out: Output): void {
  const { reference, findings, errors, missing } = snapshot;
  const handle = heapPart(reference);
  const holes = missing.length > 0 ? `; ${missing.length} range(s) of it are not in the dump` : '';
  if (errors === 0) {
    out.line(...parts`Heap ${handle}: no errors in ${snapshot.blocks.length} blocks${holes}`);
    return;
  }
  out.line(
    ...parts`Heap ${handle}: `,
    span(`${errors} error(s)`, 'error'),
    ` in ${snapshot.blocks.length} blocks${holes}`,
  );
  for (const finding of findings) printFinding(finding, snapshot, out);
  if (errors > findings.length) out.line(`    and ${errors - findings.length} more`);
}

function printUnread({ reference, problem }: UnreadHeap, out: Output): void {
  out.line(...parts`Heap ${heapPart(reference)}: `, span(problem, 'missing'));
}

function failureData(failure: Failure) {
  return {
    machine: failure.machine.kind,
    record: hexAddress(failure.record),
    trace: hexAddress(failure.trace),
    source: failure.source,
    type: failure.type,
    typeName: failure.typeName,
    meaning: failure.meaning,
    heap: hexAddress(failure.handle ?? failure.heap),
    address: hexAddress(failure.address),
    block: blockData(failure.block),
    parameters: failure.parameters.map(hexAddress),
    previousBlock: failure.previousBlock === 0n ? undefined : hexAddress(failure.previousBlock),
    nextBlock: failure.nextBlock === 0n ? undefined : hexAddress(failure.nextBlock),
    stack: failure.frames.map(({ address, name }) => ({ address: hexAddress(address), name })),
  };
}
