import { hexAddress } from '../bytes/index.ts';
import { NotAvailable } from '../errors/index.ts';
import {
  architectureName,
  describeDump,
  platformName,
  productName,
  suiteNames,
  type DumpDescription,
  type ExceptionStream,
  type ListedRange,
  type StreamDescription,
  type StreamDetail,
  type SystemInfo,
} from '../minidump/index.ts';
import { formatAddress, type Output } from '../output/index.ts';
import { command } from './command.ts';

/**
 * The stream directory as dumpchk and `.dumpdebug` lay it out. Header, threads, modules, memory, system and handle count
 * follow real output; the lines of exceptions, handles, names and comments are our own.
 */
interface DumpDebug {
  readonly description: DumpDescription;
  readonly pointerSize: 4 | 8;
}

export const dumpdebug = command<DumpDebug>({
  name: '.dumpdebug',
  tier: 'B',
  syntax: ['.dumpdebug'],
  summary: 'Shows the dump file as a file: its header, its streams and what they hold.',
  run({ session }) {
    const { dump, system } = session.target;
    if (!dump) throw new NotAvailable('the target is not a minidump file');
    return { description: describeDump(dump), pointerSize: system.machine.pointerSize };
  },
  print(model, out) {
    printHeader(model.description, out);
    out.line('Streams:');
    for (const stream of model.description.streams) printStream(stream, model.pointerSize, out);
    const { problems } = model.description;
    if (problems.length === 0) return;
    out.line('');
    out.line('Problems found in the file:');
    for (const { offset, what } of problems)
      out.line({ text: `  offset ${hex8(offset)}: ${what}`, kind: 'warning' });
  },
  data: ({ description }) => ({
    version: hexAddress(description.header.version),
    implementationVersion: hexAddress(description.header.implementationVersion),
    timestamp: description.header.timestamp,
    flags: hexAddress(description.header.flags),
    flagNames: description.flags.map(({ value, name }) => name ?? hexAddress(value)),
    streams: description.streams.map(streamData),
    problems: description.problems.map(({ offset, what }) => ({ offset: hexAddress(offset), what })),
  }),
});

function printHeader({ header, flags }: DumpDescription, out: Output): void {
  out.line('----- User Mini Dump Analysis');
  out.line('');
  out.line('MINIDUMP_HEADER:');
  out.line(`Version         ${hexN(header.version, 4)} (${hexN(header.implementationVersion, 4)})`);
  out.line(`NumberOfStreams ${header.streamCount}`);
  out.line(`Flags           ${header.flags.toString(16).toUpperCase()}`);
  for (const { value, name } of flags) {
    out.line(`                ${hexN(value, 4)} ${name ?? '<unknown flag>'}`);
  }
  out.line('');
}

function printStream({ entry, detail }: StreamDescription, pointerSize: 4 | 8, out: Output): void {
  const { index, name, type, size, rva } = entry;
  out.line(`Stream ${index}: type ${name} (${type}), size ${hex8(size)}, RVA ${hex8(rva)}`);
  if (detail) for (const line of detailLines(detail, pointerSize)) out.line(line);
}

function detailLines(d: StreamDetail, pointerSize: 4 | 8): string[] {
  switch (d.kind) {
    case 'threads':
      return [
        `  ${d.count} threads`,
        ...d.rows.map((t) => `  RVA ${hex8(t.recordRva)}, ID ${hexN(t.id)}, Teb:${hexN(t.teb, 16)}`),
        ...rest(d),
      ];
    case 'threadInfos':
      return [...d.rows.map((t) => `  RVA ${hex8(t.recordRva)}, ID ${hexN(t.id)}`), ...rest(d)];
    case 'threadNames':
      return [
        `  ${d.count} thread names`,
        ...d.rows.map(({ id, name }) => `  ID ${hexN(id)}, '${name}'`),
        ...rest(d),
      ];
    case 'modules':
    case 'unloadedModules':
      return [
        `  ${d.count} ${d.kind === 'modules' ? 'modules' : 'unloaded modules'}`,
        ...d.rows.map(({ recordRva, base, size, name }) => {
          const span = `${formatAddress(base, pointerSize)} - ${formatAddress(base + BigInt(size), pointerSize)}`;
          return `  RVA ${hex8(recordRva)}, ${span}: '${name}'`;
        }),
        ...rest(d),
      ];
    case 'memory':
      return memoryLines(d, pointerSize);
    case 'regions':
      return [`  ${d.count} regions`];
    case 'handles':
      return [
        `  ${d.count} descriptors, header size is ${d.headerSize}, descriptor size is ${d.descriptorSize}`,
        ...d.rows.map((h) => `    Handle(${hexN(h.handle, 16)},"${h.typeName}","${h.objectName}")`),
        ...rest(d),
      ];
    case 'exception':
      return exceptionLines(d.exception);
    case 'system':
      return systemLines(d.system);
    case 'functionTables':
      return [`  ${d.count} function tables`];
    case 'tokens':
      return [`  ${d.count} tokens`];
    case 'comment':
      return [`  '${d.text}'`];
    case 'misc':
      return [];
  }
}

