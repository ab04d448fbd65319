import type { ByteSource } from '../bytes/index.ts';
import { StillframeError } from '../errors/index.ts';
import { DumpFile, type DirectoryEntry, type Location } from './dumpFile.ts';
import { HEADER_SIZE, MINIDUMP_SIGNATURE, readDirectory, readHeader, type MinidumpHeader } from './header.ts';
import { identifyFile } from './identifyFile.ts';
import type { MemoryRanges } from './memoryRanges.ts';
import type { Problem } from './problems.ts';
import { StreamType } from './streamTypes.ts';
import { readExtendedState, type ExtendedState } from './extendedState.ts';
import {
  readAssertionInfo,
  readBreakpadInfo,
  type AssertionInfo,
  type BreakpadInfo,
} from './streams/breakpad.ts';
import { readComments, type Comments } from './streams/comments.ts';
import { readCrashpadInfo, type CrashpadInfo } from './streams/crashpadInfo.ts';
import { readException, type ExceptionStream } from './streams/exception.ts';
import { readFunctionTables, type FunctionTables } from './streams/functionTables.ts';
import { readHandleOperations, type HandleOperation } from './streams/handleOperations.ts';
import { readHandles, type HandleRecord } from './streams/handles.ts';
import { MemoryInfoList } from './streams/memoryInfos.ts';
import { readMemoryLists, type DumpMemoryLists, type MemoryListPart } from './streams/memoryLists.ts';
import { readMiscInfo, type MiscInfo } from './streams/miscInfo.ts';
import { readModules, type ModuleRecord } from './streams/modules.ts';
import { readProcessVmCounters, type ProcessVmCounters } from './streams/processVmCounters.ts';
import { ProcessorArchitecture, readSystemInfo, type SystemInfo } from './streams/systemInfo.ts';
import { readSystemMemoryInfo, type SystemMemoryInfo } from './streams/systemMemoryInfo.ts';
import { readThreadInfos, type ThreadInfo } from './streams/threadInfos.ts';
import { readThreadNames } from './streams/threadNames.ts';
import { readThreads, type ThreadRecord } from './streams/threads.ts';
import { readTokens, type TokenInfo } from './streams/tokens.ts';
import { readUnloadedModules, type UnloadedModuleRecord } from './streams/unloadedModules.ts';

/** A CONTEXT with all its state components is about 3 KiB on x64, AMX tiles make it 11 KiB. Bytes. */
const MAX_CONTEXT = 0x10000;

/**
 * A minidump file: its header, its directory, and each stream parsed when it is asked for and then kept. What is damaged
 * is absent or shorter than it should be, and `problems` says so; nothing but `open` throws.
 */
export class Minidump {
  readonly header: MinidumpHeader;
  readonly directory: readonly DirectoryEntry[];
  private readonly file: DumpFile;
  private readonly streams = new Map<number, DirectoryEntry>();
  private readonly parsed = new Map<string, unknown>();

  private constructor(readonly source: ByteSource) {
    this.file = new DumpFile(source, () => {
      const architecture = this.systemInfo?.processorArchitecture;
      return architecture === ProcessorArchitecture.Intel || architecture === ProcessorArchitecture.Arm;
    });
    this.header = readHeader(this.file);
    this.directory = readDirectory(this.file, this.header);
    for (const entry of this.directory) {
      if (entry.type === StreamType.Unused) continue;
      if (!this.streams.has(entry.type)) this.streams.set(entry.type, entry);
      else
        this.file.problems.add(
          entry.rva,
          `${entry.name} stands in the directory again; the first one is read`,
        );
    }
  }

  /**
   * Reads header and directory. Throws a `StillframeError` of code `not-a-dump` whose message says what the file is
   * instead; hosts put the file's name before it.
   */
  static open(source: ByteSource): Minidump {
    const head = source.read(0, HEADER_SIZE);
    const signed =
      head.length >= 4 &&
      new DataView(head.buffer, head.byteOffset).getUint32(0, true) === MINIDUMP_SIGNATURE;
    if (!signed) {
      throw new StillframeError('not-a-dump', `not a minidump: this is ${identifyFile(source)}`);
    }
    if (head.length < HEADER_SIZE) {
      throw new StillframeError(
        'not-a-dump',
        `a minidump cut off in its header: ${head.length} of ${HEADER_SIZE} bytes are there`,
      );
    }
    return new Minidump(source);
  }

  /** What was found wrong so far; streams add to it as they are parsed. */
  get problems(): readonly Problem[] {
    return this.file.problems.all;
  }

  /** The directory's first entry of a type. */
  stream(type: number): DirectoryEntry | undefined {
    return this.streams.get(type);
  }

  get systemInfo(): SystemInfo | undefined {
    return this.lazy('systemInfo', () => this.parse(StreamType.SystemInfo, readSystemInfo));
  }

  get threads(): readonly ThreadRecord[] {
    return this.lazy('threads', () =>
      readThreads(this.file, this.stream(StreamType.ThreadList), this.stream(StreamType.ThreadExList)),
    );
  }

  get modules(): readonly ModuleRecord[] {
    return this.lazy('modules', () => this.parse(StreamType.ModuleList, readModules) ?? []);
  }

