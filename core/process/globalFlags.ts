/** A bit of NtGlobalFlag. */
export interface GlobalFlag {
  readonly bit: number;
  /** as phnt's ntpebteb.h names it */
  readonly name: string;
  /** as gflags and !gflag take it */
  readonly abbreviation: string;
  readonly description: string;
}

/** Values: facts/constants.json (phnt). Descriptions: the documentation of gflags ("GFlags flag table") and !gflag. */
const FLAGS: readonly (readonly [bit: number, name: string, abbreviation: string, description: string])[] = [
  [0x1, 'FLG_STOP_ON_EXCEPTION', 'soe', 'Stop on exception'],
  [0x2, 'FLG_SHOW_LDR_SNAPS', 'sls', 'Show loader snaps'],
  [0x4, 'FLG_DEBUG_INITIAL_COMMAND', 'dic', 'Debug initial command'],
  [0x8, 'FLG_STOP_ON_HUNG_GUI', 'shg', 'Stop on hung GUI'],
  [0x10, 'FLG_HEAP_ENABLE_TAIL_CHECK', 'htc', 'Enable heap tail checking'],
  [0x20, 'FLG_HEAP_ENABLE_FREE_CHECK', 'hfc', 'Enable heap free checking'],
  [0x40, 'FLG_HEAP_VALIDATE_PARAMETERS', 'hpc', 'Enable heap parameter checking'],
  [0x80, 'FLG_HEAP_VALIDATE_ALL', 'hvc', 'Enable heap validation on call'],
  [0x100, 'FLG_APPLICATION_VERIFIER', 'vrf', 'Enable application verifier'],
  [0x200, 'FLG_MONITOR_SILENT_PROCESS_EXIT', '', 'Enable silent process exit monitoring'],
  [0x400, 'FLG_POOL_ENABLE_TAGGING', 'ptg', 'Enable pool tagging'],
  [0x800, 'FLG_HEAP_ENABLE_TAGGING', 'htg', 'Enable heap tagging'],
  [0x1000, 'FLG_USER_STACK_TRACE_DB', 'ust', 'Create user mode stack trace database'],
  [0x2000, 'FLG_KERNEL_STACK_TRACE_DB', 'kst', 'Create kernel mode stack trace database'],
  [0x4000, 'FLG_MAINTAIN_OBJECT_TYPELIST', 'otl', 'Maintain a list of objects for each type'],
  [0x8000, 'FLG_HEAP_ENABLE_TAG_BY_DLL', 'htd', 'Enable heap tagging by DLL'],
  [0x10000, 'FLG_DISABLE_STACK_EXTENSION', 'dse', 'Disable stack extension'],
  [0x20000, 'FLG_ENABLE_CSRDEBUG', 'd32', 'Enable debugging of Win32 subsystem'],
  [0x40000, 'FLG_ENABLE_KDEBUG_SYMBOL_LOAD', 'ksl', 'Enable loading of kernel debugger symbols'],
  [0x80000, 'FLG_DISABLE_PAGE_KERNEL_STACKS', 'dps', 'Disable paging of kernel stacks'],
  [0x100000, 'FLG_ENABLE_SYSTEM_CRIT_BREAKS', 'scb', 'Enable system critical breaks'],
  [0x200000, 'FLG_HEAP_DISABLE_COALESCING', 'dhc', 'Disable heap coalesce on free'],
  [0x400000, 'FLG_ENABLE_CLOSE_EXCEPTIONS', 'ece', 'Enable close exception'],
  [0x800000, 'FLG_ENABLE_EXCEPTION_LOGGING', 'eel', 'Enable exception logging'],
  [0x1000000, 'FLG_ENABLE_HANDLE_TYPE_TAGGING', 'eot', 'Enable object handle type tagging'],
  [0x2000000, 'FLG_HEAP_PAGE_ALLOCS', 'hpa', 'Place heap allocations at ends of pages'],
  [0x4000000, 'FLG_DEBUG_INITIAL_COMMAND_EX', 'dwl', 'Debug WINLOGON'],
  [0x8000000, 'FLG_DISABLE_DBGPRINT', 'ddp', 'Disable kernel mode DbgPrint output'],
  [0x10000000, 'FLG_CRITSEC_EVENT_CREATION', 'cse', 'Early critical section event creation'],
  [0x20000000, 'FLG_LDR_TOP_DOWN', 'ltd', 'Load DLLs top-down'],
  [0x40000000, 'FLG_ENABLE_HANDLE_EXCEPTIONS', 'bhd', 'Enable bad handles detection'],
  [0x80000000, 'FLG_DISABLE_PROTDLLS', 'dpd', 'Disable protected DLL verification'],
];

/** The flags that are set in NtGlobalFlag. */
export function globalFlags(value: number): GlobalFlag[] {
  return FLAGS.filter(([bit]) => (value & bit) !== 0).map(([bit, name, abbreviation, description]) => ({
    bit,
    name,
    abbreviation,
    description,
  }));
}
