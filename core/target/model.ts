import type { ByteSource } from '../bytes/index.ts';
import type { Minidump } from '../minidump/index.ts';
import type { CodeView, FixedFileInfo, PeImage, Section } from '../pe/index.ts';
import type { Address, AddressRange, Memory } from './memory.ts';
import type { Machine } from './machine.ts';
import type { RegisterContext } from './registers/index.ts';

/** A loaded image. */
export interface Module {
  readonly index: number;
  readonly base: Address;
  /** SizeOfImage, bytes */
  readonly size: number;
  readonly end: Address;
  /** as the dump has it: `C:\Windows\System32\ntdll.dll` */
  readonly path: string;
  /** the last part of path */
  readonly fileName: string;
  /** WinDbg's name for it: `ntdll`, and `ntdll_77cc0000` for a second one of that name */
  readonly name: string;
  /** TimeDateStamp and CheckSum as in the image's headers */
  readonly timestamp: number;
  readonly checksum: number;
  readonly version?: FixedFileInfo;
  /** from the module list, or from the image's debug directory in memory */
  readonly codeView?: CodeView;
  /** The image's headers and tables, from dump memory or a matching file; undefined where neither has them. */
  readonly image?: PeImage;
  /** the processor it was built for, where the image or its path tells */
  readonly machine?: Machine;
}

/** A module that was unloaded before the dump was written. */
export interface UnloadedModule {
  readonly start: Address;
  readonly end: Address;
  readonly name: string;
  readonly timestamp: number;
  readonly checksum: number;
}

/** A thread's times as ThreadInfoList or the TEB has them: FILETIME for points, 100 ns units for spans. */
export interface ThreadTimes {
  readonly created?: bigint;
  readonly exited?: bigint;
  readonly kernel?: bigint;
  readonly user?: bigint;
}

export interface Thread {
  readonly index: number;
  readonly id: number;
  /** the TEB of the dump's own machine; 0 where unknown */
  readonly teb: Address;
  readonly name?: string;
  readonly suspendCount?: number;
  readonly priorityClass?: number;
  readonly priority?: number;
  readonly startAddress?: Address;
  readonly times?: ThreadTimes;
  /** the stack memory that the thread list names */
  readonly stack?: AddressRange;
  /** Registers for a view of the process; undefined where the dump has none for it. */
  context(machine: Machine): RegisterContext | undefined;
  /** The TEB for a view: for WOW64's 32-bit view that of the 32-bit side. */
  tebFor(machine: Machine): Address | undefined;
}

/** The exception that the dump was written for. */
export interface ExceptionRecord {
  readonly code: number;
  readonly flags: number;
  /** address of a chained record, 0 if none */
  readonly record: Address;
  readonly address: Address;
  readonly parameters: readonly bigint[];
}

export interface EventException {
  readonly threadId: number;
  readonly record: ExceptionRecord;
  /** the context at the exception, which is not the thread's own */
  readonly context?: RegisterContext;
}

/** Which Windows, which hardware, when. Unknown is absent. */
export interface SystemDescription {
  readonly machine: Machine;
  readonly os: {
    readonly major: number;
    readonly minor: number;
    readonly build: number;
    readonly servicePack?: string;
    readonly productType?: number;
    readonly suiteMask?: number;
    readonly platformId?: number;
  };
  readonly processors?: number;
  /** `19041.15.amd64fre.vb_release…` */
  readonly buildString?: string;
  /** seconds since 1970, UTC */
  readonly dumpTime?: number;
  readonly processCreateTime?: number;
  /** seconds */
  readonly processUserTime?: number;
  readonly processKernelTime?: number;
  readonly systemUptimeSeconds?: number;
  readonly processId?: number;
  /** minutes to add to local time to get UTC, as the dump's time zone has it */
  readonly timeZoneBias?: number;
  /** signs of Wine: stream 0xFFF0, wine exports */
  readonly wine: boolean;
}

