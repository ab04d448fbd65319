import { hex, hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type Output, type Part, pointer } from '../../output/index.ts';
import type { Module, UnloadedModule } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { type ListOptions, parseListOptions } from './listOptions.ts';
import { moduleDetails } from './moduleDetails.ts';
import { type ModuleSymbolStatus, hasSymbolProblem, statusColumn, symbolStatusOf } from './symbolStatus.ts';
import { describeTimestamp, knownTimestamp } from './timestamp.ts';

interface Row {
  readonly module: Module;
  readonly symbols: ModuleSymbolStatus;
}

interface Model {
  readonly options: ListOptions;
  readonly rows: readonly Row[];
  readonly unloaded: readonly UnloadedModule[];
}

/** `lm` and all that its letters make of it: `lmv`, `lmvm ntdll`, `lm1m`, `lma eip`, `lmtn`. */
export const listModules = command<Model>({
  name: 'lm',
  pattern: /^lm[^\s;]*/,
  tier: 'A',
  syntax: ['lm[Options] [a Address] [m Pattern | M Pattern]'],
  summary: 'Lists modules: start, end, name and symbol status, then those that were unloaded.',
  options: [
    { flag: 'v', meaning: 'details: path, timestamp, checksum, version' },
    { flag: 'm Pattern', meaning: 'those of this name' },
    { flag: 'M Pattern', meaning: 'those of this image path' },
    { flag: 'a Address', meaning: 'the one that holds an address' },
    { flag: 'f', meaning: 'image path instead of symbols' },
    { flag: 'n', meaning: 'image name instead of symbols' },
    { flag: 't', meaning: 'timestamps' },
    { flag: 'c', meaning: 'checksums' },
    { flag: '1m', meaning: 'names only' },
    { flag: 'sm', meaning: 'sorted by name' },
    { flag: 'o', meaning: 'loaded modules only' },
    { flag: 'l', meaning: 'those whose symbols are loaded' },
    { flag: 'e', meaning: 'those with a symbol problem' },
  ],
  run,
  print,
  data,
});

function run({ session, name, args }: Call): Model {
  const options = parseListOptions(`${name.slice(2)} ${args}`, session);
  const { modules, unloadedModules } = session.target;
  const rows = [...modules]
    .filter((m) => selected(options, { start: m.base, end: m.end, name: m.name, path: m.path }))
    .map((module) => ({ module, symbols: symbolStatusOf(session, module) }))
    .filter(({ symbols }) => !options.withProblems || isProblem(symbols))
    .filter(({ symbols }) => !options.withSymbols || isLoaded(symbols));
  rows.sort(options.byName ? byName : byAddress);
  const hideUnloaded = options.loadedOnly || options.withSymbols || options.withProblems || options.namesOnly;
  return {
    options,
    rows,
    unloaded: hideUnloaded ? [] : unloadedModules.filter((m) => selected(options, { ...m, path: m.name })),
  };
}

function selected(
  { address, name, path }: ListOptions,
  module: { start: bigint; end: bigint; name: string; path: string },
): boolean {
  if (address !== undefined && (address < module.start || address >= module.end)) return false;
  return (!name || name.test(module.name)) && (!path || path.test(module.path));
}

function isProblem(symbols: ModuleSymbolStatus): boolean {
  return symbols.status !== 'deferred' && hasSymbolProblem(symbols);
}

function isLoaded({ status }: ModuleSymbolStatus): boolean {
  return status !== 'deferred' && status !== 'none';
}

function byAddress(a: Row, b: Row): number {
  return a.module.base < b.module.base ? -1 : a.module.base > b.module.base ? 1 : 0;
}

function byName(a: Row, b: Row): number {
  const left = a.module.name.toLowerCase();
  const right = b.module.name.toLowerCase();
  return left < right ? -1 : left > right ? 1 : byAddress(a, b);
}

function print({ options, rows, unloaded }: Model, out: Output, { session }: Call): void {
  const width = session.machine.pointerSize;
  if (options.namesOnly) {
    for (const { module } of rows) out.line(span(module.name, 'module'));
    return;
  }
  const column = width === 4 ? 9 : 18;
  out.line(span(`${'start'.padEnd(column)}${'end'.padEnd(column)}  module name`, 'heading'));
  for (const row of rows) {
    const { base, end, name } = row.module;
    out.line(
      span(formatAddress(base, widthOf(end, width)), 'address'),
      ` ${formatAddress(end, widthOf(end, width))}   `,
      span(name, 'module', `lmvm ${name}`),
      ' '.repeat(Math.max(0, 8 - name.length) + 1),
      ...columns(row, options),
    );
    if (options.verbose) for (const line of moduleDetails(row.module, row.symbols)) out.line(`    ${line}`);
  }
  if (session.target.modules.length === 0) out.line(span('The dump has no modules', 'missing'));
  if (unloaded.length > 0) printUnloaded(unloaded, options, out, width);
}

/** Addresses are as wide as the machine in effect has them, and wider where they do not fit: 64-bit modules of WOW64. */
function widthOf(end: bigint, width: 4 | 8): 4 | 8 {
  return end >> 32n === 0n ? width : 8;
}

/** What stands behind the name. */
function columns({ module, symbols }: Row, options: ListOptions): Part[] {
  const parts: Part[] = [];
  if (options.show === 'symbols') {
    parts.push(`${symbols.mark} ${statusColumn(symbols)}`);
    // symbols from the image itself: the debugger names the image
    const file = symbols.file ?? (symbols.status === 'export' ? module.fileName : undefined);
    if (file !== undefined) parts.push(span(file, 'file'));
  }
  // two columns follow each other where both are asked for: the file name is as wide as 8.3 names are
  if (options.show === 'path') parts.push(span(module.path.padEnd(12), 'file'));
  if (options.show === 'fileName') parts.push(span(module.fileName.padEnd(12), 'file'));
  if (options.timestamp) {
    const time = describeTimestamp(module.timestamp, module.image?.reproducible ?? false);
    parts.push(options.show === 'none' ? time : ` ${time}`);
  }
  if (options.checksum) parts.push(` ${hex(module.checksum, 8).toUpperCase()}`);
  return parts;
}

function printUnloaded(
  unloaded: readonly UnloadedModule[],
  options: ListOptions,
  out: Output,
  width: 4 | 8,
): void {
  out.line('');
  out.line('Unloaded modules:');
  for (const m of unloaded) {
    out.line(
      // nothing of it is there any more, unless something else is in its place
      pointer(m.start, formatAddress(m.start, widthOf(m.end, width))),
      ` ${formatAddress(m.end, widthOf(m.end, width))}   `,
      span(m.name, 'module'),
    );
    if (!options.verbose) continue;
    out.line(`    Timestamp: ${describeTimestamp(m.timestamp, false)}`);
    out.line(`    Checksum:  ${hex(m.checksum, 8).toUpperCase()}`);
    out.line(`    ImageSize:  ${hex(m.end - m.start, 8).toUpperCase()}`);
  }
}

function data({ rows, unloaded }: Model) {
  return {
    modules: rows.map(({ module, symbols }) => ({
      start: hexAddress(module.base),
      end: hexAddress(module.end),
      name: module.name,
      image: module.path,
      timestamp: knownTimestamp(module.timestamp),
      checksum: module.checksum,
      version: module.version?.fileVersion.join('.'),
      symbols: symbols.status,
      symbolFile: symbols.file,
    })),
    unloaded: unloaded.map((m) => ({ start: hexAddress(m.start), end: hexAddress(m.end), name: m.name })),
  };
}
