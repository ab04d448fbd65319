import type { Minidump, ThreadRecord } from '../minidump/index.ts';
import type { Machine } from './machine.ts';
import type { Address, AddressRange, Memory } from './memory.ts';
import type { Thread, ThreadTimes } from './model.ts';
import { ContextRecord, type RegisterContext } from './registers/index.ts';
import { context32Of, teb32Of } from './wow64.ts';

/** What all threads of a dump share. */
export interface ThreadSurroundings {
  readonly dump: Minidump;
  readonly memory: Memory;
  /** the dump's own machine */
  readonly machine: Machine;
}

/** A thread of the dump: what the thread list says, and what ThreadInfoList, ThreadNames and its TEB add. */
export class DumpThread implements Thread {
  constructor(
    readonly index: number,
    private readonly record: ThreadRecord,
    private readonly around: ThreadSurroundings,
  ) {}

  get id(): number {
    return this.record.id;
  }

  get teb(): Address {
    return this.record.teb;
  }

  get name(): string | undefined {
    return this.around.dump.threadNames.get(this.id);
  }

  get suspendCount(): number {
    return this.record.suspendCount;
  }

  get priorityClass(): number {
    return this.record.priorityClass;
  }

  get priority(): number {
    return this.record.priority;
  }

  get startAddress(): Address | undefined {
    const start = this.around.dump.threadInfos.get(this.id)?.startAddress;
    return start ? start : undefined;
  }

  get times(): ThreadTimes | undefined {
    const info = this.around.dump.threadInfos.get(this.id);
    return (
      info && {
        created: info.createTime || undefined,
        exited: info.exitTime || undefined,
        kernel: info.kernelTime,
        user: info.userTime,
      }
    );
  }

  get stack(): AddressRange | undefined {
    const { start, size } = this.record.stack;
    return size > 0 ? { start, end: start + BigInt(size) } : undefined;
  }

  context(machine: Machine): RegisterContext | undefined {
    const { dump, memory, machine: own } = this.around;
    if (machine.kind === own.kind) {
      const bytes = dump.context(this.record.context);
      return bytes.length > 0 ? new ContextRecord(machine, bytes) : undefined;
    }
    return machine.kind === 'x86' && this.teb ? context32Of(memory, this.teb) : undefined;
  }

  tebFor(machine: Machine): Address | undefined {
    if (!this.teb) return undefined;
    return machine.kind === this.around.machine.kind ? this.teb : teb32Of(this.around.memory, this.teb);
  }
}
