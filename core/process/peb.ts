import type { Address } from '../target/index.ts';
import { readProcessParameters, type ProcessParameters } from './processParameters.ts';
import { booleanField, field, type Field, type ProcessView, smallField, stringField } from './processView.ts';

/** The head of a loader list as the PEB has it. */
export interface ListHead {
  readonly address: Address;
  readonly Flink: Field;
  readonly Blink: Field;
}

/** `_PEB_LDR_DATA`, as much as `!peb` prints of it. */
export interface LoaderData {
  readonly address: Address;
  readonly Initialized: Field<boolean>;
  readonly InLoadOrderModuleList: ListHead;
  readonly InMemoryOrderModuleList: ListHead;
  readonly InInitializationOrderModuleList: ListHead;
  readonly EntryInProgress: Field;
  readonly ShutdownInProgress: Field<boolean>;
  readonly ShutdownThreadId: Field;
}

/** `_PEB` by Windows' own names. */
export interface Peb {
  readonly address: Address;
  /** whether the dump holds the first bytes of it; nothing else is worth printing where it does not */
  readonly inDump: boolean;
  readonly InheritedAddressSpace: Field<boolean>;
  readonly ReadImageFileExecOptions: Field<boolean>;
  readonly BeingDebugged: Field<boolean>;
  readonly ImageBaseAddress: Field;
  readonly NtGlobalFlag: Field<number>;
  /** since Windows 10 1709 */
  readonly NtGlobalFlag2: Field<number>;
  readonly Ldr: Field;
  readonly SubSystemData: Field;
  readonly ProcessHeap: Field;
  readonly ProcessParameters: Field;
  readonly FastPebLock: Field;
  readonly LoaderLock: Field;
  readonly NumberOfProcessors: Field<number>;
  readonly NumberOfHeaps: Field<number>;
  readonly MaximumNumberOfHeaps: Field<number>;
  readonly ProcessHeaps: Field;
  readonly OSMajorVersion: Field<number>;
  readonly OSMinorVersion: Field<number>;
  readonly OSBuildNumber: Field<number>;
  readonly OSCSDVersion: Field<number>;
  readonly OSPlatformId: Field<number>;
  readonly ImageSubsystem: Field<number>;
  readonly SessionId: Field<number>;
  readonly CSDVersion: Field<string>;
  /** shared tables, for the names of regions */
  readonly ApiSetMap: Field;
  readonly AnsiCodePageData: Field;
  readonly OemCodePageData: Field;
  readonly UnicodeCaseTableData: Field;
  readonly ReadOnlySharedMemoryBase: Field;
  readonly GdiSharedHandleTable: Field;
  readonly ActivationContextData: Field;
  readonly SystemDefaultActivationContextData: Field;
  readonly loaderData?: LoaderData;
  readonly parameters?: ProcessParameters;
}

/** The PEB at an address, with its loader data's head and the process parameters. */
export function readPeb(view: ProcessView, address: Address): Peb {
  const { memory } = view.target;
  const struct = view.layouts.at('_PEB', memory, address);
  const pointer = (path: string): Field => field(struct, path);
  const small = (path: string): Field<number> => smallField(struct, path);
  const Ldr = pointer('Ldr');
  const ProcessParameters = pointer('ProcessParameters');
  return {
    address,
    inDump: memory.available(address, 4) === 4,
    InheritedAddressSpace: booleanField(struct, 'InheritedAddressSpace'),
    ReadImageFileExecOptions: booleanField(struct, 'ReadImageFileExecOptions'),
    BeingDebugged: booleanField(struct, 'BeingDebugged'),
    ImageBaseAddress: pointer('ImageBaseAddress'),
    NtGlobalFlag: small('NtGlobalFlag'),
    NtGlobalFlag2: small('NtGlobalFlag2'),
    Ldr,
    SubSystemData: pointer('SubSystemData'),
    ProcessHeap: pointer('ProcessHeap'),
    ProcessParameters,
    FastPebLock: pointer('FastPebLock'),
    LoaderLock: pointer('LoaderLock'),
    NumberOfProcessors: small('NumberOfProcessors'),
    NumberOfHeaps: small('NumberOfHeaps'),
    MaximumNumberOfHeaps: small('MaximumNumberOfHeaps'),
    ProcessHeaps: pointer('ProcessHeaps'),
    OSMajorVersion: small('OSMajorVersion'),
    OSMinorVersion: small('OSMinorVersion'),
    OSBuildNumber: small('OSBuildNumber'),
    OSCSDVersion: small('OSCSDVersion'),
    OSPlatformId: small('OSPlatformId'),
    ImageSubsystem: small('ImageSubsystem'),
    SessionId: small('SessionId'),
    CSDVersion: stringField(struct, 'CSDVersion'),
    ApiSetMap: pointer('ApiSetMap'),
    AnsiCodePageData: pointer('AnsiCodePageData'),
    OemCodePageData: pointer('OemCodePageData'),
    UnicodeCaseTableData: pointer('UnicodeCaseTableData'),
    ReadOnlySharedMemoryBase: pointer('ReadOnlySharedMemoryBase'),
    GdiSharedHandleTable: pointer('GdiSharedHandleTable'),
    ActivationContextData: pointer('ActivationContextData'),
    SystemDefaultActivationContextData: pointer('SystemDefaultActivationContextData'),
    loaderData: Ldr ? readLoaderData(view, Ldr) : undefined,
    parameters: ProcessParameters ? readProcessParameters(view, ProcessParameters) : undefined,
  };
}

/** `_PEB_LDR_DATA`; undefined where the dump does not hold its start. */
function readLoaderData(view: ProcessView, address: Address): LoaderData | undefined {
  const { memory } = view.target;
  if (memory.available(address, 8) < 8) return undefined;
  const struct = view.layouts.at('_PEB_LDR_DATA', memory, address);
  const head = (name: string): ListHead => ({
    address: struct.addressOf(name),
    Flink: field(struct, `${name}.Flink`),
    Blink: field(struct, `${name}.Blink`),
  });
  return {
    address,
    Initialized: booleanField(struct, 'Initialized'),
    InLoadOrderModuleList: head('InLoadOrderModuleList'),
    InMemoryOrderModuleList: head('InMemoryOrderModuleList'),
    InInitializationOrderModuleList: head('InInitializationOrderModuleList'),
    EntryInProgress: field(struct, 'EntryInProgress'),
    ShutdownInProgress: booleanField(struct, 'ShutdownInProgress'),
    ShutdownThreadId: field(struct, 'ShutdownThreadId'),
  };
}
