export { Minidump } from './minidump.ts';
export { describeDump, type DumpDescription, type StreamDescription } from './describe/describeDump.ts';
export {
  architectureName,
  dumpFlags,
  foreignSystem,
  platformName,
  productName,
  suiteNames,
  type DumpFlag,
} from './describe/names.ts';
export type { ListedRange, StreamDetail } from './describe/streamDetail.ts';
export type { DirectoryEntry, Location } from './dumpFile.ts';
export { XStateFeature, type ExtendedState } from './extendedState.ts';
export type { MinidumpHeader } from './header.ts';
export { MemoryRanges, RangeColumns } from './memoryRanges.ts';
export type { Problem } from './problems.ts';
export { StreamType } from './streamTypes.ts';
export type { AssertionInfo, BreakpadInfo } from './streams/breakpad.ts';
export type { Comments } from './streams/comments.ts';
export type { CrashpadAnnotation, CrashpadInfo, CrashpadModule } from './streams/crashpadInfo.ts';
export type { ExceptionInfo, ExceptionStream } from './streams/exception.ts';
export type { FunctionTable, FunctionTables } from './streams/functionTables.ts';
export { handleObjectInfoName, type HandleObjectDetail } from './streams/handleObjectInfo.ts';
export type { HandleOperation } from './streams/handleOperations.ts';
export type { HandleObjectInfo, HandleRecord } from './streams/handles.ts';
export type { MemoryListPart } from './streams/memoryLists.ts';
export { type MemoryInfo } from './streams/memoryInfos.ts';
export type { MiscInfo, SystemTime, TimeZone, XStateConfig } from './streams/miscInfo.ts';
export type { ModuleRecord } from './streams/modules.ts';
export type { ProcessVmCounters } from './streams/processVmCounters.ts';
export {
  ProcessorArchitecture,
  type OtherCpuInfo,
  type SystemInfo,
  type X86CpuInfo,
} from './streams/systemInfo.ts';
export type { SystemMemoryInfo } from './streams/systemMemoryInfo.ts';
export type { ThreadInfo } from './streams/threadInfos.ts';
export type { MemoryDescriptor, ThreadRecord } from './streams/threads.ts';
export type { TokenInfo } from './streams/tokens.ts';
export type { UnloadedModuleRecord } from './streams/unloadedModules.ts';
export {
  layOutMinidump,
  writeMinidump,
  type FilePiece,
  type LaidOutMinidump,
} from './writer/writeMinidump.ts';
export type {
  ExceptionDescription,
  HandleDescription,
  MemoryContent,
  MinidumpDescription,
  MiscInfoDescription,
  ModuleDescription,
  SystemInfoDescription,
  ThreadDescription,
  ThreadInfoDescription,
  UnloadedModuleDescription,
} from './writer/description.ts';
