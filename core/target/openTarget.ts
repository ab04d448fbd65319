import type { Minidump } from '../minidump/index.ts';
import { PeImage } from '../pe/index.ts';
import { BadFormat } from '../errors/index.ts';
import { DumpMemory } from './dumpMemory.ts';
import { ImageLayout, ImageOverlay } from './imageOverlay.ts';
import { MACHINES, type Machine } from './machine.ts';
import { readPointer, tryRead, type Address, type Memory } from './memory.ts';
import type {
  EventException,
  FileAttempt,
  ImageFile,
  ImageFiles,
  Module,
  ModuleChanges,
  ModuleList,
  SystemDescription,
  Target,
  Thread,
  UnloadedModule,
} from './model.ts';
import { factsOf } from './namedModule.ts';
import { LoadedModule, type LoadedModules, loadModules } from './moduleList.ts';
import { ContextRecord } from './registers/index.ts';
import { describeSystem, machineOf } from './system.ts';
import { DumpThread } from './threads.ts';
import { peb32Of } from './wow64.ts';

/** TEB.ProcessEnvironmentBlock: 0x30 in 32-bit TEBs, 0x60 in 64-bit ones, in every version (facts/layouts). */
const TEB_PEB = { 4: 0x30n, 8: 0x60n } as const;

/** A dump as a debugger sees it. Opening reads the directory and the small streams; memory is read when asked. */
export class DumpTarget implements Target {
  readonly system: SystemDescription;
  readonly machines: readonly Machine[];
  readonly memory: Memory;
  readonly modules: ModuleList;
  readonly moduleChanges: ModuleChanges;
  readonly unloadedModules: readonly UnloadedModule[];
  readonly threads: readonly Thread[];
  private readonly list: LoadedModules;
  private readonly layouts: ImageLayouts;

  constructor(
    readonly dump: Minidump,
    private readonly images: ImageFiles,
  ) {
    const machine = machineOf(dump);
    const memory = new DumpMemory(dump.source, dump.memory);
    const modules = loadModules(dump.modules, { memory, machine });
    this.layouts = new ImageLayouts(images);
    memory.setOverlay(overlayOf(modules, this.layouts));
    this.memory = memory;
    this.modules = modules;
    this.list = modules;
    this.moduleChanges = {
      add: (named) => modules.add(factsOf(named, memory, images)),
      remove: (module) => modules.remove(module),
      restore: (module) => modules.restore(module),
      get removed() {
        return modules.removed;
      },
    };
    this.machines = machine.pointerSize === 8 && hasWow64(modules) ? [machine, MACHINES.x86] : [machine];
    this.threads = dump.threads.map((record, i) => new DumpThread(i, record, { dump, memory, machine }));
    this.unloadedModules = dump.unloadedModules.map((m) => ({
      start: m.base,
      end: m.base + BigInt(m.size),
      name: m.name,
      timestamp: m.timestamp,
      checksum: m.checksum,
    }));
    this.system = describeSystem(dump, machine, memory);
  }

  imageFile(module: Module): ImageFile | undefined {
    return this.layouts.of(module);
  }

  imageAttempts({ fileName, timestamp, size }: Module): readonly FileAttempt[] {
    return this.images.attempts?.({ fileName, timestamp, size }) ?? [];
  }

  get name(): string {
    return this.dump.source.name;
  }

  get exception(): EventException | undefined {
    const stream = this.dump.exception;
    if (!stream) return undefined;
    const bytes = this.dump.context(stream.context);
    return {
      threadId: stream.threadId,
      record: stream.record,
      context: bytes.length > 0 ? new ContextRecord(this.system.machine, bytes) : undefined,
    };
  }

  lookForImages(module?: Module): void {
    this.list.imagesMayBeOthers();
    for (const m of module ? [module] : this.modules) {
      this.layouts.lookAgain(m);
      if (m instanceof LoadedModule) m.lookForImage();
    }
  }

  peb(machine: Machine): Address | undefined {
    for (const thread of this.threads) {
      const teb = thread.tebFor(machine);
      if (teb === undefined) continue;
      const peb =
        machine.kind === this.system.machine.kind
          ? tryRead(() => readPointer(this.memory, teb + TEB_PEB[machine.pointerSize], machine.pointerSize))
          : peb32Of(this.memory, teb);
      if (peb) return peb;
    }
    return undefined;
  }
}

/** The image files under the modules. A file is looked for once, when a byte of its module is first missing. */
class ImageLayouts {
  private readonly known = new Map<Module, ImageLayout | undefined>();

  constructor(private readonly images: ImageFiles) {}

  of(module: Module): ImageLayout | undefined {
    if (!this.known.has(module)) this.known.set(module, layoutOf(module, this.images));
    return this.known.get(module);
  }

  /** Forgets that a module's file was absent. */
  lookAgain(module: Module): void {
    if (!this.known.get(module)) this.known.delete(module);
  }
}

/** Opens a dump's target. `images` gives the files that stand in for code the dump left out; none by default. */
export function openTarget(dump: Minidump, images: ImageFiles = { find: () => undefined }): DumpTarget {
  return new DumpTarget(dump, images);
}

function hasWow64(modules: ModuleList): boolean {
  return modules.byName('wow64.dll') !== undefined || modules.byName('wow64cpu.dll') !== undefined;
}

function overlayOf(modules: LoadedModules, layouts: ImageLayouts): ImageOverlay {
  const layoutAt = (address: Address): ImageLayout | undefined => {
    const module = modules.find(address);
    return module && layouts.of(module);
  };
  return new ImageOverlay(layoutAt, (address) => modules.nextBase(address));
}

function layoutOf(module: Module, images: ImageFiles): ImageLayout | undefined {
  const file = images.find({ fileName: module.fileName, timestamp: module.timestamp, size: module.size });
  if (!file) return undefined;
  try {
    const image = PeImage.fromFile(file);
    // another build of the same name would be worse than nothing
    if (image.timestamp !== module.timestamp || image.sizeOfImage !== module.size) return undefined;
    return new ImageLayout(image, module.base);
  } catch (e) {
    if (e instanceof BadFormat) return undefined;
    throw e;
  }
}
