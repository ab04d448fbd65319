/**
 * What goes into a dump that we write. The fields have Windows' meanings and the names that the reader gives its
 * records, so that what was read can be handed over as it is (`.dump /m` cuts a small dump out of a large one).
 */
import type { CodeView, FixedFileInfo } from '../../pe/index.ts';
import type { MemoryInfo } from '../streams/memoryInfos.ts';
import type { MiscInfo, TimeZone, XStateConfig } from '../streams/miscInfo.ts';

/** A run of memory: its bytes at once, or in pieces that are made when they are written. */
export interface MemoryContent {
  readonly start: bigint;
  /** bytes */
  readonly size: number;
  /**
   * The bytes, `size` in all. A function is called when the file is written and may give them in pieces. Absent, the
   * range is a hole in the file: a sparse one of any size costs nothing.
   */
  readonly bytes?: Uint8Array | (() => Iterable<Uint8Array>);
}

export interface SystemInfoDescription {
  readonly processorArchitecture: number;
  readonly processorLevel?: number;
  readonly processorRevision?: number;
  readonly numberOfProcessors?: number;
  readonly productType?: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly buildNumber: number;
  /** VER_PLATFORM_*; 2 (NT) unless told */
  readonly platformId?: number;
  readonly csdVersion?: string;
  readonly suiteMask?: number;
  /** CPU_INFORMATION, at most 24 bytes */
  readonly cpu?: Uint8Array;
}

export interface ThreadDescription {
  readonly id: number;
  readonly suspendCount?: number;
  readonly priorityClass?: number;
  readonly priority?: number;
  readonly teb?: bigint;
  /** its bytes come from `memory`, when a range there holds it whole */
  readonly stack?: { readonly start: bigint; readonly size: number };
  /** a CONTEXT record; empty for none */
  readonly context?: Uint8Array;
}

export interface ThreadInfoDescription {
  readonly id: number;
  readonly dumpFlags?: number;
  readonly dumpError?: number;
  readonly exitStatus?: number;
  readonly createTime?: bigint;
  readonly exitTime?: bigint;
  readonly kernelTime?: bigint;
  readonly userTime?: bigint;
  readonly startAddress?: bigint;
  readonly affinity?: bigint;
}

export interface UnloadedModuleDescription {
  readonly base: bigint;
  readonly size: number;
  readonly checksum?: number;
  readonly timestamp?: number;
  readonly name: string;
}

export interface ModuleDescription extends UnloadedModuleDescription {
  readonly version?: FixedFileInfo;
  readonly codeView?: CodeView;
}

export interface ExceptionDescription {
  readonly threadId: number;
  readonly record: {
    readonly code: number;
    readonly flags?: number;
    readonly record?: bigint;
    readonly address: bigint;
    /** at most 15 */
    readonly parameters?: readonly bigint[];
  };
  readonly context?: Uint8Array;
}

/** The version of the misc stream follows from what is given: 1 for process times, 2 for MHz, 3 time zone, 4 strings, 5 XSTATE. */
export interface MiscInfoDescription extends Omit<MiscInfo, 'sizeOfInfo' | 'flags1' | 'timeZone' | 'xstate'> {
  readonly timeZone?: Pick<TimeZone, 'id' | 'bias'> & Partial<TimeZone>;
  readonly xstate?: Omit<XStateConfig, 'size'>;
}

export interface HandleDescription {
  readonly handle: bigint;
  readonly typeName?: string;
  readonly objectName?: string;
  readonly attributes?: number;
  readonly grantedAccess?: number;
  readonly handleCount?: number;
  readonly pointerCount?: number;
  /** chained in this order; with any in the list, all descriptors are of version 2 */
  readonly objectInfo?: readonly { readonly type: number; readonly bytes: Uint8Array }[];
}

/** A whole dump. A stream is written when its field is there, be it empty. */
export interface MinidumpDescription {
  /** MINIDUMP_TYPE */
  readonly flags?: bigint;
  /** seconds since 1970, UTC */
  readonly timestamp?: number;
  /** high word of the header's version */
  readonly implementationVersion?: number;
  readonly systemInfo?: SystemInfoDescription;
  readonly threads?: readonly ThreadDescription[];
  readonly threadInfos?: readonly ThreadInfoDescription[];
  /** by thread id */
  readonly threadNames?: ReadonlyMap<number, string>;
  readonly modules?: readonly ModuleDescription[];
  readonly unloadedModules?: readonly UnloadedModuleDescription[];
  readonly memory?: readonly MemoryContent[];
  /** `list` (the default) has 32-bit file offsets; `list64` lays all memory at the end of the file */
  readonly memoryForm?: 'list' | 'list64';
  readonly memoryInfos?: readonly MemoryInfo[];
  readonly exception?: ExceptionDescription;
  readonly miscInfo?: MiscInfoDescription;
  readonly handles?: readonly HandleDescription[];
  readonly comments?: { readonly ansi?: string; readonly unicode?: string };
  /** streams of any other type, as they are */
  readonly otherStreams?: readonly { readonly type: number; readonly bytes: Uint8Array }[];
  /** type-0 entries at the end of the directory, as Windows leaves them */
  readonly unusedEntries?: number;
}
