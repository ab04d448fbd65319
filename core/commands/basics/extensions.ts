import { NotAvailable, UsageError } from '../../errors/index.ts';
import { compileWildcard } from '../../types/index.ts';
import { command } from '../command.ts';
import { extensionFamilies, libraryName } from './extensionFamilies.ts';

export const chain = command({
  name: '.chain',
  tier: 'B',
  syntax: ['.chain', '.chain /D'],
  summary:
    'Lists the extension libraries whose commands are built in, in the order in which they are searched.',
  options: [{ flag: '/D', meaning: 'with links, which are always there' }],
  run({ session, args }) {
    if (!/^(?:\/[Dd])?$/.test(args)) throw new UsageError(`.chain takes /D, not '${args}'`);
    return extensionFamilies(session.registry.commands);
  },
  print: (families, out) => {
    out.line('Extension DLL search Path:');
    out.line('    <none: extensions are built in, libraries of Windows are not loaded>');
    out.line('Extension DLL chain:');
    for (const [library, names] of families) {
      if (names.length === 0) continue;
      const count = `${names.length} ${names.length === 1 ? 'command' : 'commands'}`;
      out.line(
        '    ',
        { text: library, command: `.extmatch /e ${library} *` },
        `: built in, API 1.0.0, ${count}`,
      );
    }
  },
  data: (families) => ({
    extensions: [...families].map(([name, commands]) => ({ name, commands: commands.length })),
  }),
});

/** The other way to write `.setdll` and `.unload`: `!ext.unload`. */
const OF_LIBRARY = /^!(\w+)\.(setdll|unload)(?!\w)/i;

/** `.load` of what is built in is done already; scripts begin with it. */
export const load = command({
  name: '.load',
  aliases: ['.loadby', '.setdll', '.unload', '.unloadall'],
  pattern: OF_LIBRARY,
  tier: 'B',
  syntax: [
    '.load DLLName',
    '.loadby DLLName ModuleName',
    '.unload DLLName',
    '.unloadall',
    '.setdll DLLName',
    '!DLLName.setdll',
    '!DLLName.unload',
  ],
  summary: 'Does nothing for extensions that are built in; libraries of Windows cannot be loaded.',
  run({ session, name: typed, args: rest }) {
    const [, own, verb = ''] = OF_LIBRARY.exec(typed) ?? [];
    const [name, args] = own === undefined ? [typed, rest] : [`.${verb}`, own];
    const library = libraryName(/^(?:"[^"]*"|\S+)/.exec(args)?.[0] ?? '');
    const isBuiltIn = (extensionFamilies(session.registry.commands).get(library)?.length ?? 0) > 0;
    if (library === '' && name !== '.unloadall')
      throw new UsageError(`${name} needs the name of an extension`);
    if (isBuiltIn || name.startsWith('.unload')) return { library, builtIn: isBuiltIn };
    if (/^(?:sos|mex|psscor\d?|clr\w*)$/.test(library)) {
      throw new NotAvailable(
        `${name} cannot load ${library}: it is a library of Windows that needs WinDbg's engine and the .NET runtime's data access; native frames, heaps and !analyze work without it`,
      );
    }
    throw new NotAvailable(
      `${name} cannot load ${library}: it is an extension library of Windows, and this debugger has its usual commands built in (.chain)`,
    );
  },
  print: () => undefined,
  data: (model) => ({ ...model }),
});

export const extmatch = command({
  name: '.extmatch',
  tier: 'C',
  syntax: ['.extmatch [/e ExtDLL] [/n] [/D] Pattern'],
  summary: 'Lists the extension commands whose names match a pattern.',
  options: [{ flag: '/e ExtDLL', meaning: 'only those of libraries whose names match' }],
  run({ session, args }) {
    const options = /^(?:\/e\s+\S+\s+|\/n\s+|\/D\s+)*/.exec(args)?.[0] ?? '';
    const rest = args.slice(options.length);
    if (rest === '') throw new UsageError('.extmatch wants a pattern');
    const wanted = compileWildcard(rest);
    const library = /\/e\s+(\S+)/.exec(options)?.[1];
    const inLibrary = library === undefined ? undefined : compileWildcard(libraryName(library));
    const families = [...extensionFamilies(session.registry.commands)];
    return families
      .filter(([name]) => inLibrary?.test(name) ?? true)
      .flatMap(([, names]) => names.filter((name) => wanted.test(name.slice(1))))
      .sort();
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
