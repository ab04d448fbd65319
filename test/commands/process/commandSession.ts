import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../core/bytes/index.ts';
import { errorCommands } from '../../../core/commands/errors/index.ts';
import { Pace, type Command } from '../../../core/commands/index.ts';
import { processCommands } from '../../../core/commands/process/index.ts';
import { regionCommands } from '../../../core/commands/regions/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { Output, plain, type JsonObject } from '../../../core/output/index.ts';
import type { ImageFiles } from '../../../core/target/index.ts';
import { corpusFile } from '../../corpus.ts';

const COMMANDS: readonly Command[] = [...processCommands, ...errorCommands, ...regionCommands];

export interface Ran {
  readonly lines: readonly string[];
  /** as it comes out of JSON */
  readonly data: JsonObject;
}

/** An engine on a corpus dump, of which the commands about the process are run one at a time; failures are thrown. */
export class CommandSession {
  private constructor(readonly engine: Engine) {}

  static async open(path: string, images?: ImageFiles): Promise<CommandSession> {
    const file = corpusFile(path);
    return new CommandSession(await Engine.open(new BufferSource(readFileSync(file), file), { images }));
  }

  async run(line: string): Promise<Ran> {
    const [name = '', ...rest] = line.split(' ');
    const found = COMMANDS.find((c) => c.name === name || c.aliases.includes(name));
    if (!found) throw new Error(`no command ${name}`);
    const lines: string[] = [];
    const out = new Output((l) => lines.push(plain(l)));
    const answer = await found.execute({
      session: this.engine.session,
      name,
      args: rest.join(' ').trim(),
      pace: new Pace(),
      execute: async (inner, nested) => {
        await this.engine.execute(inner, { line: (l) => nested.line(...l) });
        return {};
      },
    });
    await answer.print(out);
    out.flush();
    return { lines, data: JSON.parse(JSON.stringify(answer.data ?? {})) as JsonObject };
  }

  /** Any command line, through the engine: to choose a thread or a machine. */
  async engineLine(line: string): Promise<void> {
    await this.engine.execute(line, { line: () => undefined });
  }
}
