import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, type Output, type Part, span, pointer } from '../../output/index.ts';
import {
  type Field,
  loaderFlagNames,
  type LoaderEntry,
  type LoaderList,
  type LoaderOrder,
  loadReasonName,
  type ProcessView,
  readLoaderEntry,
  readLoaderList,
  readPeb,
} from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import { addressOf, hexField, pebAddress, plainField, viewOf } from './views.ts';

/** Lines of version information, as !dlls -v prints them, by the names of the version resource's strings. */
const VERSION_LINES = [
  ['CompanyName', 'Company Name'],
  ['ProductName', 'Product Name'],
  ['ProductVersion', 'Product Version'],
  ['OriginalFilename', 'Original Filename'],
  ['FileDescription', 'File Description'],
  ['FileVersion', 'File Version'],
] as const;

/** What !dh prints of an image, by the option of !dlls that wants it. */
const HEADER_OPTIONS: Readonly<Record<string, string>> = { f: '-f', s: '-s', a: '-a' };

interface Item {
  readonly entry: LoaderEntry;
  readonly flags: readonly string[];
  readonly version: readonly (readonly [title: string, value: string])[];
}

interface Model {
  readonly items: readonly Item[];
  /** of -c: the address that a module was to contain */
  readonly containing?: Address;
  readonly list?: LoaderList;
  /** options of !dh for each image */
  readonly headers?: string;
  readonly width: 4 | 8;
}

interface Options {
  readonly order: LoaderOrder;
  readonly headers?: string;
  readonly version: boolean;
  readonly containing?: Address;
  readonly entry?: Address;
}

export const dlls = command<Model>({
  name: '!dlls',
  tier: 'A',
  syntax: ['!dlls [Options] [LoaderEntryAddress]'],
  summary: "Shows the loader's entries of the images, in the order of its lists.",
  options: [
    { flag: '-l', meaning: 'in load order (default)' },
    { flag: '-i', meaning: 'in initialization order' },
    { flag: '-m', meaning: 'in memory order' },
    { flag: '-c Address', meaning: 'only the module that contains the address' },
    { flag: '-v', meaning: 'with version information' },
    { flag: '-f', meaning: 'with file headers' },
    { flag: '-s', meaning: 'with section headers' },
    { flag: '-a', meaning: 'with all headers' },
  ],
  helpOption: '-h',
  run,
  print,
  data: ({ items, list }) => ({
    order: list?.order,
    complete: list && list.end === 'complete',
    modules: items.map(itemData),
  }),
});

function run({ session, args }: Call): Model {
  const options = parse(args, (text) => addressOf(session, text));
  const view = viewOf(session);
  const width = view.machine.pointerSize;
  const item = (entry: LoaderEntry): Item => ({
    entry,
    flags: typeof entry.Flags === 'number' ? loaderFlagNames(entry.Flags, view.layouts) : [],
    version: options.version ? versionOf(view, entry) : [],
  });
  const { headers, containing } = options;
  if (options.entry !== undefined)
    return { items: [item(readLoaderEntry(view, options.entry))], headers, width };
  const { loaderData } = readPeb(view, pebAddress(view));
  if (!loaderData) throw new NotAvailable("The dump does not hold the loader's lists");
  const list = readLoaderList(view, loaderData, options.order);
  const entries = list.entries.filter((e) => containing === undefined || contains(e, containing));
  return { items: entries.map(item), containing, list, headers, width };
}

function parse(args: string, address: (text: string) => Address): Options {
  let options: Options = { order: 'load', version: false };
  const words = args.split(/\s+/).filter((word) => word !== '');
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const flag = /^[-/]([a-zA-Z])$/.exec(word)?.[1]?.toLowerCase();
    if (flag === undefined) options = { ...options, entry: address(word) };
    else if (flag === 'l') options = { ...options, order: 'load' };
    else if (flag === 'i') options = { ...options, order: 'initialization' };
    else if (flag === 'm') options = { ...options, order: 'memory' };
    else if (flag === 'v') options = { ...options, version: true };
    else if (HEADER_OPTIONS[flag]) options = { ...options, headers: HEADER_OPTIONS[flag] };
    else if (flag === 'c') {
      const text = words.shift();
      if (text === undefined) throw new UsageError('!dlls -c needs an address');
      options = { ...options, containing: address(text) };
    } else throw new UsageError(`!dlls has no option ${word}; it has -l -i -m -c -v -f -s -a`);
  }
  return options;
}

