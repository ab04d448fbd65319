import type { Address } from '../target/index.ts';
import { type ListEnd, walkList } from './listEntries.ts';
import type { LoaderData } from './peb.ts';
import { field, type Field, type ProcessView, readable, smallField, stringField } from './processView.ts';

/** No process has loaded more images than this. */
const MAX_ENTRIES = 16384;

export type LoaderOrder = 'load' | 'memory' | 'initialization';

const LISTS = {
  load: { head: 'InLoadOrderModuleList', links: 'InLoadOrderLinks' },
  memory: { head: 'InMemoryOrderModuleList', links: 'InMemoryOrderLinks' },
  initialization: { head: 'InInitializationOrderModuleList', links: 'InInitializationOrderLinks' },
} as const;

/** `_LDR_DATA_TABLE_ENTRY` by Windows' own names. */
export interface LoaderEntry {
  readonly address: Address;
  readonly DllBase: Field;
  readonly EntryPoint: Field;
  readonly SizeOfImage: Field<number>;
  readonly FullDllName: Field<string>;
  readonly BaseDllName: Field<string>;
  readonly Flags: Field<number>;
  /**
   * How often it is loaded, 0xffff or 0xffffffff for ever. Since Windows 8 the entry's own count is obsolete and the
   * count of its `DdagNode` is the true one.
   */
  readonly LoadCount: Field<number>;
  readonly TlsIndex: Field<number>;
  readonly TimeDateStamp: Field<number>;
  readonly CheckSum: Field<number>;
  /** since Windows 8 */
  readonly LoadReason: Field<number>;
  /** FILETIME, since Windows 7 */
  readonly LoadTime: Field;
  readonly OriginalBase: Field;
  readonly ParentDllBase: Field;
  readonly ReferenceCount: Field<number>;
}

export interface LoaderList {
  readonly order: LoaderOrder;
  readonly entries: readonly LoaderEntry[];
  readonly end: ListEnd;
  readonly stoppedAt?: Address;
}

/** One of the loader's three lists of images. */
export function readLoaderList(view: ProcessView, data: LoaderData, order: LoaderOrder): LoaderList {
  const { head, links } = LISTS[order];
  const { memory } = view.target;
  const list = walkList(memory, data[head].address, view.machine.pointerSize, MAX_ENTRIES);
  const offset = BigInt(view.layouts.offset('_LDR_DATA_TABLE_ENTRY', links));
  return {
    order,
    entries: list.links.map((link) => readLoaderEntry(view, link - offset)),
    end: list.end,
    stoppedAt: list.stoppedAt,
  };
}

/** The loader's entry at an address. */
export function readLoaderEntry(view: ProcessView, address: Address): LoaderEntry {
  const struct = view.layouts.at('_LDR_DATA_TABLE_ENTRY', view.target.memory, address);
  return {
    address,
    DllBase: field(struct, 'DllBase'),
    EntryPoint: field(struct, 'EntryPoint'),
    SizeOfImage: smallField(struct, 'SizeOfImage'),
    FullDllName: stringField(struct, 'FullDllName'),
    BaseDllName: stringField(struct, 'BaseDllName'),
    Flags: smallField(struct, 'Flags'),
    LoadCount: loadCount(view, address),
    TlsIndex: smallField(struct, 'TlsIndex'),
    TimeDateStamp: smallField(struct, 'TimeDateStamp'),
    CheckSum: smallField(struct, 'CheckSum'),
    LoadReason: smallField(struct, 'LoadReason'),
    LoadTime: field(struct, 'LoadTime.QuadPart'),
    OriginalBase: field(struct, 'OriginalBase'),
    ParentDllBase: field(struct, 'ParentDllBase'),
    ReferenceCount: smallField(struct, 'ReferenceCount'),
  };
}

function loadCount(view: ProcessView, address: Address): Field<number> {
  const struct = view.layouts.at('_LDR_DATA_TABLE_ENTRY', view.target.memory, address);
  if (!struct.has('DdagNode')) return smallField(struct, 'LoadCount');
  return readable(() => {
    const node = struct.struct('DdagNode');
    // Wine keeps no node in its versions that report Windows 8 or later before 7.0: what is left is the old count
    if (!node) return struct.has('ObsoleteLoadCount') ? struct.number('ObsoleteLoadCount') : undefined;
    return node.has('LoadCount') ? node.number('LoadCount') : undefined;
  });
}
