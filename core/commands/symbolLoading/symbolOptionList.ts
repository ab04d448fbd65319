/** One bit of `.symopt`: dbghelp's name for it, and what it does here. */
export interface SymbolOption {
  readonly bit: number;
  readonly name: string;
  /** what it does where it is set */
  readonly effect: string;
  /** it is kept and shown, and changes nothing here; `effect` says why */
  readonly idle?: true;
}

/** All bits in the order of the listing (dbghelp.h; their meaning: symbol-options.md, SymSetOptions). */
export const SYMBOL_OPTIONS: readonly SymbolOption[] = [
  { bit: 0x1, name: 'SYMOPT_CASE_INSENSITIVE', effect: 'case does not count in names of symbols' },
  { bit: 0x2, name: 'SYMOPT_UNDNAME', effect: 'public symbols are shown undecorated' },
  { bit: 0x4, name: 'SYMOPT_DEFERRED_LOADS', effect: 'symbols load when something asks for them' },
  { bit: 0x8, name: 'SYMOPT_NO_CPP', effect: '__ stands for :: in names' },
  { bit: 0x10, name: 'SYMOPT_LOAD_LINES', effect: 'source lines are shown' },
  {
    bit: 0x20,
    name: 'SYMOPT_OMAP_FIND_NEAREST',
    effect: 'the nearest symbol stands in where code was moved: always so here',
    idle: true,
  },
  { bit: 0x40, name: 'SYMOPT_LOAD_ANYTHING', effect: 'takes symbols of another build' },
  { bit: 0x80, name: 'SYMOPT_IGNORE_CVREC', effect: "the image's record of its PDB does not count" },
  {
    bit: 0x100,
    name: 'SYMOPT_NO_UNQUALIFIED_LOADS',
    effect: 'a name without a module is searched in what is loaded alone',
  },
  {
    bit: 0x200,
    name: 'SYMOPT_FAIL_CRITICAL_ERRORS',
    effect: 'no dialog boxes: there are none here',
    idle: true,
  },
  {
    bit: 0x400,
    name: 'SYMOPT_EXACT_SYMBOLS',
    effect: 'takes only the PDB that belongs to the image, and no export symbols',
  },
  {
    bit: 0x800,
    name: 'SYMOPT_ALLOW_ABSOLUTE_SYMBOLS',
    effect: 'public symbols that are numbers are found too',
  },
  {
    bit: 0x1000,
    name: 'SYMOPT_IGNORE_NT_SYMPATH',
    effect: '_NT_SYMBOL_PATH does not count: it was read at the start',
    idle: true,
  },
  {
    bit: 0x2000,
    name: 'SYMOPT_INCLUDE_32BIT_MODULES',
    effect: 'both sides of a WOW64 process are listed: always so here',
    idle: true,
  },
  { bit: 0x4000, name: 'SYMOPT_PUBLICS_ONLY', effect: 'private symbols, types and lines are left out' },
  { bit: 0x8000, name: 'SYMOPT_NO_PUBLICS', effect: 'public symbols are left out' },
  {
    bit: 0x10000,
    name: 'SYMOPT_AUTO_PUBLICS',
    effect: 'public symbols count where no private one is at their address',
  },
  {
    bit: 0x20000,
    name: 'SYMOPT_NO_IMAGE_SEARCH',
    effect: 'no image is fetched to learn which PDB it wants',
  },
  {
    bit: 0x40000,
    name: 'SYMOPT_SECURE',
    effect: 'no server is asked and no file written; it cannot be cleared',
  },
  {
    bit: 0x80000,
    name: 'SYMOPT_NO_PROMPTS',
    effect: 'what !sym prompts shows: nothing here ever asks',
    idle: true,
  },
  {
    bit: 0x100000,
    name: 'SYMOPT_OVERWRITE',
    effect: 'servers are asked for what caches hold already, as .reload /o has it',
  },
  { bit: 0x200000, name: 'SYMOPT_IGNORE_IMAGEDIR', effect: 'no look beside the image' },
  { bit: 0x400000, name: 'SYMOPT_FLAT_DIRECTORY', effect: 'caches are laid out as stores here', idle: true },
  {
    bit: 0x800000,
    name: 'SYMOPT_FAVOR_COMPRESSED',
    effect: 'what is not compressed comes first here',
    idle: true,
  },
  {
    bit: 0x1000000,
    name: 'SYMOPT_ALLOW_ZERO_ADDRESS',
    effect: 'symbols without an address are not listed here',
    idle: true,
  },
  {
    bit: 0x2000000,
    name: 'SYMOPT_DISABLE_SYMSRV_AUTODETECT',
    effect: 'folders are looked at as stores here',
    idle: true,
  },
  { bit: 0x4000000, name: 'SYMOPT_READONLY_CACHE', effect: 'caches are written here', idle: true },
  { bit: 0x8000000, name: 'SYMOPT_SYMPATH_LAST', effect: 'the order of places is fixed here', idle: true },
  {
    bit: 0x10000000,
    name: 'SYMOPT_DISABLE_FAST_SYMBOLS',
    effect: 'there is one way of look-ups here',
    idle: true,
  },
  {
    bit: 0x20000000,
    name: 'SYMOPT_DISABLE_SYMSRV_TIMEOUT',
    effect: 'a server that falls silent is given up here',
    idle: true,
  },
  {
    bit: 0x40000000,
    name: 'SYMOPT_DISABLE_SRVSTAR_ON_STARTUP',
    effect: 'nothing is asked at the start here',
    idle: true,
  },
  { bit: 0x80000000, name: 'SYMOPT_DEBUG', effect: 'loading symbols tells where it looks: !sym noisy' },
];
