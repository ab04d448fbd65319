import { hexAddress } from '../../bytes/index.ts';
import { formatAddress } from '../../output/index.ts';
import type { Module } from '../../target/index.ts';
import { command } from '../command.ts';
import { symbolStatusOf } from '../modules/index.ts';
import type { Session } from '../session.ts';
import { commandString, eachVariables } from './eachVariables.ts';

/** DEBUG_SYMTYPE_* (dbgeng.h) */
const SYMBOL_TYPES = { none: 0, export: 4, deferred: 5, pdb: 3, breakpad: 7 } as const;

interface EachModule {
  readonly modules: readonly Module[];
  readonly line: string;
}

export const forEachModule = command<EachModule>({
  name: '!for_each_module',
  tier: 'B',
  syntax: ['!for_each_module ["CommandString"]'],
  summary: 'Runs commands once for each module, with its name, addresses and versions in place of aliases.',
  options: [
    {
      flag: '@#ModuleName',
      meaning: 'its name; @#ImageName @#LoadedImageName @#MappedImageName @#SymbolFileName',
    },
    { flag: '@#Base', meaning: 'its first address; @#End @#Size @#ModuleIndex' },
    { flag: '@#FileVersion', meaning: 'as its version resource has it; @#ProductVersion' },
    { flag: '@#TimeDateStamp', meaning: 'of its headers; @#Checksum @#Flags @#SymbolType' },
  ],
  run: ({ session, args }) => ({ modules: [...session.target.modules], line: commandString(args) }),
  async print({ modules, line }, out, { session, execute, pace }) {
    const { pointerSize } = session.target.system.machine;
    for (const module of modules) {
      if (line === '') {
        const range = `${formatAddress(module.base, pointerSize)} ${formatAddress(module.end, pointerSize)}`;
        out.line(
          `${String(module.index).padStart(2, '0')} : ${range} ${module.name} ${module.path} ${module.path}`,
        );
      } else await execute(line, out, { variables: eachVariables(valuesOf(session, module)) });
      pace.throwIfCancelled();
    }
  },
  data: ({ modules }) => ({
    modules: modules.map(({ index, name, path, base, end }) => ({
      index,
      name,
      path,
      base: hexAddress(base),
      end: hexAddress(end),
    })),
  }),
});

/** What its documentation lists; each name has the length of its text with the NUL beside it. */
function valuesOf(session: Session, module: Module): Record<string, string> {
  const { index, name, path, base, end, size, timestamp, checksum, version } = module;
  const symbols = symbolStatusOf(session, module);
  const strings = module.image?.versionResource()?.tables[0]?.strings;
  const texts = {
    ModuleName: name,
    ImageName: path,
    LoadedImageName: path,
    MappedImageName: 'NULL',
    SymbolFileName: symbols.file ?? path,
  };
  const sizes = Object.entries(texts).map(([key, text]) => [`${key}Size`, number(text.length + 1)]);
  return {
    ...texts,
    ...(Object.fromEntries(sizes) as Record<string, string>),
    FileVersion: strings?.get('FileVersion') ?? version?.fileVersion.join('.') ?? '',
    ProductVersion: strings?.get('ProductVersion') ?? version?.productVersion.join('.') ?? '',
    ModuleIndex: String(index),
    Base: number(base),
    Size: number(size),
    End: number(end),
    TimeDateStamp: number(timestamp),
    Checksum: number(checksum),
    Flags: number(0),
    SymbolType: number(SYMBOL_TYPES[symbols.status]),
  };
}

function number(value: number | bigint): string {
  return hexAddress(value);
}
