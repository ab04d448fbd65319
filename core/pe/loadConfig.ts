import type { ImageView } from './imageView.ts';

/**
 * IMAGE_LOAD_CONFIG_DIRECTORY (winnt.h): the fields in their order, with their widths: bytes, or `p` for pointer size.
 * Later linkers only ever append, so the structure's own Size tells which of them there are.
 */
const FIELDS = [
  ['Size', 4],
  ['TimeDateStamp', 4],
  ['MajorVersion', 2],
  ['MinorVersion', 2],
  ['GlobalFlagsClear', 4],
  ['GlobalFlagsSet', 4],
  ['CriticalSectionDefaultTimeout', 4],
  ['DeCommitFreeBlockThreshold', 'p'],
  ['DeCommitTotalFreeThreshold', 'p'],
  ['LockPrefixTable', 'p'],
  ['MaximumAllocationSize', 'p'],
  ['VirtualMemoryThreshold', 'p'],
  // these two stand in the other order in the 64-bit structure
  ['ProcessHeapFlags', 4],
  ['ProcessAffinityMask', 'p'],
  ['CSDVersion', 2],
  ['DependentLoadFlags', 2],
  ['EditList', 'p'],
  ['SecurityCookie', 'p'],
  ['SEHandlerTable', 'p'],
  ['SEHandlerCount', 'p'],
  ['GuardCFCheckFunctionPointer', 'p'],
  ['GuardCFDispatchFunctionPointer', 'p'],
  ['GuardCFFunctionTable', 'p'],
  ['GuardCFFunctionCount', 'p'],
  ['GuardFlags', 4],
  ['CodeIntegrityFlags', 2],
  ['CodeIntegrityCatalog', 2],
  ['CodeIntegrityCatalogOffset', 4],
  ['CodeIntegrityReserved', 4],
  ['GuardAddressTakenIatEntryTable', 'p'],
  ['GuardAddressTakenIatEntryCount', 'p'],
  ['GuardLongJumpTargetTable', 'p'],
  ['GuardLongJumpTargetCount', 'p'],
  ['DynamicValueRelocTable', 'p'],
  ['CHPEMetadataPointer', 'p'],
  ['GuardRFFailureRoutine', 'p'],
  ['GuardRFFailureRoutineFunctionPointer', 'p'],
  ['DynamicValueRelocTableOffset', 4],
  ['DynamicValueRelocTableSection', 2],
  ['Reserved2', 2],
  ['GuardRFVerifyStackPointerFunctionPointer', 'p'],
  ['HotPatchTableOffset', 4],
  ['Reserved3', 4],
  ['EnclaveConfigurationPointer', 'p'],
  ['VolatileMetadataPointer', 'p'],
  ['GuardEHContinuationTable', 'p'],
  ['GuardEHContinuationCount', 'p'],
  ['GuardXFGCheckFunctionPointer', 'p'],
  ['GuardXFGDispatchFunctionPointer', 'p'],
  ['GuardXFGTableDispatchFunctionPointer', 'p'],
  ['CastGuardOsDeterminedFailureMode', 'p'],
  ['GuardMemcpyFunctionPointer', 'p'],
  ['UmaFunctionPointers', 'p'],
] as const;

export type LoadConfigField = (typeof FIELDS)[number][0];

/** The load configuration: those of its fields that the image has. Pointers are addresses as stored. */
export type LoadConfig = ReadonlyMap<LoadConfigField, bigint>;

/** The load configuration directory (PE Format, "The Load Configuration Structure"). */
export function readLoadConfig(view: ImageView): LoadConfig | undefined {
  const directory = view.directory(10);
  const size = directory && view.struct(directory.rva, 4)?.u32(0);
  if (!directory || size === undefined) {
    if (directory) view.note('load configuration is not there');
    return undefined;
  }
  const layout = fieldOffsets(view.pointerSize);
  const end = layout.at(-1)?.end ?? 0;
  const config = new Map<LoadConfigField, bigint>();
  for (const { name, offset, width } of layout) {
    if (offset + width > Math.min(size, end)) break;
    const r = view.struct(directory.rva + offset, width);
    if (!r) {
      view.note('load configuration is cut short');
      break;
    }
    config.set(name, width === 8 ? r.u64(0) : BigInt(width === 4 ? r.u32(0) : r.u16(0)));
  }
  return config;
}

interface FieldOffset {
  readonly name: LoadConfigField;
  readonly offset: number;
  readonly width: 2 | 4 | 8;
  readonly end: number;
}

function fieldOffsets(pointerSize: 4 | 8): FieldOffset[] {
  const order = [...FIELDS];
  if (pointerSize === 8) {
    const flags = order.findIndex(([name]) => name === 'ProcessHeapFlags');
    order.splice(flags, 2, ['ProcessAffinityMask', 'p'], ['ProcessHeapFlags', 4]);
  }
  let offset = 0;
  return order.map(([name, declared]) => {
    const width = declared === 'p' ? pointerSize : declared;
    const at = offset;
    offset += width;
    return { name, offset: at, width, end: offset };
  });
}
