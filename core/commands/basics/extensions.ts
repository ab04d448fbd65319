import { UsageError } from '../../errors/index.ts';
import { compileWildcard } from '../../symbols/index.ts';
import { command } from '../command.ts';

export const chain = command({
  name: '.chain',
  tier: 'B',
  syntax: ['.chain', '.chain /D'],
  summary: 'Lists the extensions: all are built in.',
  run: ({ session }) => session.registry.commands.filter((c) => c.name.startsWith('!')).length,
  print: (count, out) => {
    out.line('Extension DLL search Path:');
    out.line('    <none: extensions are built in, libraries of Windows are not loaded>');
    out.line('Extension DLL chain:');
    out.line(`    stillframe: ${count} extension commands, API 1.0.0`);
  },
  data: (count) => ({ extensions: [{ name: 'stillframe', commands: count }] }),
});

export const extmatch = command({
  name: '.extmatch',
  tier: 'C',
  syntax: ['.extmatch [/e ExtDLL] [/n] [/D] Pattern'],
  summary: 'Lists the extension commands whose names match a pattern.',
  run({ session, args }) {
    const rest = args.replace(/^(?:\/e\s+\S+\s+|\/n\s+|\/D\s+)*/, '');
    if (rest === '') throw new UsageError('.extmatch wants a pattern');
    const wanted = compileWildcard(rest);
    const names = session.registry.commands.map((c) => c.name).filter((name) => name.startsWith('!'));
    return names.filter((name) => wanted.test(name.slice(1))).sort();
  },
  print: (names, out) => {
    for (const name of names) out.line({ text: name, command: `.help ${name}` });
  },
  data: (names) => ({ commands: names }),
});

export const vercommand = command({
  name: 'vercommand',
  tier: 'C',
  syntax: ['vercommand'],
  summary: 'Says which dump this debugger was started on.',
  run: ({ session }) => session.target.name,
  print: (name, out) => out.line(`command line: 'stillframe -z ${name}'`),
  data: (dump) => ({ dump }),
});

export const echotime = command({
  name: '.echotime',
  tier: 'C',
  syntax: ['.echotime'],
  summary: 'Prints the time now.',
  run: () => new Date(),
  print: (now, out) => out.line(`Current time: ${now.toString()}`),
  data: (now) => ({ time: now.toISOString() }),
});
