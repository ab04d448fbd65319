import { hexAddress } from '../../bytes/index.ts';
import { formatFlat, span, type Output } from '../../output/index.ts';
import type { Address, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { modulesAsked } from './findImage.ts';

/** IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE */
const DYNAMIC_BASE = 0x40;
/** Windows Vista: its loader writes the real base into the header of an image that it moves. */
const VISTA = 6;

interface Row {
  readonly module: Module;
  /** the base that the headers have; undefined where there are none */
  readonly preferred?: Address;
  /** the header may say no more than where the image lies now */
  readonly rewritten: boolean;
}

/** `!imgreloc`: which modules were moved from their preferred base. */
export const imgreloc = command<readonly Row[]>({
  name: '!imgreloc',
  tier: 'B',
  syntax: ['!imgreloc [Address]'],
  summary: 'Says which modules were moved from their preferred base.',
  run({ session, args }) {
    const { memory, system } = session.target;
    return modulesAsked(session, args).map((module): Row => {
      const { image, base } = module;
      if (!image) return { module, rewritten: false };
      const rewritten =
        system.os.major >= VISTA &&
        image.imageBase === base &&
        (image.headers.optional.DllCharacteristics & DYNAMIC_BASE) !== 0 &&
        memory.origin(base) === 'dump';
      return { module, preferred: image.imageBase, rewritten };
    });
  },
  print(rows, out, call) {
    for (const row of rows) printRow(row, out, call);
  },
  data: (rows) => ({
    modules: rows.map(({ module, preferred, rewritten }) => ({
      start: hexAddress(module.base),
      name: module.name,
      preferred: preferred === undefined || rewritten ? undefined : hexAddress(preferred),
      relocated: preferred === undefined || rewritten ? undefined : preferred !== module.base,
    })),
  }),
});

function printRow({ module, preferred, rewritten }: Row, out: Output, { session }: Call): void {
  const width = session.target.system.machine.pointerSize;
  const line = (text: string): void =>
    out.line(span(formatFlat(module.base, width), 'address'), ' ', span(module.name, 'module'), ` - ${text}`);
  if (preferred === undefined) line('headers not available');
  else if (preferred !== module.base) line(`RELOCATED from ${formatFlat(preferred, width)}`);
  // since Vista the header in memory has the base that the image was given, so it proves nothing
  else if (rewritten) line('at the base in its header, which the loader updates (dynamic base)');
  else line('at preferred address');
}
