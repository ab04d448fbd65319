import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import type { PeImage } from '../../pe/index.ts';
import { command, type Call } from '../command.ts';
import { type FoundImage, findImage } from './findImage.ts';
import { DIRECTORIES } from './imageNames.ts';
import { exportLines, importLines, richLines } from './imageTableText.ts';
import { debugDirectoryLines, fileHeaderLines, sectionLines } from './imageHeaderText.ts';

/** The parts of an image that !dh can show, by option letter. */
type Part = 'f' | 's' | 'e' | 'i' | 'r';

interface Model {
  /** undefined where help was asked for */
  readonly found?: FoundImage;
  readonly parts: ReadonlySet<Part>;
}

const ALL: readonly Part[] = ['f', 's', 'e', 'i', 'r'];

/** `!dh`: the headers of an image in memory, and its export and import tables. */
export const dh = command<Model>({
  name: '!dh',
  tier: 'A',
  syntax: ['!dh [-f] [-s] [-e] [-i] [-r] [-a] Module|Address', '!dh -h'],
  summary: "Shows an image's headers; without options file header, sections and debug directory.",
  options: [
    { flag: '-f', meaning: 'file header, optional header, directories' },
    { flag: '-s', meaning: 'section headers' },
    { flag: '-e', meaning: 'exports' },
    { flag: '-i', meaning: 'imports' },
    { flag: '-r', meaning: 'Rich header: the tools that made the image' },
    { flag: '-a', meaning: 'all of these' },
  ],
  run({ session, args }) {
    const parts = new Set<Part>();
    const names: string[] = [];
    for (const word of args.split(/\s+/)) {
      if (/^[-/][h?]$/.test(word)) return { parts };
      if (/^[-/]/.test(word)) for (const part of partsOf(word)) parts.add(part);
      else names.push(word);
    }
    if (parts.size === 0) parts.add('f').add('s');
    return { found: findImage(session, names.join(' ')), parts };
  },
  print,
  data: ({ found, parts }) => ({ ...(found && imageData(found, parts)) }),
});

/** The parts that an option such as `-f`, `-es` or `-a` names. */
function partsOf(option: string): readonly Part[] {
  const letters = [...option.slice(1)];
  if (letters.includes('a')) return ALL;
  const parts = ALL.filter((part) => letters.includes(part));
  if (parts.length === 0 || parts.length < letters.length)
    throw new UsageError(`!dh has no option ${option}`, 'syntax');
  return parts;
}

async function print({ found, parts }: Model, out: Output, call: Call): Promise<void> {
  if (!found) {
    await call.execute('.help !dh', out);
    return;
  }
  const { image } = found;
  const lines: string[] = [];
  if (parts.has('f')) lines.push('', ...fileHeaderLines(image), '');
  if (parts.has('s')) lines.push('', ...sectionLines(image));
  else if (parts.has('f')) lines.push(...debugDirectoryLines(image));
  if (parts.has('e')) lines.push('', ...exportLines(image));
  if (parts.has('i')) lines.push('', ...importLines(image, call.session.target.system.machine.pointerSize));
  if (parts.has('r')) lines.push('', ...richLines(image));
  for (const problem of image.problems) lines.push(`*** ${problem}`);
  for (const line of lines) out.line(line);
}

function imageData({ base, module, image }: FoundImage, parts: Model['parts']) {
  return {
    base: hexAddress(base),
    module: module?.name,
    ...(parts.has('f') && headerData(image)),
    ...(parts.has('s') && { sections: sectionData(image) }),
    ...(parts.has('e') && { exports: exportData(image) }),
    ...(parts.has('i') && { imports: importData(image) }),
    ...(parts.has('r') && { rich: richData(image) }),
    problems: [...image.problems],
  };
}

function headerData(image: PeImage) {
  const { file, optional } = image.headers;
  return {
    fileHeader: { ...file },
    optionalHeader: Object.fromEntries(
      Object.entries(optional).map(([name, value]: [string, bigint | number | undefined]) => [
        name,
        typeof value === 'bigint' ? hexAddress(value) : value,
      ]),
    ),
    directories: image.directories.map(({ rva, size }, i) => ({ name: DIRECTORIES[i], rva, size })),
    debug: image.debugEntries.map((d) => ({
      type: d.typeName,
      timestamp: d.timestamp,
      size: d.size,
      rva: d.rva,
      fileOffset: d.fileOffset,
    })),
  };
}

function sectionData(image: PeImage) {
  return image.sections.map((s) => ({ ...s, characteristics: hexAddress(s.characteristics) }));
}

function exportData(image: PeImage) {
  return image
    .exports()
    .entries.map(({ name, ordinal, rva, forwarder }) => ({ name, ordinal, rva, forwarder }));
}

function importData(image: PeImage) {
  return [...image.imports(), ...image.delayImports()].map((dll) => ({
    dll: dll.dll,
    delayed: dll.delayed,
    entries: dll.entries.map(({ name, ordinal, hint, slotRva }) => ({ name, ordinal, hint, slotRva })),
  }));
}

function richData(image: PeImage) {
  const rich = image.richHeader();
  return rich && { checksumValid: rich.checksumValid, entries: rich.entries.map((e) => ({ ...e })) };
}