/** A module's image file, relocated: its headers and sections that are not writable, without the import address table. */
export interface ImageFile {
  /** Bytes that can be had from an RVA in one run. */
  available(rva: number, length: number): number;
  /** The first RVA at or above `rva` that is covered. */
  next(rva: number): number | undefined;
  read(rva: number, length: number): Uint8Array;
  readonly sections: readonly Section[];
}

/** What a debugger sees of the process. */
export interface Target {
  /** the file behind it, where the target is a minidump */
  readonly dump?: Minidump;
  /** what a person opened */
  readonly name: string;
  readonly system: SystemDescription;
  /** the dump's own view first; the 32-bit one second in a WOW64 dump */
  readonly machines: readonly Machine[];
  readonly memory: Memory;
  readonly modules: ModuleList;
  readonly unloadedModules: readonly UnloadedModule[];
  readonly threads: readonly Thread[];
  readonly exception?: EventException;
  /** The file that belongs to a module, as it would lie in memory; undefined where none was found. */
  imageFile?(module: Module): ImageFile | undefined;
  /** Where that file was looked for, and why it was taken or not; it is looked for now if it never was. */
  imageAttempts?(module: Module): readonly FileAttempt[];
  /** The PEB for a view of the process. */
  peb(machine: Machine): Address | undefined;
  /** Looks again for the image files that were not found, of one module or all: they may be there now. */
  lookForImages?(module?: Module): void;
  /** what a person may do to the module list */
  readonly moduleChanges?: ModuleChanges;
}

/** A module that the list of the dump lacks, as a person names it. */
export interface NamedModule {
  readonly fileName: string;
  readonly base: Address;
  /** SizeOfImage, bytes; unknown where the image has to tell */
  readonly size?: number;
  readonly timestamp?: number;
}

/** Changes of the module list: they last until `restore`. The dump stays as it is. */
export interface ModuleChanges {
  /**
   * Puts a module in, in place of those that it overlaps. What is not given comes from its headers, in the dump or in
   * a file of its name. Throws `NotAvailable` where nobody knows its size.
   */
  add(module: NamedModule): Module;
  remove(module: Module): void;
  /** modules of the dump that were taken out */
  readonly removed: readonly Module[];
  /** Puts one of those back; without one, the list becomes that of the dump. */
  restore(module?: Module): void;
}

export interface ModuleList extends Iterable<Module> {
  readonly length: number;
  /** grows with each change of the list, and when its images may be others; absent where neither happens */
  readonly revision?: number;
  at(index: number): Module | undefined;
  /** The module that holds an address (binary search). */
  find(address: Address): Module | undefined;
  /** By WinDbg's name or file name, case ignored. */
  byName(name: string): Module | undefined;
}

/** One place that was looked into for a file, and what came of it. */
export interface FileAttempt {
  /** the file, folder or URL; never opened from here */
  readonly place: string;
  readonly outcome: 'taken' | 'not found' | 'mismatch' | 'unreadable' | 'refused' | 'not asked';
  /** why, in a few words: `age 3, the image wants 2` */
  readonly detail?: string;
}

/** What an image file is known by: `timestamp` and `size` are those of its PE headers. */
export interface ImageRequest {
  readonly fileName: string;
  readonly timestamp: number;
  readonly size: number;
}

/** Where image files come from when the dump left out their pages: `-i`, the dump's folder, files dropped on a page. */
export interface ImageFiles {
  /** The file of this identity, or undefined. */
  find(request: ImageRequest): ByteSource | undefined;
  /**
   * The file of a name that is found first, whatever its identity: for a module of which nothing else is known.
   */
  named?(fileName: string): ByteSource | undefined;
  /**
   * Has a server send it, if one may be asked: whether `find` gives it now. Throws `AwaitFirst` while it is on its way.
   */
  fetch?(request: ImageRequest): boolean;
  /** Where it was looked for, in that order. */
  attempts?(request: ImageRequest): readonly FileAttempt[];
}
