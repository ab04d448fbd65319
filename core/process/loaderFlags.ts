import type { StructLayouts } from '../types/index.ts';

type FlagTable = readonly (readonly [flag: number, name: string])[];

/** Windows XP to 7, as the public headers of compatible systems name them (ReactOS ldrtypes.h). */
const UP_TO_WINDOWS_7: FlagTable = [
  [0x2, 'LDRP_STATIC_LINK'],
  [0x4, 'LDRP_IMAGE_DLL'],
  [0x8, 'LDRP_SHIMENG_ENTRY_PROCESSED'],
  [0x1000, 'LDRP_LOAD_IN_PROGRESS'],
  [0x2000, 'LDRP_UNLOAD_IN_PROGRESS'],
  [0x4000, 'LDRP_ENTRY_PROCESSED'],
  [0x8000, 'LDRP_ENTRY_INSERTED'],
  [0x10000, 'LDRP_CURRENT_LOAD'],
  [0x20000, 'LDRP_FAILED_BUILTIN_LOAD'],
  [0x40000, 'LDRP_DONT_CALL_FOR_THREADS'],
  [0x80000, 'LDRP_PROCESS_ATTACH_CALLED'],
  [0x100000, 'LDRP_DEBUG_SYMBOLS_LOADED'],
  [0x200000, 'LDRP_IMAGE_NOT_AT_BASE'],
  [0x400000, 'LDRP_COR_IMAGE'],
  [0x800000, 'LDRP_COR_OWNS_UNMAP'],
  [0x10000000, 'LDRP_REDIRECTED'],
];

/** Windows 8 and later: the bit fields of `_LDR_DATA_TABLE_ENTRY` in the PDBs, names as in phnt's ntldr.h. */
const SINCE_WINDOWS_8: FlagTable = [
  [0x1, 'LDRP_PACKAGED_BINARY'],
  [0x2, 'LDRP_MARKED_FOR_REMOVAL'],
  [0x4, 'LDRP_IMAGE_DLL'],
  [0x8, 'LDRP_LOAD_NOTIFICATIONS_SENT'],
  [0x10, 'LDRP_TELEMETRY_ENTRY_PROCESSED'],
  [0x20, 'LDRP_PROCESS_STATIC_IMPORT'],
  [0x40, 'LDRP_IN_LEGACY_LISTS'],
  [0x80, 'LDRP_IN_INDEXES'],
  [0x100, 'LDRP_SHIM_DLL'],
  [0x200, 'LDRP_IN_EXCEPTION_TABLE'],
  [0x1000, 'LDRP_LOAD_IN_PROGRESS'],
  [0x2000, 'LDRP_LOAD_CONFIG_PROCESSED'],
  [0x4000, 'LDRP_ENTRY_PROCESSED'],
  [0x8000, 'LDRP_PROTECT_DELAY_LOAD'],
  [0x40000, 'LDRP_DONT_CALL_FOR_THREADS'],
  [0x80000, 'LDRP_PROCESS_ATTACH_CALLED'],
  [0x100000, 'LDRP_PROCESS_ATTACH_FAILED'],
  [0x200000, 'LDRP_COR_DEFERRED_VALIDATE'],
  [0x400000, 'LDRP_COR_IMAGE'],
  [0x800000, 'LDRP_DONT_RELOCATE'],
  [0x1000000, 'LDRP_COR_IL_ONLY'],
  [0x2000000, 'LDRP_CHPE_IMAGE'],
  [0x4000000, 'LDRP_CHPE_EMULATOR_IMAGE'],
  [0x10000000, 'LDRP_REDIRECTED'],
  [0x80000000, 'LDRP_COMPAT_DATABASE_PROCESSED'],
];

/** `_LDR_DLL_LOAD_REASON` (PDBs of Windows 8 and later). */
const LOAD_REASONS: readonly string[] = [
  'LoadReasonStaticDependency',
  'LoadReasonStaticForwarderDependency',
  'LoadReasonDynamicForwarderDependency',
  'LoadReasonDelayloadDependency',
  'LoadReasonDynamicLoad',
  'LoadReasonAsImageLoad',
  'LoadReasonAsDataLoad',
  'LoadReasonEnclavePrimary',
  'LoadReasonEnclaveDependency',
  'LoadReasonPatchImage',
];

/** The names of a loader entry's flags; bits without a name as `0x…`. The bits changed their meaning with Windows 8. */
export function loaderFlagNames(flags: number, layouts: StructLayouts): string[] {
  const table = layouts.has('_LDR_DATA_TABLE_ENTRY', 'DdagNode') ? SINCE_WINDOWS_8 : UP_TO_WINDOWS_7;
  const names: string[] = [];
  let rest = flags >>> 0;
  for (const [flag, name] of table) {
    if ((rest & flag) === 0) continue;
    names.push(name);
    rest = (rest & ~flag) >>> 0;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}

/** Why an image was loaded; undefined for a number that Windows does not use. */
export function loadReasonName(reason: number): string | undefined {
  return reason === -1 ? 'LoadReasonUnknown' : LOAD_REASONS[reason];
}
