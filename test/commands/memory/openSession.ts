import { readFileSync } from 'node:fs';
import { AliasTable } from '../../../core/script/index.ts';
import { posix } from 'node:path';
import { BufferSource } from '../../../core/bytes/index.ts';
import { securityCommands } from '../../../core/commands/security/index.ts';
import { stringCommands } from '../../../core/commands/strings/index.ts';
import { Pace, type Command, type Session } from '../../../core/commands/index.ts';
import { listCommands } from '../../../core/commands/lists/index.ts';
import { compareCommands } from '../../../core/commands/compare/index.ts';
import { memoryCommands } from '../../../core/commands/memory/index.ts';
import { environmentOf, numberCommands } from '../../../core/commands/numbers/index.ts';
import { searchCommands } from '../../../core/commands/search/index.ts';
import { NotAvailable } from '../../../core/errors/index.ts';
import { createEvaluator } from '../../../core/eval/index.ts';
import { Minidump } from '../../../core/minidump/index.ts';
import { Output, plain, type JsonObject } from '../../../core/output/index.ts';
import { createSymbolService, exportSymbols, type SymbolService } from '../../../core/symbols/index.ts';
import { openTarget, type Memory, type Target } from '../../../core/target/index.ts';
import type { StructLayouts } from '../../../core/types/index.ts';
import { corpusFile, corpusList } from '../../corpus.ts';
import { oneSystem } from '../oneSystem.ts';

/**
 * A session over a dump of the corpus with just what these commands use, so that they are tested without the engine:
 * no layouts, no stack walks, symbols from export tables. `images` lays the image files of the dump's folder under it.
 */
export function openSession(dump: string, options: { images?: boolean } = {}): TestSession {
  const path = corpusFile(dump);
  const folder = posix.dirname(dump);
  const files = options.images ? corpusList(folder) : [];
  const target = openTarget(Minidump.open(new BufferSource(readFileSync(path), path)), {
    find: ({ fileName }) =>
      files.includes(fileName)
        ? new BufferSource(readFileSync(corpusFile(`${folder}/${fileName}`)), fileName)
        : undefined,
  });
  return new TestSession(target);
}

/** What a command printed, and what it gave as data. */
export interface Ran {
  readonly lines: string[];
  readonly data: JsonObject | undefined;
}

const ALL: readonly Command[] = [
  ...memoryCommands,
  ...numberCommands,
  ...searchCommands,
  ...listCommands,
  ...securityCommands,
  ...stringCommands,
  ...compareCommands,
];

export class TestSession {
  readonly session: Session;

  constructor(target: Target, replace: Partial<Session> = {}) {
    const thread = target.threads.find((t) => t.id === target.exception?.threadId) ?? target.threads[0];
    const unused = (): never => {
      throw new NotAvailable('not part of this test');
    };
    const session: Session = {
      target,
      symbols: exportsOf(target),
      layouts: (): StructLayouts => unused(),
      layoutNote: () => undefined,
      get evaluator() {
        return evaluator;
      },
      registry: { commands: ALL, get: (name) => ALL.find((c) => c.name === name) },
      thread,
      machine: target.system.machine,
      frame: 0,
      contextOverride: undefined,
      radix: 16,
      registers: () => session.contextOverride ?? session.thread?.context(session.machine),
      selectThread: unused,
      selectMachine: unused,
      setContext: unused,
      walk: unused,
      currentFrame: () => undefined,
      frameLimit: 256,
      ended: false,
      cursors: new Map(),
      aliases: new AliasTable(),
      systems: oneSystem,
      prompt: () => '0:000>',
      ...replace,
    };
    const evaluator = createEvaluator(environmentOf(session));
    this.session = session;
  }

  get memory(): Memory {
    return this.session.target.memory;
  }

  /** Runs one command line as the engine would. */
  async run(line: string, pace = new Pace()): Promise<Ran> {
    const match = /^(\S+)\s*(.*)$/.exec(line);
    const [, name = '', args = ''] = match ?? [];
    const command = ALL.find((c) => c.name === name);
    if (!command) throw new Error(`no command ${name}`);
    const lines: string[] = [];
    const out = new Output((printed) => lines.push(plain(printed)));
    const unused = (): Promise<never> => Promise.reject(new Error('not part of this test'));
    const answer = await command.execute({
      session: this.session,
      name,
      args: args.trim(),
      pace,
      execute: unused,
    });
    await answer.print(out);
    return { lines, data: answer.data };
  }

  /** The lines alone. */
  async lines(line: string): Promise<string[]> {
    return (await this.run(line)).lines;
  }
}

function exportsOf(target: Target): SymbolService {
  return createSymbolService(target.modules, {
    load: (module) => module.image && exportSymbols(module.image),
  });
}
