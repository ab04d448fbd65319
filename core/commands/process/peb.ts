import {
  formatFlat,
  formatTimestamp,
  type Output,
  type Part,
  span,
  pointer,
  parts,
  flatPointer,
} from '../../output/index.ts';
import {
  type EnvironmentBlock,
  type Field,
  type ListHead,
  type LoaderEntry,
  type LoaderList,
  type Peb,
  type ProcessParameters,
  type ProcessView,
  readLoaderList,
  readPeb,
} from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import {
  addressOf,
  allViews,
  type BothBlocks,
  hexField,
  pebAddress,
  plainField,
  printBoth,
  viewOf,
} from './views.ts';

/** One PEB with the images that its loader lists. */
interface PebModel {
  readonly title: readonly Part[];
  readonly peb: Peb;
  readonly list?: LoaderList;
  /** digits of an address: those of the dump's own machine, also for the 32-bit PEB of a 64-bit dump */
  readonly width: 4 | 8;
}

type Model = BothBlocks<PebModel>;

export const peb = command<Model>({
  name: '!peb',
  tier: 'A',
  syntax: ['!peb [PEB-Address]'],
  summary: 'Shows the process environment block: image base, loader lists, heap, parameters, environment.',
  run,
  print: (model, out) => printBoth(model, print, out),
  data: ({ native, wow64 }) => {
    const main = native ?? wow64;
    return { ...(main && data(main)), wow64: native && wow64 ? data(wow64) : undefined };
  },
});

function run({ session, args }: Call): Model {
  const [native, narrow] = allViews(session);
  if (args !== '') {
    const address = addressOf(session, args);
    const is32 = narrow && session.target.peb(narrow.machine) === address;
    const view = is32 ? narrow : viewOf(session);
    return { native: read(view, address, view.machine.pointerSize, 'PEB') };
  }
  if (!native) return {};
  if (!narrow) return { native: read(native, pebAddress(native), native.machine.pointerSize, 'PEB') };
  const address32 = session.target.peb(narrow.machine);
  const wow64 = address32 === undefined ? undefined : read(narrow, address32, 8, 'Wow64 PEB32');
  // without the 32-bit TEBs the 64-bit PEB may still be there, and the other way round
  const address = wow64 ? session.target.peb(native.machine) : pebAddress(native);
  return { native: address === undefined ? undefined : read(native, address, 8, 'Wow64 PEB'), wow64 };
}

function read(view: ProcessView, address: Address, width: 4 | 8, name: string): PebModel {
  const model = readPeb(view, address);
  // the debugger prints the 32-bit one's address without leading zeros
  const shown = name === 'Wow64 PEB32' ? address.toString(16) : formatFlat(address, width);
  return {
    title: parts`${name} at ${pointer(address, shown)}`,
    peb: model,
    list: model.loaderData && readLoaderList(view, model.loaderData, 'load'),
    width,
  };
}

