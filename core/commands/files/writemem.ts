import { hexAddress } from '../../bytes/index.ts';
import { MemoryUnreadable, UsageError } from '../../errors/index.ts';
import { command, type Call } from '../command.ts';
import { outputFilesOf, readFileName, type OutputFile } from '../outputFiles.ts';
import type { AddressRange } from '../../target/index.ts';

/** Bytes where an address has no length. */
const DEFAULT_BYTES = 128;
/** a dot for so many bytes written */
const DOT_BYTES = 0x10000;

interface WrittenMemory {
  readonly path: string;
  readonly range: AddressRange;
  readonly bytes: number;
}

export const writemem = command<WrittenMemory>({
  name: '.writemem',
  beyond: 'writes files',
  tier: 'B',
  syntax: ['.writemem [/o] FileName Range'],
  summary: 'Writes the bytes of a memory range to a file.',
  options: [{ flag: '/o', meaning: 'overwrite an existing file' }],
  run: write,
  print: ({ bytes }, out) =>
    out.line(`Writing ${bytes.toString(16)} bytes${'.'.repeat(Math.min(64, Math.ceil(bytes / DOT_BYTES)))}`),
  data: ({ path, range, bytes }) => ({
    path,
    start: hexAddress(range.start),
    end: hexAddress(range.end),
    bytes,
  }),
});

async function write({ session, args, pace }: Call): Promise<WrittenMemory> {
  const overwrite = /^\/o\s+/.exec(args);
  const { fileName, rest } = readFileName(args.slice(overwrite?.[0].length ?? 0));
  if (fileName === '' || rest === '') throw new UsageError('.writemem needs a file name and a range');
  const { rest: more, ...range } = session.evaluator.range(rest, 1, DEFAULT_BYTES);
  if (more !== '') throw new UsageError(`Extra character error in '${more}'`, 'syntax');
  const { memory } = session.target;
  if (memory.available(range.start, 1) === 0) throw new MemoryUnreadable(range.start);
  const file = outputFilesOf(session).create(fileName, { overwrite: overwrite !== null });
  try {
    const bytes = await copy(file);
    file.close();
    return { path: file.path, range, bytes };
  } catch (e) {
    file.discard();
    throw e;
  }

  /** All of the range, or nothing: a file with gaps would look whole. */
  async function copy(to: OutputFile): Promise<number> {
    let at = range.start;
    for (const window of memory.windows(range)) {
      if (window.base !== at) break;
      to.write(window.bytes);
      at += BigInt(window.bytes.length);
      const [done, total] = [Number(at - range.start), Number(range.end - range.start)];
      if (pace.due()) await pace.rest({ done, total, what: 'bytes' });
    }
    if (at < range.end) throw new MemoryUnreadable(at);
    return Number(range.end - range.start);
  }
}