function contains({ DllBase, SizeOfImage }: LoaderEntry, address: Address): boolean {
  if (typeof DllBase !== 'bigint' || typeof SizeOfImage !== 'number') return false;
  return DllBase <= address && address < DllBase + BigInt(SizeOfImage);
}

function versionOf(view: ProcessView, { DllBase }: LoaderEntry): Item['version'] {
  const module = DllBase ? view.target.modules.find(DllBase) : undefined;
  const strings = module?.image?.versionResource()?.tables[0]?.strings;
  return VERSION_LINES.flatMap(([name, title]) => {
    const value = strings?.get(name);
    return value === undefined ? [] : [[title, value] as const];
  });
}

async function print(
  { items, containing, list, headers, width }: Model,
  out: Output,
  call: Call,
): Promise<void> {
  if (containing !== undefined) {
    out.line(`Dump dll containing 0x${containing.toString(16)}:`);
    if (items.length === 0) out.line('No module of the list contains it');
  }
  for (const { entry, flags, version } of items) {
    const address = (value: Field): Part =>
      typeof value === 'bigint' ? pointer(value, `0x${formatFlat(value, width)}`) : missing('????????');
    const number = (value: Field<number>): Part =>
      typeof value === 'number' ? `0x${(value >>> 0).toString(16).padStart(8, '0')}` : missing('????????  ');
    out.line('');
    out.line(address(entry.address), ': ', entry.FullDllName ?? missing('< Name not readable >'));
    out.line(
      '      Base   ',
      address(entry.DllBase),
      '  EntryPoint  ',
      address(entry.EntryPoint),
      '  Size        ',
      number(entry.SizeOfImage),
    );
    out.line(
      '      Flags  ',
      number(entry.Flags),
      '  LoadCount   ',
      number(entry.LoadCount),
      '  TlsIndex    ',
      number(entry.TlsIndex),
    );
    for (const flag of flags) out.line(`             ${flag}`);
    for (const [title, value] of version) out.line(`      ${title.padEnd(18)}${value}`);
    if (headers !== undefined && entry.DllBase) {
      out.line('');
      await call.execute(`!dh ${headers} 0x${entry.DllBase.toString(16)}`, out);
    }
    if (call.pace.due()) await call.pace.rest();
  }
  if (list && list.end !== 'complete') {
    out.line(span(`*** the loader's list cannot be followed to its end (${list.end})`, 'warning'));
  }
}

function missing(text: string): Part {
  return span(text, 'missing');
}

function itemData({ entry, flags, version }: Item) {
  const reason = typeof entry.LoadReason === 'number' ? loadReasonName(entry.LoadReason) : undefined;
  return {
    address: hexField(entry.address),
    DllBase: hexField(entry.DllBase),
    EntryPoint: hexField(entry.EntryPoint),
    SizeOfImage: plainField(entry.SizeOfImage),
    FullDllName: plainField(entry.FullDllName),
    BaseDllName: plainField(entry.BaseDllName),
    Flags: hexField(entry.Flags),
    flags: [...flags],
    LoadCount: plainField(entry.LoadCount),
    TlsIndex: plainField(entry.TlsIndex),
    TimeDateStamp: hexField(entry.TimeDateStamp),
    LoadReason: reason,
    LoadTime: hexField(entry.LoadTime),
    OriginalBase: hexField(entry.OriginalBase),
    version: version.length === 0 ? undefined : Object.fromEntries(version),
  };
}
