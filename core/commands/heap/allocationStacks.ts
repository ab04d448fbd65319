import { hex } from '../../bytes/index.ts';
import { type AllocationTrace, type HeapSnapshot, StackTraces } from '../../heap/index.ts';
import { formatFlat, type Part, span } from '../../output/index.ts';
import type { Address, Machine } from '../../target/index.ts';
import { type Place, placeOf, viewOf } from '../process/index.ts';
import type { Session } from '../session.ts';

/** The call stacks that allocations were made with, their frames named. Symbols are asked for once an address. */
export class AllocationStacks {
  private readonly traces = new Map<Machine, StackTraces>();
  private readonly places = new Map<Address, Place | undefined>();

  constructor(private readonly session: Session) {}

  /** The stack of a block, with its frames' names looked up: may throw `AwaitFirst`. Undefined where none is kept. */
  ofBlock(snapshot: HeapSnapshot, index: number): AllocationTrace | undefined {
    const trace = this.of(snapshot.reference.machine).ofBlock(snapshot, index);
    for (const frame of trace?.frames ?? []) this.place(frame);
    return trace;
  }

  /** The database of +ust of one side of the process. */
  of(machine: Machine): StackTraces {
    let traces = this.traces.get(machine);
    if (!traces) {
      traces = new StackTraces(viewOf(this.session, machine), this.session.symbols);
      this.traces.set(machine, traces);
    }
    return traces;
  }

  /** `        7ffef0fb41e6 verifier!AVrfDebugPageHeapAllocate+0x0000000000000406`; page heap pads the address instead. */
  lines({ frames }: AllocationTrace, { reference }: HeapSnapshot): Part[][] {
    const { pointerSize } = reference.machine;
    const padded = reference.kind === 'page' || pointerSize === 4;
    const indent = reference.kind === 'page' ? '    ' : '        ';
    return frames.map((frame) => {
      const text = padded ? formatFlat(frame, pointerSize) : hex(frame);
      const name = this.name(frame, pointerSize);
      return [indent, span(text, 'address', `u ${text}`), name === '' ? '' : ' ', span(name, 'symbol')];
    });
  }

  /** `module!function+0x406`, the displacement in as many digits as the debugger gives it; '' outside modules. */
  name(frame: Address, pointerSize: 4 | 8): string {
    const place = this.place(frame);
    return place ? `${place.name}+0x${hex(place.displacement, pointerSize * 2)}` : '';
  }

  private place(frame: Address): Place | undefined {
    if (!this.places.has(frame)) this.places.set(frame, placeOf(this.session, frame));
    return this.places.get(frame);
  }
}
