/**
 * What a dump says of the object behind a handle. minidumpapiset.h numbers the kinds and leaves their contents open;
 * in dumps written by Windows they are the records that NtQueryEvent and its siblings return (seen in a Windows 11
 * dump: thread, mutant, mutant owner, event, section, semaphore). Process information is named and not taken apart:
 * no dump at hand has it.
 */
import { ByteReader } from '../../bytes/index.ts';

export type HandleObjectDetail =
  /** THREAD_BASIC_INFORMATION */
  | {
      readonly kind: 'thread';
      readonly exitStatus: number;
      readonly teb: bigint;
      readonly processId: bigint;
      readonly threadId: bigint;
      readonly affinity: bigint;
      readonly priority: number;
      readonly basePriority: number;
    }
  /** MUTANT_BASIC_INFORMATION; a count of 1 is free, 0 and below is owned */
  | {
      readonly kind: 'mutant';
      readonly currentCount: number;
      readonly ownedByCaller: boolean;
      readonly abandoned: boolean;
    }
  /** MUTANT_OWNER_INFORMATION; zeros where nobody owns it */
  | { readonly kind: 'mutantOwner'; readonly processId: bigint; readonly threadId: bigint }
  /** EVENT_BASIC_INFORMATION; notification events are those that reset by hand */
  | { readonly kind: 'event'; readonly type: 'notification' | 'synchronization'; readonly signaled: boolean }
  /** SECTION_BASIC_INFORMATION */
  | {
      readonly kind: 'section';
      readonly baseAddress: bigint;
      readonly allocationAttributes: number;
      readonly maximumSize: bigint;
    }
  /** SEMAPHORE_BASIC_INFORMATION */
  | { readonly kind: 'semaphore'; readonly currentCount: number; readonly maximumCount: number };

/** MINIDUMP_HANDLE_OBJECT_INFORMATION_TYPE, by number. */
const TYPE_NAMES = [
  'MiniHandleObjectInformationNone',
  'MiniThreadInformation1',
  'MiniMutantInformation1',
  'MiniMutantInformation2',
  'MiniProcessInformation1',
  'MiniProcessInformation2',
  'MiniEventInformation1',
  'MiniSectionInformation1',
  'MiniSemaphoreInformation1',
] as const;

/** The header's name for a kind of object information; its number where it has none. */
export function handleObjectInfoName(type: number): string {
  return TYPE_NAMES[type] ?? `0x${type.toString(16)}`;
}

/** Takes the raw information of a kind apart; undefined where its layout or its size is not known. */
export function parseHandleObjectInfo(type: number, bytes: Uint8Array): HandleObjectDetail | undefined {
  const r = new ByteReader(bytes);
  switch (TYPE_NAMES[type]) {
    case 'MiniThreadInformation1':
      return parseThread(r);
    case 'MiniMutantInformation1':
      return r.length === 8
        ? { kind: 'mutant', currentCount: r.i32(0), ownedByCaller: r.u8(4) !== 0, abandoned: r.u8(5) !== 0 }
        : undefined;
    case 'MiniMutantInformation2': {
      const p = pointerSize(r, 8, 16);
      return p && { kind: 'mutantOwner', processId: r.pointer(0, p), threadId: r.pointer(p, p) };
    }
    case 'MiniEventInformation1':
      return r.length === 8
        ? {
            kind: 'event',
            type: r.u32(0) === 0 ? 'notification' : 'synchronization',
            signaled: r.u32(4) !== 0,
          }
        : undefined;
    case 'MiniSectionInformation1': {
      const p = pointerSize(r, 16, 24);
      return (
        p && {
          kind: 'section',
          baseAddress: r.pointer(0, p),
          allocationAttributes: r.u32(p),
          maximumSize: r.u64(2 * p),
        }
      );
    }
    case 'MiniSemaphoreInformation1':
      return r.length === 8
        ? { kind: 'semaphore', currentCount: r.i32(0), maximumCount: r.i32(4) }
        : undefined;
    default:
      return undefined;
  }
}

function parseThread(r: ByteReader): HandleObjectDetail | undefined {
  const p = pointerSize(r, 28, 48);
  if (!p) return undefined;
  return {
    kind: 'thread',
    exitStatus: r.u32(0),
    teb: r.pointer(p, p),
    processId: r.pointer(2 * p, p),
    threadId: r.pointer(3 * p, p),
    affinity: r.pointer(4 * p, p),
    priority: r.i32(5 * p),
    basePriority: r.i32(5 * p + 4),
  };
}

/** Which of two layouts a record has: its length tells. */
function pointerSize(r: ByteReader, narrow: number, wide: number): 4 | 8 | undefined {
  if (r.length === narrow) return 4;
  return r.length === wide ? 8 : undefined;
}
