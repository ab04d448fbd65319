import type { StructLayouts } from '../../core/types/index.ts';
import { pages, type AddressSpace } from './addressSpace.ts';

export interface LoadedImage {
  readonly base: number;
  readonly size: number;
  readonly path: string;
  readonly timestamp: number;
  readonly entryPoint: number;
}

export interface ProcessDescription {
  readonly peb: number;
  /** where the loader's records and the parameters are put: a region of its own */
  readonly records: number;
  /** where ntdll keeps PEB_LDR_DATA and the array of heaps: in its .data */
  readonly ldr: number;
  readonly images: readonly LoadedImage[];
  readonly heaps: readonly number[];
  readonly imagePath: string;
  readonly commandLine: string;
  readonly currentDirectory: string;
  readonly environment: readonly string[];
  readonly build: number;
}

export interface ThreadDescription {
  readonly teb: number;
  readonly peb: number;
  readonly processId: number;
  readonly threadId: number;
  readonly stackBase: number;
  readonly stackLimit: number;
  /** where the stack's reservation begins */
  readonly deallocationStack: number;
  readonly lastError: number;
}

const RECORDS_SIZE = 0x3000;
const ENTRY_STRIDE = 0x100;
const LDRP_IMAGE_DLL = 0x4;
const LDRP_ENTRY_PROCESSED = 0x4000;

/** Puts PEB, parameters, environment and the loader's three lists into the space, by the names that Windows has for them. */
export function putProcess(space: AddressSpace, layouts: StructLayouts, process: ProcessDescription): void {
  const { peb, records, ldr } = process;
  space.commit(peb, 0x1000);
  space.commit(records, RECORDS_SIZE);
  const parameters = records + 0x1000;
  const field = (path: string): number => peb + layouts.offset('_PEB', path);
  space.u32(field('ImageBaseAddress'), process.images[0]?.base ?? 0);
  space.u32(field('Ldr'), ldr);
  space.u32(field('ProcessParameters'), parameters);
  space.u32(field('ProcessHeap'), process.heaps[0] ?? 0);
  space.u32(field('NumberOfProcessors'), 2);
  space.u32(field('NumberOfHeaps'), process.heaps.length);
  space.u32(field('MaximumNumberOfHeaps'), 0x10);
  space.u32(field('ProcessHeaps'), ldr + 0x100);
  process.heaps.forEach((heap, i) => space.u32(ldr + 0x100 + 4 * i, heap));
  space.u32(field('OSMajorVersion'), 6);
  space.u32(field('OSMinorVersion'), 1);
  space.u16(field('OSBuildNumber'), process.build);
  space.u32(field('OSPlatformId'), 2);
  space.u32(field('ImageSubsystem'), 3);
  // what the headers of the images say (image.ts); Visual C++ 2008 links for it
  space.u32(field('ImageSubsystemMajorVersion'), 5);
  putParameters(space, layouts, process, parameters);
  putLoaderLists(space, layouts, process);
}

function putParameters(
  space: AddressSpace,
  layouts: StructLayouts,
  process: ProcessDescription,
  at: number,
): void {
  const size = layouts.size('_RTL_USER_PROCESS_PARAMETERS');
  const field = (path: string): number => at + layouts.offset('_RTL_USER_PROCESS_PARAMETERS', path);
  space.u32(field('MaximumLength'), 0x1000);
  space.u32(field('Length'), 0x1000);
  space.u32(field('Flags'), 1); // normalised: its strings are pointers
  let text = at + pages(size) - 0x800;
  const string = (path: string, value: string): void => {
    text = putString(space, field(path), text, value);
  };
  string('CurrentDirectory.DosPath', process.currentDirectory);
  string('ImagePathName', process.imagePath);
  string('CommandLine', process.commandLine);
  string('WindowTitle', process.imagePath);
  string('DllPath', 'C:\\Windows\\system32');
  const environment = at + 0x1000;
  space.u32(field('Environment'), environment);
  let next = environment;
  for (const variable of process.environment) next = space.text16(next, variable);
  space.u32(field('EnvironmentSize'), next + 2 - environment);
}

/** A UNICODE_STRING whose buffer is put at `text`; returns where the next one may go. */
function putString(space: AddressSpace, at: number, text: number, value: string): number {
  space.u16(at, value.length * 2);
  space.u16(at + 2, value.length * 2 + 2);
  space.u32(at + 4, text);
  return space.text16(text, value);
}

function putLoaderLists(
  space: AddressSpace,
  layouts: StructLayouts,
  { records, ldr, images }: ProcessDescription,
): void {
  space.u32(ldr, layouts.size('_PEB_LDR_DATA'));
  space.u8(ldr + layouts.offset('_PEB_LDR_DATA', 'Initialized'), 1);
  let text = records + ENTRY_STRIDE * images.length;
  const entries = images.map((image, i) => {
    const at = records + ENTRY_STRIDE * i;
    const field = (path: string): number => at + layouts.offset('_LDR_DATA_TABLE_ENTRY', path);
    space.u32(field('DllBase'), image.base);
    space.u32(field('EntryPoint'), image.base + image.entryPoint);
    space.u32(field('SizeOfImage'), image.size);
    space.u32(field('Flags'), LDRP_ENTRY_PROCESSED | (i === 0 ? 0 : LDRP_IMAGE_DLL));
    space.u16(field('LoadCount'), 0xffff);
    space.u32(field('TimeDateStamp'), image.timestamp);
    text = putString(space, field('FullDllName'), text, image.path);
    text = putString(space, field('BaseDllName'), text, image.path.slice(image.path.lastIndexOf('\\') + 1));
    return at;
  });
  const link = (list: string, links: string, order: readonly number[]): void => {
    const ring = [
      ldr + layouts.offset('_PEB_LDR_DATA', list),
      ...order.map((entry) => entry + layouts.offset('_LDR_DATA_TABLE_ENTRY', links)),
    ];
    ring.forEach((node, i) => {
      space.u32(node, ring[(i + 1) % ring.length] ?? 0);
      space.u32(node + 4, ring[(i + ring.length - 1) % ring.length] ?? 0);
    });
  };
  link('InLoadOrderModuleList', 'InLoadOrderLinks', entries);
  link('InMemoryOrderModuleList', 'InMemoryOrderLinks', entries);
  // the executable is never initialised as a DLL is
  link('InInitializationOrderModuleList', 'InInitializationOrderLinks', entries.slice(1));
}

/** Puts a thread's TEB into the space. */
export function putThread(space: AddressSpace, layouts: StructLayouts, thread: ThreadDescription): void {
  const { teb } = thread;
  space.commit(teb, 0x1000);
  const put = (path: string, value: number): void => space.u32(teb + layouts.offset('_TEB', path), value);
  put('NtTib.ExceptionList', 0xffffffff);
  put('NtTib.StackBase', thread.stackBase);
  put('NtTib.StackLimit', thread.stackLimit);
  put('NtTib.FiberData', 0x1e00);
  put('NtTib.Self', teb);
  put('ClientId.UniqueProcess', thread.processId);
  put('ClientId.UniqueThread', thread.threadId);
  put('ProcessEnvironmentBlock', thread.peb);
  put('LastErrorValue', thread.lastError);
  put('DeallocationStack', thread.deallocationStack);
}
