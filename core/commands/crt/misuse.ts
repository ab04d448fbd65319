import { hexAddress } from '../../bytes/index.ts';
import { type CallFrame, findMisuse, type Misuse } from '../../crt/index.ts';
import { formatFlat, type JsonObject, type Output, span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { addressData } from './addressText.ts';
import { crtContextOf, crtMapOf, stacksOf } from './crtSession.ts';
import { runtimeLabel } from './overview.ts';

/** Evidence of memory that is freed by the wrong one: the model of `!crt -misuse`. */
export interface MisuseModel {
  readonly form: 'misuse';
  readonly found: readonly Misuse[];
  readonly stacks: number;
  readonly width: 4 | 8;
}

export async function searchMisuse(call: Call): Promise<MisuseModel> {
  const { session, pace } = call;
  const context = crtContextOf(session);
  const map = await crtMapOf(session, pace);
  const stacks = [...stacksOf(session)];
  const nameOf = (frame: CallFrame): { name: string; start: Address } | undefined => {
    const found = session.symbols.nearest(frame.lookup);
    return found && { name: found.symbol.name, start: found.address };
  };
  const found = await findMisuse({ context, map, stacks, nameOf, pace });
  return { form: 'misuse', found, stacks: stacks.length, width: session.machine.pointerSize };
}

/** What `!crt -misuse` prints. */
export function printMisuse({ found, stacks, width }: MisuseModel, out: Output): void {
  const flat = (address: Address): string => formatFlat(address, width);
  if (found.length === 0) {
    out.line(`No free of foreign memory is on the ${stacks} stacks.`);
    return;
  }
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
}

/** The `data` of `!crt -misuse`. */
export function misuseData({ found, width }: MisuseModel): JsonObject {
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
      })),
      memory: addressData({ form: 'address', answer: m.memory, width }),
      evidence: m.evidence,
    })),
  };
}
