import { BufferSource } from '../../core/bytes/index.ts';
import { PeImage, type Export } from '../../core/pe/index.ts';
import { buildImage, Pieces } from './imageBuilder.ts';

/** High above the addresses that tests export. */
const DIRECTORY_RVA = 0x100000;
const HEADER_SIZE = 40;

/** An image that exports these and has nothing else; the ordinals count from 1. */
export function exportingImage(entries: readonly Export[]): PeImage {
  const count = Math.max(0, ...entries.map((e) => e.ordinal));
  const named = entries.filter((e) => e.name !== undefined);
  const pieces = new Pieces(DIRECTORY_RVA);
  const functionsAt = DIRECTORY_RVA + HEADER_SIZE;
  const namesAt = functionsAt + count * 4;
  const ordinalsAt = namesAt + named.length * 4;
  let textAt = ordinalsAt + named.length * 2;
  const put = (text: string): number => {
    const at = textAt;
    pieces.ascii(at, text);
    textAt += text.length + 1;
    return at;
  };
  const functions = new Array<number>(count).fill(0);
  for (const { ordinal, rva, forwarder } of entries)
    functions[ordinal - 1] = forwarder === undefined ? rva : put(forwarder);
  pieces.u32(DIRECTORY_RVA, 0, 0, 0, put('sample.dll'), 1, count, named.length);
  pieces.u32(DIRECTORY_RVA + 28, functionsAt, namesAt, ordinalsAt);
  pieces.u32(functionsAt, ...functions);
  pieces.u32(namesAt, ...named.map((e) => put(e.name ?? '')));
  pieces.u16(ordinalsAt, ...named.map((e) => e.ordinal - 1));
  return PeImage.fromFile(
    new BufferSource(
      buildImage({
        directories: { 0: [DIRECTORY_RVA, textAt - DIRECTORY_RVA] },
        sections: [{ name: '.edata', rva: DIRECTORY_RVA, data: pieces.data }],
      }),
    ),
  );
}
