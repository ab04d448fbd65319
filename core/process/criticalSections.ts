import { type Address, readPointer, tryRead } from '../target/index.ts';
import { type ListEnd, walkList } from './listEntries.ts';
import { field, type Field, type ProcessView, smallField } from './processView.ts';

/** More critical sections than a process has; the walk is bounded by what it has seen as well. */
const MAX_SECTIONS = 1_000_000;

/** `_RTL_CRITICAL_SECTION` with its `_RTL_CRITICAL_SECTION_DEBUG`, by Windows' own names, and what they mean. */
export interface CriticalSection {
  readonly address: Address;
  readonly DebugInfo: Field;
  readonly LockCount: Field<number>;
  readonly RecursionCount: Field<number>;
  /** thread id */
  readonly OwningThread: Field;
  readonly LockSemaphore: Field;
  readonly SpinCount: Field;
  /** of the debug information, where there is any */
  readonly debug?: {
    readonly address: Address;
    readonly Type: Field<number>;
    readonly CreatorBackTraceIndex: Field<number>;
    readonly CriticalSection: Field;
    readonly EntryCount: Field<number>;
    readonly ContentionCount: Field<number>;
    readonly Flags: Field<number>;
  };
  /** what LockCount says; undefined where it is not in the dump */
  readonly state?: LockState;
  /** the debug information does not point back: the section was freed or overwritten without DeleteCriticalSection */
  readonly orphaned: boolean;
}

export interface LockState {
  readonly locked: boolean;
  /** threads that wait for it */
  readonly waiters: number;
  /** a waiter has been woken and has not run yet; only the newer rule tells */
  readonly waiterWoken?: boolean;
}

/**
 * What a LockCount means. Two rules are in use and never give the same number but -1, "not locked", so the number says
 * which it is. Since Windows Server 2003 SP1 it is bits and negative: bit 0 set means not locked, bit 1 set means no
 * waiter woken, and the ones' complement of the rest counts waiters. Before, and in Wine always, it counts from -1 the
 * enterings by owner and waiters together, so that the owner's recursions are needed too (Debugging Tools, "Displaying
 * a Critical Section").
 */
export function lockState(lockCount: number, recursionCount: number): LockState {
  const count = lockCount | 0;
  if (count >= 0) return { locked: true, waiters: Math.max(0, count + 1 - recursionCount) };
  if (count === -1) return { locked: false, waiters: 0 };
  return { locked: (count & 1) === 0, waiters: (-1 - count) >> 2, waiterWoken: (count & 2) === 0 };
}

/** The critical section at an address. */
export function readCriticalSection(view: ProcessView, address: Address): CriticalSection {
  const { memory } = view.target;
  const struct = view.layouts.at('_RTL_CRITICAL_SECTION', memory, address);
  const DebugInfo = field(struct, 'DebugInfo');
  const LockCount = smallField(struct, 'LockCount');
  const RecursionCount = smallField(struct, 'RecursionCount');
  const debug = DebugInfo && !isNoDebugInfo(view, DebugInfo) ? readDebug(view, DebugInfo) : undefined;
  return {
    address,
    DebugInfo,
    LockCount,
    RecursionCount,
    OwningThread: field(struct, 'OwningThread'),
    LockSemaphore: field(struct, 'LockSemaphore'),
    SpinCount: field(struct, 'SpinCount'),
    debug,
    state: typeof LockCount === 'number' ? lockState(LockCount, RecursionCount ?? 0) : undefined,
    orphaned: typeof debug?.CriticalSection === 'bigint' && debug.CriticalSection !== address,
  };
}

function readDebug(view: ProcessView, address: Address): NonNullable<CriticalSection['debug']> {
  const struct = view.layouts.at('_RTL_CRITICAL_SECTION_DEBUG', view.target.memory, address);
  return {
    address,
    Type: smallField(struct, 'Type'),
    CreatorBackTraceIndex: smallField(struct, 'CreatorBackTraceIndex'),
    CriticalSection: field(struct, 'CriticalSection'),
    EntryCount: smallField(struct, 'EntryCount'),
    ContentionCount: smallField(struct, 'ContentionCount'),
    Flags: smallField(struct, 'Flags'),
  };
}

/** DebugInfo is -1 in sections made with RTL_CRITICAL_SECTION_FLAG_NO_DEBUG_INFO (the default since Windows 8). */
function isNoDebugInfo(view: ProcessView, debugInfo: Address): boolean {
  return debugInfo === (view.machine.pointerSize === 8 ? 0xffffffffffffffffn : 0xffffffffn);
}

