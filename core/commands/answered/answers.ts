/**
 * Commands of the manual that have nothing to do here, by what they would need. `harmless` ones print their sentence
 * and succeed, because scripts begin with them; the others fail with it.
 */
export interface Answer {
  readonly name: string;
  readonly tier: 'B' | 'C';
  readonly aliases: readonly string[];
  readonly answer: string;
  readonly harmless: boolean;
}

/** Names with blanks between; other spellings of one behind a bar. The answer goes on from the name. */
type Row = readonly [names: string, answer: string];

/** Settings and shows of the debugger's own window. */
const HARMLESS: readonly Row[] = [
  ['.cls', 'clears the window in the app; here the output stays'],
  ['.prefer_dml', 'has no effect: links are always there, and the terminal or the app shows them or not'],
  ['.dml_start .dml_flow', 'shows a page of links in the app; .help lists the commands, uf shows a function'],
  ['.beep', 'makes no sound'],
  ['.browse', 'opens a window in WinDbg; type the command itself'],
  ['.wtitle', 'has no window title to set'],
  ['.scroll_prefs', 'is for source windows; ls and lsa show source lines'],
  ['.noversion', 'needs nothing: extensions are built in and have this version'],
  ['.noshell', 'is so always: .shell is never allowed here'],
  ['.quit_lock', 'needs no lock: q ends this dump and nothing else'],
  ['.outmask|.outmask-', 'has no effect: all kinds of output are shown'],
  ['.echotimestamps', 'has no effect: a dump has no events that would be stamped'],
  ['.hideinjectedcode', 'is for Time Travel Debugging traces'],
  [
    '.show_read_failures .show_sym_failures',
    'has no effect: reads that fail are always shown where they fail; !sym noisy explains symbols',
  ],
  [
    '.allow_image_mapping',
    'has no effect: images found on the image path always fill what the dump left out (.exepath)',
  ],
  ['.fiximports', 'needs nothing: imports are read from the image file where the dump does not hold them'],
  ['.locale', 'has no effect: text is shown in UTF-8 whatever the locale'],
  ['.prompt_allow .pcmd', 'has no effect: the prompt shows its thread alone'],
  ['.settings', 'keeps nothing: settings are options of the program (--help)'],
  ['.inline', 'has no effect: inline frames are always shown'],
  ['!symsrv', 'keeps no connection open'],
  ['sq|sqe|sqd', 'has no quiet mode: nothing asks a question'],
  ['ss', 'has no effect: names are looked up as they are typed, with A and W or without'],
];

const NEEDS: readonly Row[] = [
  ['.extpath|.extpath+', 'needs no path: extensions are built in, .chain lists them'],
  [
    '.scriptload .scriptrun .scriptunload .scriptdebug .scriptlist .scriptproviders',
    'needs the JavaScript host of WinDbg: command scripts run with $$>a<, programs use the library or --json',
  ],
  ['.cordll', 'needs the data access library of the .NET runtime, which runs on Windows only'],
  ['.copysym', 'needs a folder to copy to: the symbol cache already keeps what was loaded (.sympath)'],
  ['.dumpcab', 'needs a CAB writer: .dump /m cuts a small dump, any archiver packs it'],
  ['.asm|.asm-', 'needs settings that u and uf do not have: code bytes are always shown'],
  ['.eventlog', 'needs events: a dump has the one it was written for, .lastevent'],
  ['!asd !dumpfa', 'needs a failure analysis object of WinDbg’s own !analyze in memory'],
  ['!atom !gatom', 'needs the atom tables: they are in the kernel'],
  ['!dp', 'needs CSRSS: !peb shows the process of this dump'],
  ['!dt', 'needs CSRSS: dt shows types'],
  ['!findxmldata', 'needs XML that Windows adds to kernel dumps'],
  ['!imggp', 'needs an Itanium image'],
  ['!mui', 'needs the resource cache of the loader and its private types'],
  ['!owner', 'needs a triage.ini of the one who is to be told; !analyze -v names the module'],
  ['!rebase', 'needs the rebase logs of a build; !imgreloc shows what moved'],
  ['!rpcexts.help !rpcexts', 'needs RPC debugging cells, which the system keeps outside the process'],
  ['!ruleinfo', 'needs Driver Verifier in a kernel dump'],
  ['!std_map !stl', 'is obsolete: dt and ?? show objects of the standard library'],
  ['!winrterr', 'needs the restricted error information of the thread: !analyze -v shows stowed exceptions'],
  ['!wow64exts.k', 'is two commands here: k, then !sw and k for the other view'],
  ['!wow64exts.r', 'is two commands here: r, then !sw and r for the other view'],
  ['!time', 'needs the performance counter: .time shows times of the process'],
  ['!version', 'has no extension library to ask: version'],
  ['!triage', 'is part of !analyze -v'],
  ['!mapped_file', 'asks a live system which file is mapped: !address shows images and mapped regions'],
  ['!homedir', 'needs no folder: the symbol cache is set with .sympath cache*'],
];

function rows(list: readonly Row[], harmless: boolean, tierB: ReadonlySet<string>): Answer[] {
  return list.flatMap(([names, answer]) =>
    names.split(' ').map((spellings) => {
      const [name = '', ...aliases] = spellings.split('|');
      return { name, aliases, answer, harmless, tier: tierB.has(name) ? 'B' : 'C' } as const;
    }),
  );
}

/** Names that commands.json has in tier B; the others are C. */
const TIER_B = new Set(['.cls', '.prefer_dml', '.scriptload', '.scriptrun']);

export const ANSWERS: readonly Answer[] = [...rows(HARMLESS, true, TIER_B), ...rows(NEEDS, false, TIER_B)];
