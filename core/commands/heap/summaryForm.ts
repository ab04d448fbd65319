import { hex, hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import {
  type HeapKey,
  type HeapReference,
  type HeapSummary,
  terminationOnCorruption,
  type TerminationOnCorruption,
} from '../../heap/index.ts';
import type { Machine } from '../../target/index.ts';
import { readPeb } from '../../process/index.ts';
import { formatFlat, type Output, span } from '../../output/index.ts';
import { printSide } from './listForm.ts';
import { viewOf } from '../process/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { missingBytes, summaryData } from './heapData.ts';
import { orderedHeaps, type UnreadHeap, whyNoHeaps } from './selectHeaps.ts';

const STARS = '*'.repeat(120);
const KIB = 1024;
/** A heap is called fragmented from this on: inferred from what the debugger prints and what it does not. */
const FRAGMENTED_PERCENT = 10;
const FRAGMENTED_COMMIT = 1024 * KIB;
const FRAGMENTED_RANGES = 100;

/** NtGlobalFlag bits that new heaps follow, in the debugger's words. */
const AIDS: readonly (readonly [bit: number, text: string])[] = [
  [0x10, 'tail checking'],
  [0x20, 'free checking'],
  [0x40, 'validate parameters'],
  [0x80, 'validate on call'],
  [0x800, 'heap tagging'],
  [0x1000, 'stack back traces'],
  [0x8000, 'heap tagging by DLL'],
  [0x20_0000, 'no coalescing'],
  [0x200_0000, 'page heap'],
];

interface Row {
  readonly reference: HeapReference;
  readonly summary: HeapSummary;
}

/** `!heap -s`: one line a heap. */
export async function summarizeHeaps(request: HeapRequest) {
  const { call, heaps } = request;
  const rows: Row[] = [];
  const unread: UnreadHeap[] = [];
  for (const i of orderedHeaps(request)) {
    const reference = heaps.heaps[i];
    if (!reference) continue;
    try {
      rows.push({ reference, summary: await heaps.summary(i, call.pace) });
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      unread.push({ reference, problem: e.message });
    }
  }
  const { session } = call;
  const why = rows.length === 0 ? whyNoHeaps(session, unread) : undefined;
  const { NtGlobalFlag } = readPeb(viewOf(session), session.target.peb(session.machine) ?? 0n);
  // of Wine's heaps nobody says: its ntdll has no such setting
  const policies = new Map<Machine, TerminationOnCorruption | undefined>();
  for (const { machine, kind } of rows.map((row) => row.reference)) {
    if (kind === 'wine' || policies.has(machine)) continue;
    policies.set(machine, terminationOnCorruption(viewOf(session, machine), session.symbols));
  }
  return {
    print(out) {
      const nt = rows.filter((r) => r.reference.kind !== 'segment');
      const segment = rows.filter((r) => r.reference.kind === 'segment');
      if (rows.length === 0) {
        out.line('No heaps to display.');
        out.line('-'.repeat(session.machine.pointerSize === 4 ? 77 : 85));
        out.line(span(whyNoHeaps(session, unread, true), 'warning'));
      }
      if (nt.length > 0) {
        banner(out, 'NT HEAP STATS BELOW');
        printAids(NtGlobalFlag, out);
        printTable(nt, policies, out, printNtRow, ntHeading);
      }
      if (segment.length > 0) {
        banner(out, 'SEGMENT HEAP STATS BELOW');
        printTable(segment, policies, out, printSegmentRow, segmentHeading);
      }
      for (const { reference, problem } of unread) {
        out.line(
          formatFlat(reference.address, reference.machine.pointerSize),
          span(` ${problem}`, 'missing'),
        );
      }
    },
    data: () => ({
      heaps: [
        ...rows.map(({ reference, summary }) => summaryData(reference, summary)),
        ...unread.map(({ reference, problem }) => summaryData(reference, undefined, problem)),
      ].sort((a, b) => Number(a.index) - Number(b.index)),
      terminationOnCorruption: [...policies].flatMap(([machine, policy]) =>
        policy ? [{ machine: machine.kind, ...policy }] : [],
      ),
      note: why,
    }),
  } satisfies HeapAnswer;
}

function banner(out: Output, title: string): void {
  out.line('');
  out.line('');
  out.line(STARS);
  out.line(`${' '.repeat(46)}${title}`);
  out.line(STARS);
}

function printAids(globalFlag: number | null | undefined, out: Output): void {
  const aids = AIDS.filter(([bit]) => ((globalFlag ?? 0) & bit) !== 0);
  if (aids.length === 0) return;
  out.line('NtGlobalFlag enables following debugging aids for new heaps:');
  for (const [, text] of aids) out.line(`    ${text}`);
}

const KEY_SOURCES: Readonly<Record<HeapKey['source'], string>> = {
  symbol: 'by its symbol',
  'ntdll data': "the one value in ntdll's data that fits all headers",
  solved: 'worked out from the headers',
};

function printKeys(rows: readonly Row[], out: Output): void {
  const keys = new Map<string, HeapKey>();
  for (const { summary } of rows) for (const key of summary.keys) keys.set(`${key.name} ${key.value}`, key);
  for (const { name, value, source } of keys.values()) {
    const title = name === 'RtlpLFHKey' ? 'LFH Key' : name;
    out.line(`${title.padEnd(26)}: ${hexAddress(value)}`);
    if (source !== 'symbol') out.line(`${''.padEnd(26)}  (${name}: ${KEY_SOURCES[source]})`);
  }
}

function printPolicy(policy: TerminationOnCorruption | undefined, out: Output): void {
  if (!policy) return;
  const { enabled, reason } = policy;
  const state = enabled === undefined ? 'not known' : enabled ? 'ENABLED' : 'DISABLED';
  out.line(`Termination on corruption : ${state}`);
  if (reason !== undefined) out.line(`${''.padEnd(26)}  (${reason})`);
}

/** The tables of each width of pointer; a WOW64 process has both. */
function printTable(
  rows: readonly Row[],
  policies: ReadonlyMap<Machine, TerminationOnCorruption | undefined>,
  out: Output,
  print: (row: Row, out: Output) => void,
  heading: (pointerSize: 4 | 8) => string[],
): void {
  const machines = new Set(rows.map((r) => r.reference.machine));
  for (const machine of machines) {
    const own = rows.filter((r) => r.reference.machine === machine);
    if (machines.size > 1) printSide(machine, out);
    printKeys(own, out);
    printPolicy(policies.get(machine), out);
    const lines = heading(machine.pointerSize);
    for (const line of lines) out.line(line);
    for (const row of own) {
      print(row, out);
      printRemarks(row, out);
    }
    out.line(lines.at(-1) ?? '');
  }
}

function ntHeading(pointerSize: 4 | 8): string[] {
  const indent = pointerSize === 4 ? '' : ' '.repeat(8);
  return [
    `${indent}  Heap     Flags   Reserv  Commit  Virt   Free  List   UCR  Virt  Lock  Fast `,
    `${indent}                    (k)     (k)    (k)     (k) length      blocks cont. heap `,
    '-'.repeat(pointerSize === 4 ? 77 : 85),
  ];
}

function printNtRow({ reference, summary }: Row, out: Output): void {
  const { counters, reserved, committed, frontEnd } = summary;
  const k = (bytes: number): string => String(Math.floor(bytes / KIB));
  const virtualBytes = reserved - (counters.largeUncommitted ?? 0);
  const columns = [
    k(reserved).padStart(8),
    k(committed).padStart(7),
    k(virtualBytes).padStart(7),
    k(counters.totalFreeSize ?? summary.freeBytes).padStart(7),
    String(freeListLength(summary)).padStart(6),
    String(counters.uncommittedRanges ?? summary.uncommitted.length).padStart(6),
    String(counters.virtualBlocks ?? summary.largeRegions.length).padStart(5),
    hex(counters.lockContention ?? 0).padStart(7),
  ];
  const fast = frontEnd === 'lfh' ? 'LFH' : frontEnd === 'lookaside' ? 'L' : '';
  printHandle(reference, out, ` ${hex(summary.flags, 8)}${columns.join('')}   ${fast.padEnd(3)}`);
  // what page heap keeps back is no hole to fill, and each of its blocks has pages of its own
  if (reference.kind === 'page') return;
  const freePercent = percent(counters.totalFreeSize ?? summary.freeBytes, committed);
  if (committed >= FRAGMENTED_COMMIT && freePercent > FRAGMENTED_PERCENT) {
    out.line(`    External fragmentation  ${freePercent} % (${freeListLength(summary)} free blocks)`);
  }
  const ranges = counters.uncommittedRanges ?? summary.uncommitted.length;
  const holes = percent(virtualBytes - committed, virtualBytes);
  if (ranges >= FRAGMENTED_RANGES && holes > FRAGMENTED_PERCENT) {
    out.line(`    Virtual address fragmentation  ${holes} % (${ranges} uncommited ranges)`);
  }
}

/** Blocks on the free lists: those of the front end are on none. */
export function freeListLength({ counters, freeBlocks, frontEndFreeBlocks }: HeapSummary): number {
  return counters.freeListLength ?? freeBlocks - frontEndFreeBlocks;
}

function segmentHeading(pointerSize: 4 | 8): string[] {
  const indent = pointerSize === 4 ? '' : ' '.repeat(8);
  return [
    `${indent}  Heap     Flags   Reserv  Commit    Busy    Free    Busy    Free  Large  Segm.`,
    `${indent}                    (k)     (k)     (k)     (k)  blocks  blocks blocks       `,
    '-'.repeat(pointerSize === 4 ? 77 : 85),
  ];
}

function printSegmentRow({ reference, summary }: Row, out: Output): void {
  const k = (bytes: number): string => String(Math.floor(bytes / KIB));
  const columns = [
    k(summary.reserved).padStart(8),
    k(summary.committed).padStart(8),
    k(summary.busyBytes).padStart(8),
    k(summary.freeBytes).padStart(8),
    String(summary.busyBlocks).padStart(8),
    String(summary.freeBlocks).padStart(8),
    String(summary.largeRegions.length).padStart(7),
    String(summary.segments.length).padStart(7),
  ];
  printHandle(reference, out, ` ${hex(summary.flags, 8)}${columns.join('')}`);
}

function printHandle({ address, machine }: HeapReference, out: Output, rest: string): void {
  const text = formatFlat(address, machine.pointerSize);
  out.line(span(text, 'address', `!heap -a ${text}`), rest);
}

/** What the columns do not say: damage, holes, notes. */
function printRemarks({ summary, reference }: Row, out: Output): void {
  const missing = missingBytes(summary);
  if (summary.errors > 0) {
    const text = `    ${summary.errors} error(s): !heap -triage ${hex(reference.address)}`;
    out.line(span(text, 'error', `!heap -triage ${hex(reference.address)}`));
  }
  if (missing > 0) {
    out.line(
      span(`    ${Math.ceil(missing / KIB)} k of its committed memory are not in the dump`, 'missing'),
    );
  }
  const notes = reference.note === undefined ? summary.notes : [reference.note, ...summary.notes];
  for (const note of notes) out.line(span(`    ${note}`, 'warning'));
}

function percent(part: number, whole: number): number {
  return whole > 0 ? Math.floor((part * 100) / whole) : 0;
}