function print({ title, peb: p, list, width }: PebModel, out: Output): void {
  out.line(...title);
  if (!p.inDump) {
    out.line('    ', span('The dump does not hold this memory.', 'missing'));
    return;
  }
  const flat = (value: Field): Part =>
    typeof value === 'bigint' ? flatPointer(value, width) : span('<unreadable>', 'missing');
  const row = (name: string, value: Part): void => out.line(`    ${name}`.padEnd(30), value);
  row('InheritedAddressSpace:', yesNo(p.InheritedAddressSpace));
  row('ReadImageFileExecOptions:', yesNo(p.ReadImageFileExecOptions));
  row('BeingDebugged:', yesNo(p.BeingDebugged));
  row('ImageBaseAddress:', flat(p.ImageBaseAddress));
  row('NtGlobalFlag:', small(p.NtGlobalFlag));
  if (p.NtGlobalFlag2 !== undefined) row('NtGlobalFlag2:', small(p.NtGlobalFlag2));
  row('Ldr', flat(p.Ldr));
  const { loaderData } = p;
  if (loaderData) {
    row('Ldr.Initialized:', yesNo(loaderData.Initialized));
    const head = (name: string, { Flink, Blink }: ListHead): void =>
      out.line(`    Ldr.${name}:`.padEnd(41), flat(Flink), ' . ', flat(Blink));
    head('InInitializationOrderModuleList', loaderData.InInitializationOrderModuleList);
    head('InLoadOrderModuleList', loaderData.InLoadOrderModuleList);
    head('InMemoryOrderModuleList', loaderData.InMemoryOrderModuleList);
    out.line('            Base TimeStamp                     Module');
    for (const entry of list?.entries ?? []) out.line(...moduleLine(entry));
    if (list && list.end !== 'complete') out.line('    ', span(listNote(list, width), 'warning'));
  } else if (p.Ldr) {
    out.line(`    *** unable to read Ldr table at ${formatFlat(p.Ldr, width)}`);
  }
  const tail = (name: string, value: Part): void => out.line(`    ${name}`.padEnd(23), value);
  tail('SubSystemData:', flat(p.SubSystemData));
  tail('ProcessHeap:', flat(p.ProcessHeap));
  tail('ProcessParameters:', flat(p.ProcessParameters));
  if (p.parameters) printParameters(p.parameters, flat, out);
  else out.line('    *** unable to read process parameters');
}

function printParameters(parameters: ProcessParameters, flat: (value: Field) => Part, out: Output): void {
  const text = (name: string, width: number, value: Field<string>): void =>
    out.line(`    ${name}`.padEnd(width), quoted(value));
  text('CurrentDirectory:', 23, parameters.CurrentDirectory);
  text('WindowTitle:', 18, parameters.WindowTitle);
  text('ImageFile:', 18, parameters.ImagePathName);
  text('CommandLine:', 18, parameters.CommandLine);
  text('DllPath:', 18, parameters.DllPath);
  out.line('    Environment:  ', flat(parameters.Environment));
  if (parameters.environment) printEnvironment(parameters.environment, out);
  else if (parameters.Environment) out.line('       Unable to read Environment string.');
}

function printEnvironment(block: EnvironmentBlock, out: Output): void {
  for (const { name, value } of block.variables) out.line(`        ${name}=${value}`);
  if (block.truncated) {
    out.line('        ', span('The dump does not hold the end of the environment.', 'missing'));
  }
}

/** `        771f0000 595fa942 Jul 07 23:31:14 2017 C:\Windows\SYSTEM32\ntdll.dll` */
function moduleLine(entry: LoaderEntry): Part[] {
  const base = typeof entry.DllBase === 'bigint' ? entry.DllBase.toString(16) : '????????';
  const shown = typeof entry.DllBase === 'bigint' ? pointer(entry.DllBase, base) : base;
  const stamp =
    typeof entry.TimeDateStamp === 'number'
      ? `${entry.TimeDateStamp.toString(16).padStart(8, '0')} ${moduleTime(entry.TimeDateStamp)}`
      : '????????                     ';
  return [' '.repeat(Math.max(0, 16 - base.length)), shown, ` ${stamp} `, name(entry.FullDllName)];
}

/** `Jul 07 23:31:14 2017`, UTC. */
function moduleTime(seconds: number): string {
  return formatTimestamp(seconds)
    .slice('Thu '.length)
    .replace(/^(\w+) {2}/, '$1 0');
}

function listNote({ end, stoppedAt }: LoaderList, width: 4 | 8): string {
  const at = stoppedAt === undefined ? '' : ` at ${formatFlat(stoppedAt, width)}`;
  const why = {
    complete: 'ends',
    unreadable: 'leaves the memory that the dump holds',
    cycle: 'runs in a circle',
    limit: 'does not end',
  };
  return `*** the loader's list ${why[end]}${at}`;
}

function yesNo(value: Field<boolean>): Part {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : span('<unreadable>', 'missing');
}

function small(value: Field<number>): Part {
  return typeof value === 'number' ? (value >>> 0).toString(16) : span('<unreadable>', 'missing');
}

