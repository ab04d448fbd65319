import type { Command } from '../command.ts';

/** Which of WinDbg's extension libraries has a command (its manual's page of each); all are built in here. */
const FAMILIES: readonly (readonly [library: string, commands: string])[] = [
  ['dbghelp', '!chksym !dh !homedir !lmi !sym !symsrv'],
  [
    'ext',
    '!address !analyze !chkimg !cppexr !cpuid !dumpfa !error !exchain !for_each_frame !for_each_function !for_each_local !for_each_module !for_each_register !gs !hstring !hstring2 !imggp !imgreloc !list !obja !owner !rebase !rtlavl !str !ustr',
  ],
  [
    'exts',
    '!acl !atom !avrf !bitcount !cs !dlls !envvar !gflag !gle !heap !kuser !mui !peb !sd !sid !slist !teb !tls !token !tp',
  ],
  ['ntsdexts', '!critsec !dp !dt !gatom !handle !htrace !locks'],
  ['uext', '!findstack !runaway !uniqstack !vadump !vprot'],
  ['kdexts', '!dblink !dflink !filetime !validatelist'],
  ['wow64exts', '!wow64exts.sw !wow64exts.info !wow64exts.k !wow64exts.r'],
  ['rpcexts', '!rpcexts'],
];
/** what no library of WinDbg has */
const OWN = 'stillframe';

const libraryOf = new Map(FAMILIES.flatMap(([library, names]) => names.split(' ').map((n) => [n, library])));

/** The extension commands by the library that WinDbg has them in, and our own. */
export function extensionFamilies(commands: readonly Command[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>([
    ...FAMILIES.map(([library]) => [library, []] as [string, string[]]),
    [OWN, []],
  ]);
  for (const { name } of commands) {
    if (name.startsWith('!')) found.get(libraryOf.get(name) ?? OWN)?.push(name);
  }
  return new Map([...found].map(([library, names]) => [library, names.sort()] as const));
}

/** `C:\\ext\\wow64exts.dll` and `wow64exts` name the same library. */
export function libraryName(text: string): string {
  const file = text.replace(/^"|"$/g, '').split(/[\\/]/).at(-1) ?? '';
  return file.replace(/\.dll$/i, '').toLowerCase();
}