/** More threads than wait anywhere, deeper than anyone enters: counts of what is a critical section stay below. */
export const MAX_COUNT = 0x10000;
/** RTL_CRITSECT_TYPE and RTL_RESOURCE_TYPE (winnt.h) */
const DEBUG_TYPES = [0, 1];

/**
 * Two pointers that lead to each other are not enough: list heads and heaps have them too. Type, counts and owner of a
 * critical section agree with each other.
 */
export function isPlausible(view: ProcessView, address: Address): boolean {
  const section = readCriticalSection(view, address);
  const { debug, state, LockCount, RecursionCount, OwningThread, SpinCount } = section;
  if (!debug || !state || typeof SpinCount !== 'bigint') return false;
  return (
    DEBUG_TYPES.includes(debug.Type ?? -1) &&
    inRange(LockCount, -4 * MAX_COUNT) &&
    inRange(RecursionCount, 0) &&
    state.locked === (OwningThread !== 0n)
  );
}

function inRange(value: CriticalSection['LockCount'], low: number): boolean {
  return typeof value === 'number' && value >= low && value < MAX_COUNT;
}

/** The sections of a process as its list has them. */
export interface CriticalSectionList {
  /** addresses of `_RTL_CRITICAL_SECTION_DEBUG`, in the list's order */
  readonly debugInfos: readonly Address[];
  readonly end: ListEnd;
  readonly stoppedAt?: Address;
  /** each section's debug information is linked to itself only: Wine keeps no list of all */
  readonly unlinked: boolean;
}

/**
 * ntdll's list of all critical sections with debug information, found through that of the loader lock: its
 * ProcessLocksList is a member of the list, and the list's head is the one member that is no debug information.
 * Undefined where the loader lock or its debug information is not in the dump.
 */
export function listCriticalSections(
  view: ProcessView,
  loaderLock: Address,
): CriticalSectionList | undefined {
  const { memory } = view.target;
  const { pointerSize } = view.machine;
  const section = view.layouts.at('_RTL_CRITICAL_SECTION', memory, loaderLock);
  const first = field(section, 'DebugInfo');
  if (!first || isNoDebugInfo(view, first)) return undefined;
  const links = BigInt(view.layouts.offset('_RTL_CRITICAL_SECTION_DEBUG', 'ProcessLocksList'));
  if (tryRead(() => readPointer(memory, first + links, pointerSize)) === undefined) return undefined;
  const list = walkList(memory, first + links, pointerSize, MAX_SECTIONS);
  const members = [first, ...list.links.map((link) => link - links)];
  const head = members.findIndex((member) => isListHead(view, member));
  const debugInfos = head < 0 ? members : members.toSpliced(head, 1);
  return {
    debugInfos,
    end: list.end,
    stoppedAt: list.stoppedAt,
    unlinked: list.links.length === 0 && list.end === 'complete',
  };
}

/**
 * Whether a member of the list is its head, RtlCriticalSectionList: a bare LIST_ENTRY in ntdll's data, so that what
 * stands around it is no debug information and leads to no critical section. The same is true of debug information
 * whose section was freed, which is why only ntdll's own data counts.
 */
function isListHead(view: ProcessView, debugInfo: Address): boolean {
  const module = view.target.modules.find(debugInfo);
  if (!module || module.fileName.toLowerCase() !== 'ntdll.dll') return false;
  const debug = view.layouts.at('_RTL_CRITICAL_SECTION_DEBUG', view.target.memory, debugInfo);
  const section = field(debug, 'CriticalSection');
  return !section || !isPlausible(view, section);
}

/** A section as the list leads to it. */
export interface ListedSection {
  readonly debugInfo: Address;
  /** undefined where the debug information does not say which it is of */
  readonly section?: CriticalSection;
  /**
   * the list leads to it and the section does not lead back: its memory was freed or used again without
   * DeleteCriticalSection
   */
  readonly orphaned: boolean;
}

/** The section that debug information belongs to. */
export function readListedSection(view: ProcessView, debugInfo: Address): ListedSection {
  const debug = view.layouts.at('_RTL_CRITICAL_SECTION_DEBUG', view.target.memory, debugInfo);
  const address = field(debug, 'CriticalSection');
  if (!address) return { debugInfo, orphaned: address === 0n };
  const section = readCriticalSection(view, address);
  const orphaned = typeof section.DebugInfo === 'bigint' && section.DebugInfo !== debugInfo;
  return { debugInfo, section, orphaned };
}
