import type { ProcessView } from '../../process/index.ts';
import type { SymbolService } from '../../symbols/index.ts';
import { AddressReader } from '../addressReader.ts';
import { BlockMark, BlockPart } from '../blockSink.ts';
import type { BlockOwner, HeapSnapshot } from '../model.ts';
import { readSegmentExtra } from '../segment/index.ts';
import { TraceDatabase } from './traceDatabase.ts';
import { type AllocationTrace, readTraceBlock, readTraceEntry } from './traceEntry.ts';

/** Byte 7 of an NT heap's header, Vista and later: an extended entry stands in front of the user's bytes. */
const EXTENDED = 0x40;
/** Flags of an NT heap's header: HEAP_ENTRY_EXTRA is there */
const EXTRA_PRESENT = 2;

/** Windows' major version */
const VISTA = 6;

/** _DPH_BLOCK_INFORMATION: its size, and StackTrace in it */
const PAGE_INFO = { 4: { size: 0x20, trace: 0x18 }, 8: { size: 0x40, trace: 0x30 } } as const;
/** StackTrace in a _DPH_HEAP_BLOCK: XP and 2003, Vista and later */
const PAGE_NODE = { before: 0x24, 4: 0x30, 8: 0x60 } as const;

interface NtBlock {
  readonly entry: number;
  readonly size: number;
  readonly flags: number;
  readonly virtual: boolean;
}

/** Call stacks of allocations, for one view of a process: what +ust and page heap keep. */
export class StackTraces {
  private readonly reader: AddressReader;
  private readonly pointerSize: 4 | 8;
  private found: TraceDatabase | null | undefined;

  constructor(
    private readonly view: ProcessView,
    private readonly symbols?: SymbolService,
  ) {
    this.reader = new AddressReader(view.target.memory);
    this.pointerSize = view.machine.pointerSize;
  }

  /** ntdll's database, looked for once. Blocks of Windows 8 and later do not need it. May throw `AwaitFirst`. */
  get database(): TraceDatabase | undefined {
    if (this.found === undefined)
      this.found = TraceDatabase.find(this.view, this.symbols, this.reader) ?? null;
    return this.found ?? undefined;
  }

  /** The call stack that allocated a block; undefined where none is kept or the dump does not hold it. */
  ofBlock(snapshot: HeapSnapshot, index: number): AllocationTrace | undefined {
    const { columns } = snapshot.blocks;
    const entry = columns.entry[index];
    if (entry === undefined) return undefined;
    const user = entry + (columns.userOffset[index] ?? 0);
    const userSize = columns.userSize[index] ?? -1;
    switch (snapshot.reference.kind) {
      case 'nt':
        return this.ofNtBlock({
          entry,
          size: columns.size[index] ?? 0,
          flags: columns.flags[index] ?? 0,
          virtual: columns.part[index] === BlockPart.virtual,
        });
      case 'segment': {
        if (userSize < 0 || !((columns.marks[index] ?? 0) & BlockMark.extra)) return undefined;
        const extra = readSegmentExtra(this.reader, user, userSize, this.pointerSize);
        return extra?.trace === undefined ? undefined : this.at(extra.trace);
      }
      case 'page':
        return this.ofPageBlock(user, snapshot.owners[columns.owner[index] ?? 0]);
      default:
        return undefined;
    }
  }

  /** The call stack of a record at an address: `_RTL_STACK_TRACE_ENTRY`, or `_RTL_TRACE_BLOCK` of XP's page heap. */
  at(record: number): AllocationTrace | undefined {
    return (
      readTraceEntry(this.reader, record, this.pointerSize) ??
      readTraceBlock(this.reader, record, this.pointerSize)
    );
  }

  private ofNtBlock(block: NtBlock): AllocationTrace | undefined {
    const { reader, pointerSize: p } = this;
    const unit = 2 * p;
    if (!reader.has(block.entry, unit)) return undefined;
    if (this.view.target.system.os.major >= VISTA) {
      // this byte is not coded
      const last = reader.u8(block.entry + unit - 1);
      const extended = block.virtual ? reader.u8(block.entry + unit - 2) > 0 : (last & EXTENDED) !== 0;
      // the pointer to the entry stands behind the header
      if (extended) return this.at(reader.tryPointer(block.entry + unit, p) ?? 0);
    }
    return block.flags & EXTRA_PRESENT ? this.ofExtra(block) : undefined;
  }

  /** HEAP_ENTRY_EXTRA: the block's last unit, or in front of the sizes of a block with a region of its own. */
  private ofExtra({ entry, size, virtual }: NtBlock): AllocationTrace | undefined {
    const { reader, pointerSize: p } = this;
    const unit = 2 * p;
    const at = virtual ? entry - 2 * unit : entry + size - unit;
    if (!reader.has(at, 2)) return undefined;
    const index = reader.u16(at);
    return index === 0 ? undefined : this.database?.at(index);
  }

  /** A freed block's memory is not accessible; its node then has the stack that freed it. */
  private ofPageBlock(user: number, owner: BlockOwner | undefined): AllocationTrace | undefined {
    const { pointerSize: p } = this;
    const { size, trace } = PAGE_INFO[p];
    const record = this.reader.tryPointer(user - size + trace, p);
    if (record !== undefined) return this.at(record);
    if (owner?.kind !== 'region') return undefined;
    const place = this.view.target.system.os.major < VISTA ? PAGE_NODE.before : PAGE_NODE[p];
    return this.at(this.reader.tryPointer(Number(owner.address) + place, p) ?? 0);
  }
}
