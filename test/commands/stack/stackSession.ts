/** A session over a fake process with what stack commands ask for, and a way to run one of them. */
import { AliasTable } from '../../../core/script/index.ts';
import { Pace, type Session } from '../../../core/commands/index.ts';
import { environmentOf } from '../../../core/commands/numbers/index.ts';
import { stackCommands } from '../../../core/commands/stack/index.ts';
import { createEvaluator, type Evaluator } from '../../../core/eval/index.ts';
import { Output, plain, type JsonObject } from '../../../core/output/index.ts';
import type { RegisterContext, Thread } from '../../../core/target/index.ts';
import { walkStack } from '../../../core/unwind/index.ts';
import type { Faked } from '../../unwind/fakeProcess.ts';
import { oneSystem } from '../oneSystem.ts';

/** A session whose thread stands at `registers`. */
export function sessionOf(fake: Faked, registers: RegisterContext): Session {
  const nothing = (): never => {
    throw new Error('stack commands have no use for this');
  };
  let evaluator: Evaluator | undefined;
  const thread: Thread = { ...fake.thread, context: () => registers };
  const session: Session = {
    target: { ...fake.target, threads: [thread] },
    symbols: fake.symbols,
    layouts: nothing,
    layoutNote: nothing,
    get evaluator() {
      return (evaluator ??= createEvaluator(environmentOf(session)));
    },
    registry: { commands: stackCommands, get: () => undefined },
    thread,
    machine: fake.machine,
    frame: 0,
    contextOverride: undefined,
    radix: 16,
    registers: () => session.contextOverride ?? registers,
    selectThread: nothing,
    selectMachine: nothing,
    setContext(context) {
      session.contextOverride = context;
      session.frame = 0;
    },
    walk: (shown, { from = shown?.context(fake.machine), limit = session.frameLimit } = {}) =>
      walkStack({ ...fake, registers: from, thread: shown, limit }),
    currentFrame: nothing,
    frameLimit: 256,
    ended: false,
    cursors: new Map(),
    aliases: new AliasTable(),
    systems: oneSystem,
    prompt: () => '0:000>',
  };
  return session;
}

/** Runs one command line: the lines that it prints, and its data for JSON. */
export async function run(session: Session, line: string): Promise<{ lines: string[]; data: JsonObject }> {
  const word = /^[.!]?[\w]+[+-]?/.exec(line)?.[0] ?? '';
  const command =
    stackCommands.find((c) => c.name === word && !c.pattern) ??
    stackCommands.find((c) => c.pattern?.test(line));
  if (!command) throw new Error(`no command for ${line}`);
  const name = command.pattern?.exec(line)?.[0] ?? word;
  const lines: string[] = [];
  const out = new Output((l) => lines.push(plain(l)));
  const call = {
    session,
    name,
    args: line.slice(name.length).trim(),
    pace: new Pace(),
    execute: (nested: string, to: Output) => {
      to.line(`<${nested} in frame ${session.frame}>`);
      return Promise.resolve({});
    },
  };
  const { data = {}, print } = await command.execute(call);
  await print(out);
  return { lines, data };
}
