import { hexAddress } from '../../../bytes/index.ts';
import { NotAvailable } from '../../../errors/index.ts';
import { layOutMinidump } from '../../../minidump/index.ts';
import { command, type Call } from '../../command.ts';
import { outputFilesOf } from '../../outputFiles.ts';
import { uniqueName } from '../log.ts';
import { describeCut } from './describeCut.ts';
import { readDumpOptions } from './dumpOptions.ts';

interface WrittenDump {
  readonly path: string;
  readonly bytes: number;
  readonly flags: bigint;
  readonly ranges: number;
}

export const dump = command<WrittenDump>({
  name: '.dump',
  beyond: 'writes files',
  tier: 'C',
  syntax: ['.dump [/o] [/u] [/c Comment] [/j Address] [/m[MiniOptions]] FileName'],
  summary: 'Writes a new dump of what this one holds, or of a part of it.',
  options: [
    {
      flag: '/m',
      meaning: 'modules, threads, stacks, and the code at each instruction pointer; with letters more:',
    },
    { flag: 'f w', meaning: 'all memory; private memory that can be written' },
    { flag: 'd c', meaning: 'data sections that can be written, code sections of images' },
    { flag: 'i p', meaning: 'what stacks point to; PEB, TEBs, parameters, environment, loader lists' },
    { flag: 'h u t F', meaning: 'handles, unloaded modules, thread times, the list of regions' },
    { flag: 'r R', meaning: 'only pointers of stacks; module names without folders' },
    { flag: '/ma', meaning: 'the same as /mfFhut' },
    { flag: '/j Address', meaning: 'the exception that a JIT_DEBUG_INFO leads to' },
    { flag: '/o', meaning: 'overwrite an existing file' },
    { flag: '/u', meaning: 'process id, date and time behind the name' },
  ],
  run: write,
  print: ({ path }, out) => {
    out.line(`Creating ${path} - mini user dump`);
    out.line('Dump successfully written');
  },
  data: ({ path, bytes, flags, ranges }) => ({ path, bytes, flags: hexAddress(flags), ranges }),
});

async function write({ session, args, pace }: Call): Promise<WrittenDump> {
  const request = readDumpOptions(args);
  const source = session.target.dump;
  if (!source) throw new NotAvailable('.dump writes what a minidump holds: this target is none');
  const description = describeCut(session, source, request);
  const laidOut = layOutMinidump(description);
  const path = request.unique ? uniqueName(session, request.fileName) : request.fileName;
  const file = outputFilesOf(session).create(path, { overwrite: request.overwrite });
  try {
    for (const { offset, bytes } of laidOut.pieces()) {
      file.writeAt(offset, bytes);
      if (pace.due()) await pace.rest({ done: offset, total: laidOut.size, what: 'bytes' });
    }
    file.close();
  } catch (e) {
    file.discard();
    throw e;
  }
  const { flags = 0n, memory = [] } = description;
  return { path: file.path, bytes: laidOut.size, flags, ranges: memory.length };
}
