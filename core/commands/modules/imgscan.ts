import { hex, hexAddress } from '../../bytes/index.ts';
import { BadFormat, UsageError } from '../../errors/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { PeImage } from '../../pe/index.ts';
import type { Address, AddressRange, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { imageAt } from './findImage.ts';

const PAGE = 0x1000;
const END_OF_MEMORY = 1n << 64n;

interface Found {
  readonly address: Address;
  readonly protect?: number;
  readonly type?: number;
  readonly size: number;
  /** the name that the image's export directory has */
  readonly name?: string;
  /** the module of the list that begins there */
  readonly module?: Module;
}

interface Model {
  readonly found: readonly Found[];
  readonly verbose: boolean;
}

/** `.imgscan`: every page of the dump's memory that begins with the headers of an image, listed or not. */
export const imgscan = command<Model>({
  name: '.imgscan',
  aliases: ['!imgscan'],
  tier: 'B',
  syntax: ['.imgscan [/v] [/r Start Length]'],
  summary: 'Looks for image headers in memory: also for images that no module list has.',
  options: [
    { flag: '/r Range', meaning: 'looks in this range only' },
    { flag: '/v', meaning: 'names the module of the list at each place, or says that there is none' },
  ],
  run,
  print,
  data: ({ found }) => ({
    images: found.map((f) => ({
      address: hexAddress(f.address),
      size: f.size,
      protect: f.protect,
      type: f.type === undefined ? undefined : hexAddress(f.type),
      name: f.name,
      module: f.module?.name,
    })),
  }),
});

async function run(call: Call): Promise<Model> {
  const { session, pace } = call;
  const { memory, dump } = session.target;
  const { verbose, range } = parse(call);
  const found: Found[] = [];
  let scanned = 0;
  for (const window of memory.windows(range)) {
    // images lie at page boundaries at least
    const skip = (PAGE - Number(window.base % BigInt(PAGE))) % PAGE;
    for (let at = skip; at + 2 <= window.bytes.length; at += PAGE) {
      if (window.bytes[at] !== 0x4d || window.bytes[at + 1] !== 0x5a) continue;
      const address = window.base + BigInt(at);
      const image = tryImage(call, address);
      if (!image) continue;
      const region = dump?.memoryInfos.find(address);
      const module = session.target.modules.find(address);
      found.push({
        address,
        protect: region?.protect,
        type: region?.type,
        size: image.sizeOfImage,
        name: image.exports().dllName || undefined,
        module: module?.base === address ? module : undefined,
      });
    }
    scanned += window.bytes.length;
    if (pace.due()) await pace.rest({ done: scanned, what: 'bytes' });
  }
  return { found, verbose };
}

function parse({ session, args }: Call): { verbose: boolean; range: AddressRange } {
  let rest = args;
  let verbose = false;
  let range: AddressRange = { start: 0n, end: END_OF_MEMORY };
  while (rest !== '') {
    const option = /^[/-]([vrl])\s*/.exec(rest);
    if (!option) throw new UsageError(`.imgscan does not take '${rest}'`, 'syntax');
    rest = rest.slice(option[0].length);
    if (option[1] === 'v') verbose = true;
    if (option[1] === 'r') {
      const { start, end, rest: after } = session.evaluator.range(rest, 1, PAGE);
      range = { start, end };
      rest = after.trim();
    }
  }
  return { verbose, range };
}

/** An MZ alone is common in data: only what has a PE header counts. */
function tryImage({ session }: Call, address: Address): PeImage | undefined {
  try {
    return imageAt(session, address);
  } catch (e) {
    if (e instanceof BadFormat) return undefined;
    throw e;
  }
}

function print({ found, verbose }: Model, out: Output, { session }: Call): void {
  for (const f of found) {
    const width = f.address >> 32n === 0n ? session.machine.pointerSize : 8;
    const region =
      f.protect === undefined || f.type === undefined
        ? ''
        : `, prot ${hex(f.protect, 8)}, type ${hex(f.type, 8)}`;
    out.line(
      'MZ at ',
      span(formatAddress(f.address, width), 'address', `!dh ${hexAddress(f.address)}`),
      `${region} - size ${hex(f.size)}`,
    );
    if (f.name !== undefined) out.line(`  Name: ${f.name}`);
    if (verbose) out.line(f.module ? `  Module: ${f.module.name}` : '  Not in the module list');
  }
}