function quoted(value: Field<string>): Part {
  return typeof value === 'string' ? `'${value}'` : span("'< Name not readable >'", 'missing');
}

function name(value: Field<string>): Part {
  return typeof value === 'string' ? value : span('< Name not readable >', 'missing');
}

function data({ peb: p, list }: PebModel) {
  const { parameters, loaderData } = p;
  return {
    address: hexField(p.address),
    InheritedAddressSpace: plainField(p.InheritedAddressSpace),
    ReadImageFileExecOptions: plainField(p.ReadImageFileExecOptions),
    BeingDebugged: plainField(p.BeingDebugged),
    ImageBaseAddress: hexField(p.ImageBaseAddress),
    NtGlobalFlag: hexField(p.NtGlobalFlag),
    NtGlobalFlag2: hexField(p.NtGlobalFlag2),
    Ldr: loaderData && {
      address: hexField(loaderData.address),
      Initialized: plainField(loaderData.Initialized),
      InLoadOrderModuleList: headData(loaderData.InLoadOrderModuleList),
      InMemoryOrderModuleList: headData(loaderData.InMemoryOrderModuleList),
      InInitializationOrderModuleList: headData(loaderData.InInitializationOrderModuleList),
      EntryInProgress: hexField(loaderData.EntryInProgress),
      ShutdownInProgress: plainField(loaderData.ShutdownInProgress),
      ShutdownThreadId: hexField(loaderData.ShutdownThreadId),
    },
    modules: list?.entries.map((e) => ({
      address: hexField(e.address),
      DllBase: hexField(e.DllBase),
      SizeOfImage: plainField(e.SizeOfImage),
      TimeDateStamp: hexField(e.TimeDateStamp),
      FullDllName: plainField(e.FullDllName),
    })),
    modulesComplete: list && list.end === 'complete',
    SubSystemData: hexField(p.SubSystemData),
    ProcessHeap: hexField(p.ProcessHeap),
    FastPebLock: hexField(p.FastPebLock),
    LoaderLock: hexField(p.LoaderLock),
    NumberOfProcessors: plainField(p.NumberOfProcessors),
    NumberOfHeaps: plainField(p.NumberOfHeaps),
    MaximumNumberOfHeaps: plainField(p.MaximumNumberOfHeaps),
    ProcessHeaps: hexField(p.ProcessHeaps),
    OSMajorVersion: plainField(p.OSMajorVersion),
    OSMinorVersion: plainField(p.OSMinorVersion),
    OSBuildNumber: plainField(p.OSBuildNumber),
    OSPlatformId: plainField(p.OSPlatformId),
    ImageSubsystem: plainField(p.ImageSubsystem),
    SessionId: plainField(p.SessionId),
    CSDVersion: plainField(p.CSDVersion),
    ProcessParameters: parameters ? parametersData(parameters) : undefined,
  };
}

function headData(head: ListHead) {
  return { Flink: hexField(head.Flink), Blink: hexField(head.Blink) };
}

function parametersData(p: ProcessParameters) {
  return {
    address: hexField(p.address),
    Flags: hexField(p.Flags),
    ConsoleHandle: hexField(p.ConsoleHandle),
    StandardInput: hexField(p.StandardInput),
    StandardOutput: hexField(p.StandardOutput),
    StandardError: hexField(p.StandardError),
    CurrentDirectory: plainField(p.CurrentDirectory),
    DllPath: plainField(p.DllPath),
    ImagePathName: plainField(p.ImagePathName),
    CommandLine: plainField(p.CommandLine),
    WindowTitle: plainField(p.WindowTitle),
    DesktopInfo: plainField(p.DesktopInfo),
    ShellInfo: plainField(p.ShellInfo),
    Environment: p.environment && {
      address: hexField(p.environment.address),
      variables: p.environment.variables.map(({ name: variable, value }) => ({ name: variable, value })),
      truncated: p.environment.truncated,
    },
  };
}
