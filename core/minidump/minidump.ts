import type { ByteSource } from '../bytes/index.ts';
import { StillframeError } from '../errors/index.ts';
import { DumpFile, type DirectoryEntry, type Location } from './dumpFile.ts';
import { HEADER_SIZE, MINIDUMP_SIGNATURE, readDirectory, readHeader, type MinidumpHeader } from './header.ts';
import { identifyFile } from './identifyFile.ts';
import type { MemoryRanges } from './memoryRanges.ts';
import type { Problem } from './problems.ts';
import { StreamType } from './streamTypes.ts';
import { readException, type ExceptionStream } from './streams/exception.ts';
import { readMemoryRanges } from './streams/memoryLists.ts';
import { readMiscInfo, type MiscInfo } from './streams/miscInfo.ts';
import { readModules, type ModuleRecord } from './streams/modules.ts';
import { ProcessorArchitecture, readSystemInfo, type SystemInfo } from './streams/systemInfo.ts';
import { readThreads, type ThreadRecord } from './streams/threads.ts';

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
   * instead.
   */
  static open(source: ByteSource): Minidump {
    const head = source.read(0, HEADER_SIZE);
    const signed =
      head.length >= 4 &&
      new DataView(head.buffer, head.byteOffset).getUint32(0, true) === MINIDUMP_SIGNATURE;
    if (!signed) {
      throw new StillframeError(
        'not-a-dump',
        `${source.name} is not a minidump: it is ${identifyFile(source)}`,
      );
    }
    if (head.length < HEADER_SIZE) {
      throw new StillframeError(
        'not-a-dump',
        `${source.name} is a minidump cut off in its header: ${head.length} of ${HEADER_SIZE} bytes are there`,
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

  get memory(): MemoryRanges {
    return this.lazy('memory', () => {
      const wanted: number[] = [StreamType.MemoryList, StreamType.Memory64List];
      return readMemoryRanges(
        this.file,
        [...this.streams.values()].filter((entry) => wanted.includes(entry.type)),
      );
    });
  }

  get exception(): ExceptionStream | undefined {
    return this.lazy('exception', () => this.parse(StreamType.Exception, readException));
  }

  get miscInfo(): MiscInfo | undefined {
    return this.lazy('miscInfo', () => this.parse(StreamType.MiscInfo, readMiscInfo));
  }

  /** The raw CONTEXT record at a location, as much of it as the file holds; undefined where there is none. */
  context(location: Location): Uint8Array | undefined {
    if (location.size === 0) return undefined;
    const bytes = this.file.bytes(location.rva, Math.min(location.size, MAX_CONTEXT));
    if (bytes.length < location.size) {
      this.file.problems.add(location.rva, `a context has ${bytes.length} of ${location.size} bytes`);
    }
    return bytes.length > 0 ? bytes.slice() : undefined;
  }

  /** What the file holds of `length` bytes at a file offset. */
  bytes(offset: number, length: number): Uint8Array {
    return this.file.bytes(offset, length);
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
