#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { bannerLines, Engine } from '../core/engine/index.ts';
import { messageOf } from '../core/errors/index.ts';
import { nodeHost, openDumpFile, type OpenedDumpFile } from '../core/node/index.ts';
import { interact } from './interactive.ts';
import { readOptions, USAGE, WrongUsage, type Options } from './options.ts';
import { ProgressLine } from './progressLine.ts';
import { Runner } from './runner.ts';
import { JsonWriter, TextWriter, type Writer } from './writers.ts';

/** Exit statuses of cli.md. */
const Exit = { fine: 0, commandFailed: 1, wrongUsage: 2, cannotOpen: 3 } as const;

const progress = new ProgressLine(process.stderr);

async function main(argv: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = readOptions(argv, process.env);
  } catch (e) {
    if (!(e instanceof WrongUsage)) throw e;
    process.stderr.write(`stillframe: ${e.message}; --help shows what there is\n`);
    return Exit.wrongUsage;
  }
  if (options.help) return say(USAGE);
  if (options.version) return say(packageVersion());
  if (options.dump === undefined) {
    process.stderr.write(`stillframe: which dump?\n${USAGE}\n`);
    return Exit.wrongUsage;
  }
  return debug(options.dump, options);
}

async function debug(path: string, options: Options): Promise<number> {
  const write = (text: string): void => {
    progress.clear();
    process.stdout.write(text);
  };
  const interactive = process.stdin.isTTY && process.stdout.isTTY;
  const writer: Writer = options.json
    ? new JsonWriter(write)
    : new TextWriter(write, options.color && process.stdout.isTTY && !process.env.NO_COLOR);
  const opened = await open(path, options);
  if (!opened) return Exit.cannotOpen;
  const { file, engine } = opened;
  try {
    const runner = new Runner(engine, writer, progress.show);
    process.on('SIGINT', () => {
      if (!runner.stop()) process.exit(130);
    });
    for (const warning of file.warnings) process.stderr.write(`stillframe: ${path}: ${warning}\n`);
    if (!options.json && !options.symbolCheck)
      for (const line of await bannerLines(engine, { progress: progress.show })) writer.line(line);
    await runAll(runner, options, interactive);
    return runner.failed && !interactive ? Exit.commandFailed : Exit.fine;
  } finally {
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
    const { symbolPath, imagePath, sourcePath } = options;
    const host = nodeHost({ dump: path, symbolPath, imagePath, sourcePath, onProgress: progress.show });
    return { file, engine: await Engine.open(file.source, host) };
  } catch (e) {
    progress.clear();
    process.stderr.write(`stillframe: ${path}: ${messageOf(e)}\n`);
    file?.cleanup();
    return undefined;
  }
}

/** First -c, then -cf, then the prompt or standard input, until one of them says q. */
async function runAll(runner: Runner, options: Options, interactive: boolean): Promise<void> {
  if (options.symbolCheck) return runner.run('!symcheck', false);
  if (options.commands !== undefined) await runner.run(options.commands, true);
  if (options.commandFile !== undefined) {
    for (const line of readFileSync(options.commandFile, 'utf8').split(/\r?\n/)) {
      if (runner.ended) return;
      await runner.run(line, true);
    }
    if (!interactive) return;
  }
  if (runner.ended) return;
  if (interactive) return interact(runner);
  for await (const line of createInterface({ input: process.stdin })) {
    await runner.run(line, true);
    if (runner.ended) break;
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return Exit.fine;
}

// `stillframe … | head` closes the pipe early: that is no error
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  process.exit(e.code === 'EPIPE' ? Exit.fine : Exit.commandFailed);
});

process.exitCode = await main(process.argv.slice(2));
