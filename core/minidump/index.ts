export { Minidump } from './minidump.ts';
export type { DirectoryEntry, Location } from './dumpFile.ts';
export type { MinidumpHeader } from './header.ts';
export { MemoryRanges, RangeColumns } from './memoryRanges.ts';
export type { Problem } from './problems.ts';
export { StreamType, streamTypeName } from './streamTypes.ts';
export type { ExceptionInfo, ExceptionStream } from './streams/exception.ts';
export type { MiscInfo, SystemTime, TimeZone, XStateConfig } from './streams/miscInfo.ts';
export type { ModuleRecord } from './streams/modules.ts';
export {
  ProcessorArchitecture,
  type OtherCpuInfo,
  type SystemInfo,
  type X86CpuInfo,
} from './streams/systemInfo.ts';
export type { MemoryDescriptor, ThreadRecord } from './streams/threads.ts';
