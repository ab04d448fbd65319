import { hex, hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { PeImage, Section } from '../../pe/index.ts';
import type { Address, ByteOrigin, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { findImage, findModule } from './findImage.ts';
import { sectionAccess } from './imageNames.ts';

interface Model {
  readonly base: Address;
  readonly module?: Module;
  /** undefined where the module's headers are not known: section and file offset are not, either */
  readonly image?: PeImage;
  readonly address: Address;
  readonly rva: number;
  /** undefined where no byte of the file is mapped there */
  readonly fileOffset?: number;
  readonly section?: Section;
  /** where a byte read from that address comes from */
  readonly origin: ByteOrigin;
  readonly symbol?: string;
}

/** `!rva`: a place in an image as RVA, file offset and address. */
export const rva = command<Model>({
  name: '!rva',
  tier: 'ours',
  syntax: ['!rva Address', '!rva Module+RVA', '!rva -r RVA Module', '!rva -f FileOffset Module'],
  summary: 'Converts between address, RVA and file offset, and names section and symbol.',
  options: [
    { flag: '-f', meaning: 'the number is an offset in the image file' },
    { flag: '-r', meaning: 'the number is an RVA' },
  ],
  run,
  print,
  data: ({ base, module, address, rva: at, fileOffset, section, origin, symbol }) => ({
    module: module?.name,
    base: hexAddress(base),
    address: hexAddress(address),
    rva: hexAddress(at),
    fileOffset: fileOffset === undefined ? undefined : hexAddress(fileOffset),
    section: section?.name,
    bytesFrom: origin,
    symbol,
  }),
});

function run({ session, args }: Call): Model {
  const option = /^-([fr])\s+/.exec(args);
  if (!option) {
    if (args === '') {
      throw new UsageError('!rva needs an address: !rva Module+RVA, or !rva -f FileOffset Module');
    }
    const address = toAddress(session.evaluator.evaluate(args), session.machine.pointerSize);
    const module = session.target.modules.find(address);
    const place = module ? { base: module.base, module, image: module.image } : findImage(session, args);
    return describe(session, place, Number(address - place.base));
  }
  const { value, rest } = session.evaluator.evaluatePrefix(args.slice(option[0].length));
  if (option[1] === 'r') {
    const module = findModule(session, rest.trim());
    return describe(session, { base: module.base, module, image: module.image }, Number(value));
  }
  const found = findImage(session, rest.trim());
  const at = found.image.fileOffsetToRva(Number(value));
  if (at === undefined) {
    throw new UsageError(
      `file offset 0x${hex(value)} of the image is not mapped: it lies behind the sections (debug data, certificates)`,
      'unresolved',
    );
  }
  return describe(session, found, at);
}

function describe(session: Session, place: Pick<Model, 'base' | 'module' | 'image'>, at: number): Model {
  const { image, module, base } = place;
  const size = module?.size ?? image?.sizeOfImage ?? 0;
  if (at < 0 || at >= size) {
    throw new UsageError(`RVA 0x${hex(at)} is past the end of the image (0x${hex(size)})`, 'unresolved');
  }
  const address = base + BigInt(at);
  return {
    ...place,
    address,
    rva: at,
    fileOffset: image?.rvaToFileOffset(at),
    section: image?.sectionAt(at),
    origin: session.target.memory.origin(address),
    symbol: session.symbols.describe(address),
  };
}

function print(model: Model, out: Output, { session }: Call): void {
  const { module, image, address, rva: at, fileOffset, origin, symbol } = model;
  const width = session.target.system.machine.pointerSize;
  const line = (label: string, ...value: Parameters<Output['line']>): void =>
    out.line(`${label}:`.padEnd(13), ...value);
  line('Module', module ? span(module.name, 'module') : '(not in the module list)');
  line('Address', span(formatAddress(address, width), 'address'));
  line('RVA', hex(at, 8));
  if (image) {
    line('Section', sectionText(model, image));
    line('File offset', fileOffset === undefined ? '(none: not in the file)' : hex(fileOffset, 8));
  } else {
    line('Section', span("(the image's headers are not in the dump)", 'missing'));
  }
  if (symbol !== undefined) line('Symbol', span(symbol, 'symbol', `ln ${hexAddress(address)}`));
  line(
    'Bytes',
    origin === 'dump'
      ? 'in the dump'
      : origin === 'image'
        ? 'from the image file'
        : span('not in the dump', 'missing'),
  );
}

function sectionText({ section, rva: at }: Model, image: PeImage): string {
  if (section) {
    return `${section.name}+0x${hex(at - section.virtualAddress)} (${sectionAccess(section.characteristics)})`;
  }
  return at < image.sizeOfHeaders ? '(headers)' : '(none)';
}
