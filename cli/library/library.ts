import { Engine } from '../../core/engine/index.ts';
import { nodeHost, openDumpFile } from '../../core/node/index.ts';
import { plain } from '../../core/output/index.ts';
import type { CommandAnswer, Dump, OpenOptions, RunOptions } from './stillframe.d.ts';

/** The library's entry; what it promises is written in stillframe.d.ts. */
export async function openDump(path: string, options: OpenOptions = {}): Promise<Dump> {
  const { symbolPath, imagePath, sourcePath, redact } = options;
  const file = await openDumpFile(path);
  let engine: Engine;
  try {
    const host = nodeHost({ dump: path, symbolPath, imagePath, sourcePath, redact });
    engine = await Engine.open(file.source, host);
  } catch (e) {
    file.cleanup();
    throw e;
  }
  let turn: Promise<unknown> = Promise.resolve();
  return {
    run: (commands, runOptions) => {
      const answers = turn.then(() => runOn(engine, commands, runOptions));
      turn = answers.catch(() => undefined); // who asked hears of it
      return answers;
    },
    close: () => file.cleanup(),
  };
}

async function runOn(
  engine: Engine,
  commands: string,
  { signal, onProgress }: RunOptions = {},
): Promise<CommandAnswer[]> {
  const answers: CommandAnswer[] = [];
  let lines: string[] = [];
  await engine.execute(
    commands,
    {
      begin: () => {
        lines = [];
      },
      line: (line) => lines.push(plain(line)),
      end: (result) => answers.push({ ...result, text: lines.join('\n') }),
      progress: onProgress,
    },
    signal,
  );
  return answers;
}
