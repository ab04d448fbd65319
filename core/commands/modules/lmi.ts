import { hex, hexAddress } from '../../bytes/index.ts';
import { formatTimestamp, span, type Output, flatPointer, type Part } from '../../output/index.ts';
import type { DebugEntry, PeImage } from '../../pe/index.ts';
import type { SymbolStatus } from '../../symbols/index.ts';
import type { ByteOrigin, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { dashed, debugEntryText } from './debugEntryText.ts';
import { findModule } from './findImage.ts';
import { machineName } from './imageNames.ts';
import { type ModuleSymbolStatus, symbolStatusOf } from './symbolStatus.ts';
import { knownTimestamp } from './timestamp.ts';

/** IMAGE_FILE_DEBUG_STRIPPED */
const DEBUG_STRIPPED = 0x200;
/** !lmi's own names for the types of debug entries, where they differ from those of winnt.h */
const TYPE_NAMES: Readonly<Record<string, string>> = { EX_DLLCHARACTERISTICS: 'DLLCHAR_EX' };
/** The column that labels end in, and that of the lines that continue a value. */
const LABEL = 15;
const CONTINUED = ' '.repeat(17);

interface Model {
  readonly asked: string;
  readonly module: Module;
  readonly symbols: ModuleSymbolStatus;
  /** where the headers were read from */
  readonly origin: ByteOrigin;
  readonly debug: readonly {
    readonly entry: DebugEntry;
    readonly text: readonly string[];
    readonly mapped: boolean;
  }[];
}

/** `!lmi MODULE`: what is known of one module's image and of its symbols. */
export const lmi = command<Model>({
  name: '!lmi',
  tier: 'A',
  syntax: ['!lmi Module'],
  summary: "Shows one module's identity, debug directory and symbol status.",
  run({ session, args }) {
    const module = findModule(session, args);
    const { image } = module;
    return {
      asked: args,
      module,
      symbols: symbolStatusOf(session, module),
      origin: image && session.target.memory.origin(module.base),
      debug: (image?.debugEntries ?? []).map((entry) => describe(image, entry)),
    };
  },
  print,
  data,
});

function describe(image: PeImage | undefined, entry: DebugEntry): Model['debug'][number] {
  return {
    entry,
    text: image ? debugEntryText(image, entry) : [],
    mapped: image?.debugData(entry, 1) !== undefined && entry.size > 0,
  };
}

function print({ asked, module, symbols, origin, debug }: Model, out: Output, { session }: Call): void {
  const { image } = module;
  const line = (label: string, value: Part): void => out.line(`${label.padStart(LABEL)}: `, value);
  out.line(`Loaded Module Info: [${asked}] `);
  line('Module', module.name);
  line('Base Address', flatPointer(module.base, session.target.system.machine.pointerSize));
  line('Image Name', module.path);
  if (image) line('Machine Type', `${image.machine} (${machineName(image.machine).toUpperCase()})`);
  line('Time Stamp', timestamp(module));
  line('Size', hex(module.size));
  line('CheckSum', hex(module.checksum));
  if (image) {
    const stripped = image.characteristics & DEBUG_STRIPPED ? 'stripped' : '';
    line('Characteristics', `${hex(image.characteristics)} ${stripped} `);
  }
  if (image) {
    line('Debug Data Dirs', 'Type  Size     VA  Pointer');
    for (const row of debug) printDebug(row, out);
  } else if (module.codeView) {
    // the module list has the record even where the image is not in the dump
    const c = module.codeView;
    line(
      'CodeView',
      c.kind === 'rsds' ? `RSDS - GUID: {${dashed(c.guid)}}` : `NB10 - Sig: ${hex(c.signature)}`,
    );
    out.line(`${CONTINUED}  Age: ${hex(c.age)}, Pdb: ${c.pdb}`);
  }
  line('Image Type', imageType(origin));
  line('Symbol Type', symbolType(symbols));
  if (symbols.file !== undefined) out.line(CONTINUED, span(symbols.file, 'file'));
  line('Load Report', loadReport(symbols));
  if (symbols.file !== undefined) out.line(CONTINUED, span(symbols.file, 'file'));
}

function printDebug({ entry, text, mapped }: Model['debug'][number], out: Output): void {
  const name = TYPE_NAMES[entry.typeName] ?? entry.typeName;
  const columns = `${hex(entry.size).padStart(5)}, ${hex(entry.rva).padStart(5)}, ${hex(entry.fileOffset).padStart(7)}`;
  const [first = mapped ? '' : '[Data not mapped]', ...rest] = text;
  out.line(`${name.padStart(LABEL + 6)} ${columns} ${first}`);
  const indent = entry.typeName === 'CODEVIEW' ? LABEL : 49;
  for (const line of rest) out.line(' '.repeat(indent) + line);
}

function timestamp({ timestamp: stamp, image }: Module): string {
  return image?.reproducible
    ? `${hex(stamp)} (This is a reproducible build file hash, not a true timestamp)`
    : `${hex(stamp)} ${formatTimestamp(stamp)}`;
}

function imageType(origin: ByteOrigin): string {
  if (origin === 'dump') return 'MEMORY   - Image read successfully from loaded memory.';
  if (origin === 'image') return 'FILE     - Image read successfully from the image path.';
  return 'NONE     - Image is neither in the dump nor on the image path.';
}

function symbolType({ status }: ModuleSymbolStatus): string {
  return {
    deferred: 'DEFERRED - No error - symbol load deferred',
    none: 'NONE     - PDB not found from symbol search path.',
    export: 'EXPORT   - PDB not found',
    pdb: 'PDB      - Symbols loaded successfully from symbol search path.',
    breakpad: 'BREAKPAD - Symbols loaded successfully from symbol search path.',
  }[status];
}

function loadReport({ status, private: isPrivate }: ModuleSymbolStatus): string {
  const reports: Readonly<Record<SymbolStatus, string>> = {
    deferred: 'no symbols loaded',
    none: 'no symbols loaded',
    export: 'export symbols',
    pdb: isPrivate ? 'private symbols & lines' : 'public symbols',
    breakpad: 'breakpad symbols & lines',
  };
  return reports[status];
}

function data({ module, symbols, origin, debug }: Model) {
  const { image, codeView } = module;
  return {
    name: module.name,
    start: hexAddress(module.base),
    end: hexAddress(module.end),
    image: module.path,
    machine: image && machineName(image.machine),
    timestamp: knownTimestamp(module.timestamp),
    reproducible: image?.reproducible,
    size: module.size,
    checksum: module.checksum,
    characteristics: image?.characteristics,
    codeView:
      codeView &&
      (codeView.kind === 'rsds'
        ? { guid: codeView.guid, age: codeView.age, pdb: codeView.pdb }
        : { signature: codeView.signature, age: codeView.age, pdb: codeView.pdb }),
    debug:
      image &&
      debug.map(({ entry, text }) => ({
        type: entry.typeName,
        size: entry.size,
        rva: entry.rva,
        fileOffset: entry.fileOffset,
        text,
      })),
    imageFrom: origin,
    symbols: symbols.status,
    symbolFile: symbols.file,
  };
}
