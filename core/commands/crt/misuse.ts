import { hexAddress } from '../../bytes/index.ts';
import { findHeapFailure } from '../../analysis/heapFailure/index.ts';
import {
  type CallFrame,
  type CallStack,
  findMisuse,
  type FrameName,
  type ForeignHold,
  foreignHolds,
  type Misuse,
  type MisuseInput,
  misuseOfFailure,
} from '../../crt/index.ts';
import { formatFlat, type Output, span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import type { Call } from '../command.ts';
import type { Pace } from '../pace.ts';
import { allViews } from '../process/index.ts';
import type { Session } from '../session.ts';
import { addressData } from './addressText.ts';
import { crtContextOf, crtMapOf, stacksOf } from './crtSession.ts';
import { runtimeLabel } from './overview.ts';

/** Evidence of memory that is freed by the wrong one: the model of `!crt -misuse`. */
export interface MisuseModel {
  readonly form: 'misuse';
  readonly found: readonly Misuse[];
  readonly hints: readonly ForeignHold[];
  readonly stacks: number;
  readonly width: 4 | 8;
}

/** Looks at all stacks, at what the heap manager recorded, and for memory that is held by foreign modules alone. */
export async function searchMisuse({ session, pace }: Call): Promise<MisuseModel> {
  const stacks = [...stacksOf(session)];
  const input = await misuseInput(session, pace, stacks);
  const found = [...(await failureMisuse(session, input)), ...(await findMisuse(input))];
  const hints = await foreignHolds(input.context, input.map, pace);
  const wide = session.target.machines.every((m) => m.pointerSize === 8);
  return { form: 'misuse', found, hints, stacks: stacks.length, width: wide ? 8 : 4 };
}

/**
 * The frees of foreign memory that the crash shows, for `!analyze`: on the stack of the exception, or of the current
 * thread where there is none, and in the heap manager's record of a failure. Empty where it shows none.
 */
export async function crossModuleFree(session: Session, pace: Pace): Promise<readonly Misuse[]> {
  const { exception } = session.target;
  const threadId = exception?.threadId ?? session.thread?.id;
  const stacks: CallStack[] = [];
  for (const stack of stacksOf(session, threadId)) stacks.push(stack);
  const input = await misuseInput(session, pace, stacks);
  return [...(await failureMisuse(session, input)), ...(await findMisuse(input))];
}

async function misuseInput(session: Session, pace: Pace, stacks: readonly CallStack[]): Promise<MisuseInput> {
  const context = crtContextOf(session);
  const map = await crtMapOf(session, pace);
  // arguments on x64 are worked out from code
  await context.loadDisassemblers();
  const nameOf = (frame: CallFrame): FrameName | undefined => {
    const found = session.symbols.nearest(frame.lookup);
    const ofExport = frame.module && session.symbols.loaded(frame.module)?.status === 'export';
    return found && { name: found.symbol.name, start: found.address, ofExport };
  };
  return { context, map, stacks, nameOf, pace };
}

/** What the heap managers of both sides of the process recorded, where that is a foreign free. */
async function failureMisuse(session: Session, input: MisuseInput): Promise<Misuse[]> {
  const found: Misuse[] = [];
  for (const view of allViews(session)) {
    const failure = findHeapFailure(view, session.symbols);
    const misuse = failure && (await misuseOfFailure(input, failure));
    if (misuse) found.push(misuse);
  }
  return found;
}

/** What `!crt -misuse` prints. */
export function printMisuse({ found, hints, stacks, width }: MisuseModel, out: Output): void {
  const flat = (address: Address): string => formatFlat(address, width);
  if (found.length === 0)
    out.line(`No free of foreign memory is on ${stacks === 1 ? 'the stack' : `any of ${stacks} stacks`}.`);
  for (const misuse of found) {
    const { kind, certainty, thread, pointer, allocatedBy, allocator, freer, freedBy, evidence } = misuse;
    const where = thread ? ` on thread ${thread.index} (${thread.id.toString(16)})` : '';
    out.line(span(`${certainty === 'shown' ? '' : 'Likely '}${kind}${where}`, 'error'));
    out.line('    Memory:       ', span(flat(pointer), 'address', `!crt ${flat(pointer)}`));
    if (allocatedBy.length > 0) {
      const of = allocator ? ` (${runtimeLabel(allocator)})` : '';
      out.line(`    Allocated by: ${allocatedBy.map((m) => m.name).join(', ')}${of}`);
    }
    if (freedBy) out.line(`    Freed by:     ${freedBy.name}${freer ? ` (${runtimeLabel(freer)})` : ''}`);
    for (const sentence of evidence) out.line(`    ${sentence}`);
    for (const { frame, function: name } of misuse.frames) {
      out.line(`        ${name}  ${flat(frame.instruction)}`);
    }
    if (misuse.caller) out.line(`        called by ${misuse.caller.function}`);
  }
  if (hints.length > 0)
    out.line('Hints, which prove nothing: memory that only modules of another runtime point to');
  for (const { allocator, holder, blocks, bytes, examples } of hints) {
    out.line(`    ${blocks} blocks, ${bytes} bytes, of ${allocator.name} are held by ${holder.name} alone.`);
    out.line(`    If it frees them with its own runtime, that is a cross-module free. The first of them:`);
    for (const { user, size, heldAt } of examples) {
      const at = flat(user);
      out.line('        ', span(at, 'address', `!crt ${at}`), `, ${size} bytes, held at ${flat(heldAt)}`);
    }
  }
}

/** The `data` of `!crt -misuse`. */
export function misuseData({ found, hints, width }: MisuseModel) {
  return {
    misuse: found.map((m) => ({
      kind: m.kind,
      certainty: m.certainty,
      thread: m.thread && { index: m.thread.index, id: hexAddress(m.thread.id) },
      pointer: hexAddress(m.pointer),
      allocatedBy: m.allocatedBy.map((module) => module.name),
      allocator: m.allocator && runtimeLabel(m.allocator),
      freedBy: m.freedBy?.name,
      freer: m.freer && runtimeLabel(m.freer),
      freerHeap: m.freerHeap === undefined ? undefined : hexAddress(m.freerHeap),
      caller: m.caller?.function,
      frames: m.frames.map((f) => ({
        index: f.frame.index,
        function: f.function,
        instruction: hexAddress(f.frame.instruction),
        pointer: hexAddress(f.pointer),
        from: f.from,
        handle: f.handle === undefined ? undefined : hexAddress(f.handle),
        how: f.byCode ? 'code' : 'symbol',
      })),
      memory: addressData({ form: 'address', answer: m.memory, width }),
      evidence: m.evidence,
    })),
    hints: hints.map(({ allocator, holder, blocks, bytes, examples }) => ({
      allocator: runtimeLabel(allocator),
      holder: runtimeLabel(holder),
      blocks,
      bytes,
      examples: examples.map(({ user, size, heldAt }) => ({
        user: hexAddress(user),
        size,
        heldAt: hexAddress(heldAt),
      })),
    })),
  };
}