function rest({ count, rows }: { count: number; rows: readonly unknown[] }): string[] {
  return rows.length < count ? [`  (${count - rows.length} more)`] : [];
}

function memoryLines(d: StreamDetail & { kind: 'memory' }, pointerSize: 4 | 8): string[] {
  const wide = pointerSize === 8 ? 17 : 8;
  const row = ({ start, size, fileOffset }: ListedRange, i: number): string =>
    `${String(i).padStart(8)} ${hexLower(fileOffset)}    ${formatAddress(start, pointerSize)}   ${formatAddress(BigInt(size), pointerSize)}`;
  return [
    `  ${d.count} memory ranges`,
    ...(d.baseRva === undefined ? [] : [`  RVA 0x${d.baseRva.toString(16)} BaseRva`]),
    `  range#    RVA      ${'Address'.padEnd(wide + 5)}Size`,
    ...d.rows.map(row),
    ...rest(d),
    ...(d.baseRva === undefined ? [`  Total memory: ${d.total.toString(16)}`] : []),
  ];
}

function exceptionLines({ threadId, record, context }: ExceptionStream): string[] {
  return [
    `  ThreadID ${threadId}`,
    `  ExceptionCode ${hexN(record.code)}`,
    `  ExceptionRecord ${record.record.toString(16)}`,
    `  ExceptionAddress ${record.address.toString(16)}`,
    `  Context record RVA ${context.rva.toString(16)}, size ${context.size.toString(16)}`,
  ];
}

function systemLines(s: SystemInfo): string[] {
  const named = (name: string | undefined): string => (name ? ` (${name})` : '');
  const product = productName(s.productType);
  const suites = suiteNames(s.suiteMask);
  return [
    `  ProcessorArchitecture   ${hexN(s.processorArchitecture, 4)}${named(architectureName(s.processorArchitecture))}`,
    `  ProcessorLevel          ${hexN(s.processorLevel, 4)}`,
    `  ProcessorRevision       ${hexN(s.processorRevision, 4)}`,
    `  NumberOfProcessors      ${hexN(s.numberOfProcessors, 2)}`,
    `  MajorVersion            ${hex8(s.majorVersion)}`,
    `  MinorVersion            ${hex8(s.minorVersion)}`,
    `  BuildNumber             ${hex8(s.buildNumber)} (${s.buildNumber})`,
    `  PlatformId              ${hex8(s.platformId)}${named(platformName(s.platformId))}`,
    `  CSDVersionRva           ${hex8(s.csdVersionRva)}`,
    `                            Length: ${s.csdVersion.length * 2}`,
    `                            Buffer: {'${s.csdVersion}'}`,
    ...(product ? [`  Product: ${product}${suites.length > 0 ? `, suite: ${suites.join(' ')}` : ''}`] : []),
  ];
}

/** Upper-case hex as dumpchk prints offsets, sizes and ids. */
function hexN(value: number | bigint, width = 0): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}

function hex8(value: number): string {
  return hexN(value, 8);
}

function hexLower(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function streamData({ entry, detail }: StreamDescription) {
  const { index, type, name, size, rva } = entry;
  return {
    index,
    type,
    name,
    size,
    rva: hexAddress(rva),
    count: detail && 'count' in detail ? detail.count : undefined,
  };
}
