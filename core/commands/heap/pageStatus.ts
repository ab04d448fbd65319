import { hex, hexAddress } from '../../bytes/index.ts';
import type { HeapReference } from '../../heap/index.ts';
import { field, globalFlags, readPeb } from '../../process/index.ts';
import { span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { viewOf } from '../process/index.ts';
import type { Session } from '../session.ts';
import { AllocationStacks } from './allocationStacks.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { flagNames } from './heapFlags.ts';
import { referenceData } from './heapData.ts';
import { printNothing } from './listForm.ts';
import { orderedHeaps, readOutlines, whyNoHeaps } from './selectHeaps.ts';

/** Bits of NtGlobalFlag that concern heaps: tail, free and parameter checks, all checks, verifier, tags, traces, page heap. */
const HEAP_BITS = 0x0230_99f0;
/** NtGlobalFlag: page heap; stack traces are collected with it */
const PAGE_HEAP = 0x200_0000;
/** The root of a page heap stands a page behind the handle (HEAPS.md 8). */
export const ROOT_BEHIND_HANDLE = 0x1000n;

/** The NT heap behind a page heap, which serves what page heap does not. */
function normalHeap(session: Session, { address, machine }: HeapReference): Address | undefined {
  const { layouts, target } = viewOf(session, machine);
  if (!layouts.record('_DPH_HEAP_ROOT')) return undefined;
  return (
    field(layouts.at('_DPH_HEAP_ROOT', target.memory, address + ROOT_BEHIND_HANDLE), 'NormalHeap') ??
    undefined
  );
}

/** Heaps since Windows 8 number no traces: their blocks point to entries of their own (HEAPS-CHECKED.md 9). */
function keepOwnTraces({ target }: Session): boolean {
  const { major, minor } = target.system.os;
  return major > 6 || (major === 6 && minor >= 2);
}

/** `!heap -p`: whether page heap and its relatives are on, and for which heaps. */
export function pageHeapStatus(request: HeapRequest) {
  const { session } = request.call;
  const { machine } = session;
  const { outlines, unread } = readOutlines(request, orderedHeaps(request));
  const { NtGlobalFlag } = readPeb(viewOf(session), session.target.peb(machine) ?? 0n);
  const flags = typeof NtGlobalFlag === 'number' ? globalFlags(NtGlobalFlag & HEAP_BITS) : undefined;
  const isOn = ((NtGlobalFlag ?? 0) & PAGE_HEAP) !== 0 || outlines.some((o) => o.reference.kind === 'page');
  const database = new AllocationStacks(session).of(machine).database;
  const why = outlines.length === 0 ? whyNoHeaps(session, unread) : undefined;
  return {
    print(out) {
      out.line('    Active GlobalFlag bits:');
      if (!flags) out.line(span('        the dump does not hold the PEB', 'missing'));
      for (const { abbreviation, description } of flags ?? []) {
        out.line(`        ${abbreviation} - ${description}`);
      }
      out.line('');
      if (database) {
        out.line(
          `    StackTraceDataBase @ ${hex(database.address, 8)} with ${hex(database.count, 8)} traces`,
        );
        if (keepOwnTraces(session)) {
          out.line(
            span('    (since Windows 8 heaps keep the traces of their blocks apart from it)', 'warning'),
          );
        }
        out.line('');
      }
      if (isOn) {
        out.line('    PageHeap enabled with options:');
        out.line('        ENABLE_PAGE_HEAP');
        out.line('        COLLECT_STACK_TRACES');
        out.line('');
      }
      if (why !== undefined) {
        printNothing(out, why);
        return;
      }
      out.line('    active heaps:');
      out.line('');
      for (const { reference, flags: heapFlags } of outlines) {
        const isPage = reference.kind === 'page';
        const handle = hex(reference.address);
        out.line(`    ${isPage ? '+' : '-'} `, span(handle, 'address', `!heap -h ${handle}`));
        if (!isPage) {
          const names = flagNames(heapFlags, reference.kind).join(' ');
          if (names !== '') out.line(`          ${names} `);
          continue;
        }
        out.line('        ENABLE_PAGE_HEAP COLLECT_STACK_TRACES ');
        const normal = normalHeap(session, reference);
        if (normal) out.line(`      NormalHeap - ${hex(normal)}`);
      }
      for (const { problem } of unread) out.line(span(`    ${problem}`, 'missing'));
    },
    data: () => ({
      globalFlag: typeof NtGlobalFlag === 'number' ? hexAddress(NtGlobalFlag >>> 0) : undefined,
      pageHeap: isOn,
      traceDatabase: database && { address: hexAddress(database.address), traces: database.count },
      heaps: outlines.map((o) => ({ ...referenceData(o.reference), flags: hexAddress(o.flags) })),
      note: why,
    }),
  } satisfies HeapAnswer;
}
