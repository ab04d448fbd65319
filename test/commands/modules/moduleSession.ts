/** A session over a real dump with what module commands ask for, and a way to run one of them. */
import { AliasTable } from '../../../core/script/index.ts';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Pace, type Session } from '../../../core/commands/index.ts';
import { moduleCommands } from '../../../core/commands/modules/index.ts';
import { environmentOf } from '../../../core/commands/numbers/index.ts';
import { createEvaluator, type Evaluator } from '../../../core/eval/index.ts';
import { Minidump } from '../../../core/minidump/index.ts';
import { Output, plain, type JsonObject } from '../../../core/output/index.ts';
import { createSymbolService, exportSymbols, type SymbolLoader } from '../../../core/symbols/index.ts';
import { type ImageFiles, openTarget, type Target } from '../../../core/target/index.ts';
import { oneSystem } from '../oneSystem.ts';

/** Exports only, which needs no files. */
const EXPORTS: SymbolLoader = { load: (module) => module.image && exportSymbols(module.image) };

/** Opens a dump; `images` are files that stand in for what it left out. */
export function openSession(
  path: string,
  options: { images?: readonly string[]; symbols?: SymbolLoader } = {},
): Session {
  const files = new Map(options.images?.map((file) => [basename(file).toLowerCase(), file]));
  const images: ImageFiles = {
    find({ fileName }) {
      const file = files.get(fileName.toLowerCase());
      return file === undefined ? undefined : new BufferSource(readFileSync(file), file);
    },
  };
  const source = new BufferSource(new Uint8Array(readFileSync(path)), path);
  return sessionOf(openTarget(Minidump.open(source), images), options.symbols);
}

export function sessionOf(target: Target, loader: SymbolLoader = EXPORTS): Session {
  const nothing = (): never => {
    throw new Error('module commands have no use for this');
  };
  let evaluator: Evaluator | undefined;
  const session: Session = {
    target,
    symbols: createSymbolService(target.modules, loader),
    layouts: nothing,
    layoutNote: nothing,
    get evaluator() {
      return (evaluator ??= createEvaluator(environmentOf(session)));
    },
    registry: { commands: moduleCommands, get: () => undefined },
    thread: target.threads[0],
    machine: target.system.machine,
    frame: 0,
    contextOverride: undefined,
    radix: 16,
    registers: () => target.threads[0]?.context(target.system.machine),
    selectThread: nothing,
    selectMachine: nothing,
    setContext: nothing,
    walk: nothing,
    currentFrame: nothing,
    frameLimit: 0,
    ended: false,
    cursors: new Map(),
    aliases: new AliasTable(),
    systems: oneSystem,
    prompt: () => '0:000>',
  };
  return session;
}

/** Runs one command line; lines as they would be printed, and the data for JSON. */
export async function run(session: Session, line: string): Promise<{ lines: string[]; data: JsonObject }> {
  const word = /^\S+/.exec(line)?.[0] ?? '';
  const command =
    moduleCommands.find((c) => c.name === word) ?? moduleCommands.find((c) => c.pattern?.test(line));
  if (!command) throw new Error(`no command for ${line}`);
  const name = command.pattern?.exec(line)?.[0] ?? word;
  const call = {
    session,
    name,
    args: line.slice(name.length).trim(),
    pace: new Pace(),
    execute: () => Promise.reject(new Error('no nested commands here')),
  };
  const lines: string[] = [];
  const out = new Output((l) => lines.push(plain(l)));
  const answer = await command.execute(call);
  await answer.print(out);
  out.flush();
  return { lines, data: answer.data ?? {} };
}
