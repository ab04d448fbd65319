import type { OutputFiles, Session, TextFiles } from '../commands/index.ts';
import { shareLog } from '../commands/sessionLog.ts';
import { settingsOf, shareSettings } from '../commands/settings.ts';
import { environmentOf, PseudoVariables } from '../commands/numbers/index.ts';
import { createEvaluator, type Evaluator } from '../eval/index.ts';
import { AliasTable } from '../script/index.ts';
import {
  createSymbolService,
  exportSymbols,
  type SearchPaths,
  type SourceFiles,
  type SymbolLoader,
  type SymbolService,
} from '../symbols/index.ts';
import type { DumpTarget, Machine, RegisterContext, Thread } from '../target/index.ts';
import { BuiltInTypes, loadLayout, type StructLayouts } from '../types/index.ts';
import { walkStack, type Frame, type StackTrace } from '../unwind/index.ts';
import { automaticAlias } from './automaticAlias.ts';
import type { EngineHost } from './host.ts';
import type { Registry } from './registry.ts';
import type { Systems } from './systems.ts';
import { walkWithImages } from './walkWithImages.ts';
import { WindowsTypes } from './windowsTypes.ts';

/** What k shows unless `.kframes` says otherwise: the debugger's documented default. */
const DEFAULT_FRAME_LIMIT = 256;

/** Without a host that finds files, a module's export table is all there is. */
const EXPORTS_ONLY: SymbolLoader = { load: (module) => module.image && exportSymbols(module.image) };

/** The state of one open dump: what is in it, where the person stands, and the settings they made. */
export class DumpSession implements Session {
  readonly symbols: SymbolService;
  readonly evaluator: Evaluator;
  readonly aliases: AliasTable;
  private readonly variables: PseudoVariables;
  readonly cursors = new Map<string, bigint>();
  thread: Thread | undefined;
  machine: Machine;
  frame = 0;
  contextOverride: RegisterContext | undefined;
  radix = 16;
  frameLimit = DEFAULT_FRAME_LIMIT;
  ended = false;
  private readonly windows: WindowsTypes;

  private constructor(
    readonly target: DumpTarget,
    readonly host: EngineHost,
    readonly registry: Registry,
    readonly systems: Systems,
  ) {
    this.machine = target.system.machine;
    this.symbols = createSymbolService(target.modules, host.symbols ?? EXPORTS_ONLY, (module) => {
      if (host.images?.fetch?.(module)) target.lookForImages(module);
    });
    this.windows = new WindowsTypes(target, this.symbols);
    const beside = systems.first;
    this.aliases = beside?.aliases ?? new AliasTable((name) => automaticAlias(systems.session, name));
    this.variables = beside?.variables ?? new PseudoVariables();
    this.evaluator = createEvaluator(environmentOf(this, this.variables));
    if (beside) {
      shareSettings(this, beside);
      shareLog(this, beside);
    } else settingsOf(this).sourcePath = host.sourcePath ?? '';
    const event = target.exception && target.threads.find((t) => t.id === target.exception?.threadId);
    this.thread = event ?? target.threads[0];
  }

  /**
   * A session at the thread of the exception, else at the first. Loads the layouts for the dump's machines. It shares
   * aliases, pseudo-registers, settings and log with those that are open.
   */
  static async open(
    target: DumpTarget,
    host: EngineHost,
    registry: Registry,
    systems: Systems,
  ): Promise<DumpSession> {
    const session = new DumpSession(target, host, registry, systems);
    for (const machine of target.machines) {
      const layout = await loadLayout(target.system.os, machine.kind);
      session.windows.add(machine, { types: new BuiltInTypes(layout), note: layout.note });
    }
    return session;
  }

  get paths(): SearchPaths | undefined {
    return this.host.paths;
  }

  get sources(): SourceFiles | undefined {
    return this.host.sources;
  }

  get outputFiles(): OutputFiles | undefined {
    return this.host.outputFiles;
  }

  get files(): TextFiles | undefined {
    return this.host.files;
  }

  /** `0:000>`, `0:000:x86>` where another machine than the dump's own is in effect, `||1:1:000>` of several dumps. */
  prompt(): string {
    const { thread, machine, target, systems } = this;
    const view = machine === target.machines[0] ? '' : `:${machine.kind}`;
    const number = systems.numberOf(this);
    const system = systems.list.length > 1 ? `||${number}:` : '';
    return `${system}${number}:${String(thread?.index ?? 0).padStart(3, '0')}${view}>`;
  }

  layouts(machine = this.machine): StructLayouts {
    return this.windows.layouts(machine);
  }

  layoutNote(machine = this.machine): string | undefined {
    return this.windows.note(machine);
  }

  registers(): RegisterContext | undefined {
    return this.contextOverride ?? this.thread?.context(this.machine);
  }

  /** May throw `AwaitFirst` while an image that the walk needs is fetched. */
  walk(thread: Thread | undefined, options: { from?: RegisterContext; limit?: number } = {}): StackTrace {
    const registers = options.from ?? thread?.context(this.machine);
    const walked = (): StackTrace =>
      walkStack({
        target: this.target,
        symbols: this.symbols,
        machine: this.machine,
        registers,
        thread,
        limit: options.limit ?? this.frameLimit,
      });
    return walkWithImages(walked, this.target, this.symbols, this.host.images);
  }

  currentFrame(): Frame | undefined {
    const trace = this.walk(this.thread, { from: this.registers(), limit: this.frame + 1 });
    return trace.frames[this.frame];
  }

  /** Takes over what holds for all dumps from the one that was in effect. */
  follow(other: DumpSession): void {
    this.radix = other.radix;
    this.frameLimit = other.frameLimit;
    this.evaluator.language = other.evaluator.language;
    this.ended = other.ended;
  }

  selectThread(thread: Thread): void {
    this.thread = thread;
    this.contextOverride = undefined;
    this.frame = 0;
  }

  selectMachine(machine: Machine): void {
    this.machine = machine;
    this.contextOverride = undefined;
    this.frame = 0;
    this.cursors.clear();
  }

  setContext(context: RegisterContext | undefined): void {
    this.contextOverride = context;
    this.frame = 0;
  }
}
