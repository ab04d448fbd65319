import { openSync, readSync, fstatSync } from 'node:fs';
import { AliasTable } from '../../../core/script/index.ts';
import type { ByteSource } from '../../../core/bytes/index.ts';
import { Pace, type Session } from '../../../core/commands/index.ts';
import { dtCommands } from '../../../core/commands/dt/index.ts';
import { environmentOf } from '../../../core/commands/numbers/index.ts';
import { NotAvailable } from '../../../core/errors/index.ts';
import { createEvaluator } from '../../../core/eval/index.ts';
import { Minidump } from '../../../core/minidump/index.ts';
import { type JsonObject, Output, plain } from '../../../core/output/index.ts';
import { createSymbolService, exportSymbols, type ModuleSymbols } from '../../../core/symbols/index.ts';
import {
  type ImageFiles,
  type Machine,
  MACHINES,
  openTarget,
  type Module,
  type Target,
} from '../../../core/target/index.ts';
import {
  BuiltInTypes,
  createStructLayouts,
  loadLayout,
  type StructLayouts,
} from '../../../core/types/index.ts';
import { type Frame, walkStack } from '../../../core/unwind/index.ts';
import { corpusFile, corpusList } from '../../corpus.ts';
import { oneSystem } from '../oneSystem.ts';

/** Images by file name: those of a lab case, and Wine's. */
export function labImages(name: string): ImageFiles {
  const folder = `images/wine-8.0-${name.startsWith('x86') ? 'x86' : 'x64'}`;
  const places = new Map<string, string>();
  for (const file of corpusList(folder))
    places.set(file.replace(/\.gz$/, '').toLowerCase(), `${folder}/${file}`);
  for (const file of corpusList(`lab/${name}`)) places.set(file.toLowerCase(), `lab/${name}/${file}`);
  return {
    find({ fileName }) {
      const place = places.get(fileName.toLowerCase());
      return place === undefined ? undefined : fileSource(corpusFile(place));
    },
  };
}

/** A file that is read as it is asked for. */
function fileSource(path: string): ByteSource {
  const file = openSync(path, 'r');
  return {
    size: fstatSync(file).size,
    name: path,
    read(offset: number, length: number) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    },
  };
}

export interface Ran {
  readonly lines: string[];
  readonly data: JsonObject | undefined;
}

/** A session with layouts, exports and expressions, and without the engine; `symbols` stands in for a module's PDB. */
export class DtSession {
  private constructor(readonly session: Session) {}

  static async open(
    dump: string,
    symbols?: (module: Module) => ModuleSymbols | undefined,
    images?: ImageFiles,
  ): Promise<DtSession> {
    const target = openTarget(Minidump.open(fileSource(corpusFile(dump))), images);
    return DtSession.over(target, symbols);
  }

  private static walk(session: Session) {
    const { target, symbols, machine, thread } = session;
    return walkStack({ target, symbols, machine, thread, registers: thread?.context(machine), limit: 256 });
  }

  /** The frames of the current thread. */
  frames(): readonly Frame[] {
    return DtSession.walk(this.session).frames;
  }

  static async over(
    target: Target,
    symbols?: (module: Module) => ModuleSymbols | undefined,
  ): Promise<DtSession> {
    const layouts = new Map<Machine, StructLayouts>();
    const notes = new Map<Machine, string | undefined>();
    for (const machine of target.machines) {
      const layout = await loadLayout(target.system.os, machine.kind);
      layouts.set(machine, createStructLayouts([new BuiltInTypes(layout)]));
      notes.set(machine, layout.note);
    }
    const unused = (): never => {
      throw new NotAvailable('not part of this test');
    };
    const session: Session = {
      target,
      symbols: createSymbolService(target.modules, {
        load: (module) => symbols?.(module) ?? (module.image && exportSymbols(module.image)),
      }),
      layouts: (machine = session.machine) => layouts.get(machine) ?? unused(),
      layoutNote: (machine = session.machine) => notes.get(machine),
      evaluator: createEvaluator({ ...environmentOf({ target } as Session) }),
      registry: { commands: dtCommands, get: () => undefined },
      thread: target.threads[0],
      machine: target.system.machine,
      frame: 0,
      contextOverride: undefined,
      radix: 16,
      registers: () => session.thread?.context(session.machine),
      selectThread: unused,
      selectMachine: unused,
      setContext: unused,
      walk: unused,
      currentFrame: () => DtSession.walk(session).frames[session.frame],
      frameLimit: 256,
      ended: false,
      cursors: new Map(),
      aliases: new AliasTable(),
      systems: oneSystem,
      prompt: () => '0:000>',
    };
    Object.assign(session, { evaluator: createEvaluator(environmentOf(session)) });
    return new DtSession(session);
  }

  /** Takes the 32-bit view of a WOW64 dump. */
  x86(): this {
    this.session.machine = MACHINES.x86;
    return this;
  }

  async run(args: string): Promise<Ran> {
    const [dt] = dtCommands;
    if (!dt) throw new Error('no dt');
    const lines: string[] = [];
    const out = new Output((line) => lines.push(plain(line)));
    const execute = () => Promise.reject(new Error('not part of this test'));
    const { data, print } = await dt.execute({
      session: this.session,
      name: 'dt',
      args,
      pace: new Pace(),
      execute,
    });
    await print(out);
    return { lines, data };
  }

  async lines(args: string): Promise<string[]> {
    return (await this.run(args)).lines;
  }
}
