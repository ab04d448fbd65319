import { hex, hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, span, type JsonObject, type Output } from '../../output/index.ts';
import type { Section } from '../../pe/index.ts';
import type { Address, ByteOrigin } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { findImage, type FoundImage } from './findImage.ts';
import { sectionAccess } from './imageNames.ts';

interface Model {
  readonly found: FoundImage;
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
  data: ({ found, address, rva: at, fileOffset, section, origin, symbol }): JsonObject => ({
    module: found.module?.name,
    base: hexAddress(found.base),
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
    if (args === '')
      throw new UsageError('!rva needs an address: !rva Module+RVA, or !rva -f FileOffset Module');
    const address = session.evaluator.evaluate(args);
    const found = findImage(session, hexAddress(address));
    return describe(session, found, Number(address - found.base));
  }
  const { value, rest } = session.evaluator.evaluatePrefix(args.slice(option[0].length));
  const found = findImage(session, rest.trim());
  if (option[1] === 'r') return describe(session, found, Number(value));
  const at = found.image.fileOffsetToRva(Number(value));
  if (at === undefined) {
    throw new UsageError(
      `file offset 0x${hex(value)} of the image is not mapped: it lies behind the sections (debug data, certificates)`,
      'unresolved',
    );
  }
  return describe(session, found, at);
}

function describe(session: Session, found: FoundImage, at: number): Model {
  const { image, module, base } = found;
  const size = module?.size ?? image.sizeOfImage;
  if (at < 0 || at >= size) {
    throw new UsageError(`RVA 0x${hex(at)} is past the end of the image (0x${hex(size)})`, 'unresolved');
  }
  const address = base + BigInt(at);
  return {
    found,
    address,
    rva: at,
    fileOffset: image.rvaToFileOffset(at),
    section: image.sectionAt(at),
    origin: session.target.memory.origin(address),
    symbol: session.symbols.describe(address),
  };
}

function print(model: Model, out: Output, { session }: Call): void {
  const { found, address, rva: at, fileOffset, section, origin, symbol } = model;
  const width = session.target.system.machine.pointerSize;
  const line = (label: string, ...value: Parameters<Output['line']>): void =>
    out.line(`${label}:`.padEnd(13), ...value);
  line('Module', found.module ? span(found.module.name, 'module') : '(not in the module list)');
  line('Address', span(formatAddress(address, width), 'address'));
  line('RVA', hex(at, 8));
  line(
    'Section',
    section
      ? `${section.name}+0x${hex(at - section.virtualAddress)} (${sectionAccess(section.characteristics)})`
      : at < found.image.sizeOfHeaders
        ? '(headers)'
        : '(none)',
  );
  line('File offset', fileOffset === undefined ? '(none: not in the file)' : hex(fileOffset, 8));
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
