import { bannerLines, Engine, type EngineHost } from '../core/engine/index.ts';
import { messageOf } from '../core/errors/index.ts';
import { nodeHost, openDumpFile, textFiles, type OpenedDumpFile } from '../core/node/index.ts';
import { complain } from './complain.ts';
import { Exit } from './exit.ts';
import type { Options } from './options.ts';
import { OutputBuffer } from './outputBuffer.ts';
import { ProgressLine } from './progressLine.ts';
import { Runner } from './runner.ts';
import type { StandardOutput } from './standardOutput.ts';
import { JsonWriter, TextWriter, type Writer } from './writers.ts';

const progress = new ProgressLine(() => process.stderr);

/** Opens a dump, runs what there is to run, and gives the exit status. */
export async function debug(path: string, options: Options, output: StandardOutput): Promise<number> {
  const out = new OutputBuffer((text) => {
    progress.clear();
    output.write(text);
  });
  const writer: Writer = options.json
    ? new JsonWriter(out)
    : new TextWriter(out, options.color && output.isTerminal && !process.env.NO_COLOR);
  const { commandFile } = options;
  const script = commandFile === undefined ? [] : await linesOf(commandFile);
  if (!script) return Exit.wrongUsage;
  const opened = await open(path, options);
  if (!opened) return Exit.cannotOpen;
  const { file, engine } = opened;
  try {
    const runner = new Runner(engine, writer, progress.show);
    process.on('SIGINT', () => {
      if (!runner.stop()) process.exit(130);
    });
    for (const warning of file.warnings) complain(`${path}: ${warning}`);
    if (!options.json && !options.symbolCheck)
      for (const line of await bannerLines(engine, { progress: progress.show })) writer.line(line);
    writer.flush();
    // asked when it matters: to look at standard input is to open it
    const isInteractive = (): boolean => output.isTerminal && process.stdin.isTTY;
    await runAll(runner, options, script, isInteractive);
    return runner.failed && !isInteractive() ? Exit.commandFailed : Exit.fine;
  } finally {
    engine.systems.closeAll();
    file.cleanup();
  }
}

/** The dump, open; or undefined when it cannot be opened and standard error says why. */
async function open(
  path: string,
  options: Options,
): Promise<{ file: OpenedDumpFile; engine: Engine } | undefined> {
  let file: OpenedDumpFile | undefined;
  try {
    file = await openDumpFile(path, progress.show);
    return { file, engine: await Engine.open(file.source, hostOf(path, options)) };
  } catch (e) {
    progress.clear();
    complain(`${path}: ${messageOf(e)}`);
    file?.cleanup();
    return undefined;
  }
}

/** The lines of a script; undefined when it cannot be read and standard error says why. */
async function linesOf(path: string): Promise<readonly string[] | undefined> {
  try {
    return (await textFiles.read(path)).split(/\r?\n/);
  } catch (e) {
    complain(`-cf: ${messageOf(e)}`);
    return undefined;
  }
}

/** What this host lends a dump: all files that the person may read, other dumps among them. */
function hostOf(path: string, options: Options): EngineHost {
  const { symbolPath, imagePath, sourcePath, redact } = options;
  return nodeHost({
    dump: path,
    symbolPath,
    imagePath,
    sourcePath,
    redact,
    writesFiles: true,
    readsFiles: true,
    opensDumps: (other) => hostOf(other, options),
    onProgress: progress.show,
  });
}

/** First -c, then -cf, then the prompt or standard input, until one of them says q. */
async function runAll(
  runner: Runner,
  options: Options,
  script: readonly string[],
  isInteractive: () => boolean,
): Promise<void> {
  if (options.symbolCheck) return runner.run('!symcheck', false);
  if (options.commands !== undefined) await runner.run(options.commands, true);
  if (options.commandFile !== undefined) {
    for (const line of script) {
      if (runner.ended) return;
      await runner.run(line, true);
    }
    if (!isInteractive()) return;
  }
  if (runner.ended) return;
  if (isInteractive()) {
    const { interact } = await import('./interactive.ts');
    return interact(runner);
  }
  const { createInterface } = await import('node:readline');
  for await (const line of createInterface({ input: process.stdin })) {
    await runner.run(line, true);
    if (runner.ended) break;
  }
}
