import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import { readFileName } from '../outputFiles.ts';
import type { OpenSystem } from '../session.ts';
import { openingLines } from './banner.ts';

export const opendump = command<OpenSystem>({
  name: '.opendump',
  beyond: 'other dumps',
  tier: 'B',
  syntax: ['.opendump DumpFile', '.opendump /c "DumpFileInArchive" CabFile'],
  summary: 'Opens another dump beside this one and puts it in effect; || lists them, ||0s goes back.',
  options: [{ flag: '/c "Name"', meaning: 'the dump of that name within the archive' }],
  run({ session, args }) {
    const member = /^\/c\s+"([^"]+)"\s*/.exec(args);
    const { fileName, rest } = readFileName(args.slice(member?.[0].length ?? 0));
    if (fileName === '') throw new UsageError('.opendump needs the name of a dump file');
    if (rest !== '') throw new UsageError(`Extra character error in '${rest}'`, 'syntax');
    return session.systems.open(fileName, member?.[1]);
  },
  async print({ number, session }, out, { execute }) {
    for (const text of openingLines(session)) out.line(text);
    await execute(`||${number}s`, out);
    out.line(`Opened '${session.target.name}'`);
  },
  data: ({ number, session }) => ({ index: number, dump: session.target.name }),
});

/** WinDbg finishes loading of a dump with `g`; here nothing is left to do, so scripts with both run. */
export const go = command<{ readonly opened: boolean }>({
  name: 'g',
  tier: 'ours',
  syntax: ['g'],
  summary: 'Does nothing behind .opendump, where WinDbg wants it; else a dump does not run.',
  run({ session, args }) {
    if (args === '' && session.systems.list.length > 1) return { opened: true };
    throw new UsageError(
      'g needs a live target: a dump does not run and cannot be stepped, broken into or changed',
      'not-applicable',
    );
  },
  print: () => undefined,
});

export const detach = command<{ readonly number: number }>({
  name: '.detach',
  beyond: 'other dumps',
  tier: 'C',
  syntax: ['.detach'],
  summary: 'Closes the dump in effect, where .opendump opened another.',
  run({ session }) {
    const { current } = session.systems;
    if (!session.systems.close(current))
      throw new UsageError('.detach needs another dump to go on with: q ends this one', 'not-available');
    return { number: current };
  },
  print: (_, out) => out.line('Detached'),
  data: ({ number }) => ({ index: number }),
});