  /** All memory that the dump holds, of both kinds of list. */
  get memory(): MemoryRanges {
    return this.readMemory().ranges;
  }

  /** The memory lists that `memory` comes from. */
  get memoryLists(): readonly MemoryListPart[] {
    return this.readMemory().parts;
  }

  get exception(): ExceptionStream | undefined {
    return this.lazy('exception', () => this.parse(StreamType.Exception, readException));
  }

  get miscInfo(): MiscInfo | undefined {
    return this.lazy('miscInfo', () => this.parse(StreamType.MiscInfo, readMiscInfo));
  }

  /** Times, flags and start addresses by thread id. */
  get threadInfos(): ReadonlyMap<number, ThreadInfo> {
    return this.lazy(
      'threadInfos',
      () => this.parse(StreamType.ThreadInfoList, readThreadInfos) ?? new Map(),
    );
  }

  /** Names by thread id; unnamed threads are not in it. */
  get threadNames(): ReadonlyMap<number, string> {
    return this.lazy('threadNames', () => this.parse(StreamType.ThreadNames, readThreadNames) ?? new Map());
  }

  get unloadedModules(): readonly UnloadedModuleRecord[] {
    return this.lazy(
      'unloadedModules',
      () => this.parse(StreamType.UnloadedModuleList, readUnloadedModules) ?? [],
    );
  }

  /** The regions of the address space as VirtualQuery gave them; empty where the dump lacks the stream. */
  get memoryInfos(): MemoryInfoList {
    return this.lazy(
      'memoryInfos',
      () => this.parse(StreamType.MemoryInfoList, MemoryInfoList.read) ?? MemoryInfoList.empty,
    );
  }

  get handles(): readonly HandleRecord[] {
    return this.lazy('handles', () => this.parse(StreamType.HandleData, readHandles) ?? []);
  }

  get handleOperations(): readonly HandleOperation[] {
    return this.lazy(
      'handleOperations',
      () => this.parse(StreamType.HandleOperationList, readHandleOperations) ?? [],
    );
  }

  /** Function tables that the process made at run time (code generators). */
  get functionTables(): FunctionTables | undefined {
    return this.lazy('functionTables', () => this.parse(StreamType.FunctionTable, readFunctionTables));
  }

  get tokens(): readonly TokenInfo[] {
    return this.lazy('tokens', () => this.parse(StreamType.Token, readTokens) ?? []);
  }

  get systemMemoryInfo(): SystemMemoryInfo | undefined {
    return this.lazy('systemMemoryInfo', () => this.parse(StreamType.SystemMemoryInfo, readSystemMemoryInfo));
  }

  get processVmCounters(): ProcessVmCounters | undefined {
    return this.lazy('processVmCounters', () =>
      this.parse(StreamType.ProcessVmCounters, readProcessVmCounters),
    );
  }

  get comments(): Comments {
    return this.lazy('comments', () =>
      readComments(this.file, this.stream(StreamType.CommentA), this.stream(StreamType.CommentW)),
    );
  }

  get crashpadInfo(): CrashpadInfo | undefined {
    return this.lazy('crashpadInfo', () => this.parse(StreamType.CrashpadInfo, readCrashpadInfo));
  }

  get breakpadInfo(): BreakpadInfo | undefined {
    return this.lazy('breakpadInfo', () => this.parse(StreamType.BreakpadInfo, readBreakpadInfo));
  }

  get assertionInfo(): AssertionInfo | undefined {
    return this.lazy('assertionInfo', () => this.parse(StreamType.BreakpadAssertion, readAssertionInfo));
  }

  /** The raw CONTEXT record at a location, a copy of as much of it as the file holds; empty where there is none. */
  context(location: Location): Uint8Array {
    if (location.size === 0) return new Uint8Array(0);
    const bytes = this.file.bytes(location.rva, Math.min(location.size, MAX_CONTEXT));
    if (bytes.length < location.size) {
      this.file.problems.add(location.rva, `a context has ${bytes.length} of ${location.size} bytes`);
    }
    // not slice(): a source may hand out a Buffer, whose slice is a view on the shared bytes
    return new Uint8Array(bytes);
  }

  /** What a context carries behind its fixed part: AVX state, the shadow stack pointer. */
  extendedState(context: Uint8Array): ExtendedState | undefined {
    return readExtendedState(context, this.miscInfo?.xstate);
  }

  /** What the file holds of `length` bytes at a file offset. */
  bytes(offset: number, length: number): Uint8Array {
    return this.file.bytes(offset, length);
  }

  private readMemory(): DumpMemoryLists {
    return this.lazy('memory', () => {
      const isList = ({ type }: DirectoryEntry): boolean =>
        type === StreamType.MemoryList || type === StreamType.Memory64List;
      return readMemoryLists(this.file, [...this.streams.values()].filter(isList));
    });
  }

  private parse<T>(type: number, read: (file: DumpFile, entry: DirectoryEntry) => T): T | undefined {
    const entry = this.streams.get(type);
    return entry && read(this.file, entry);
  }

  private lazy<T>(key: string, read: () => T): T {
    if (!this.parsed.has(key)) this.parsed.set(key, read());
    return this.parsed.get(key) as T;
  }
}
