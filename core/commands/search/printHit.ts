import { formatAddress, span, type Output } from '../../output/index.ts';
import type { Call } from '../command.ts';
import { NUMBER_FORMATS, printNumberRow, readBlock, type NumberFormat } from '../memory/index.ts';
import { isHeaps, type Hit, type Search } from './search.ts';
import type { PatternType } from './searchRequest.ts';

/** Bytes shown of each hit. */
const ROW_BYTES = 16;
/** As -w, -d and -q print a hit (samples.md, section 7): words and double words with their characters. */
const ROWS: Readonly<Record<PatternType, NumberFormat>> = {
  b: NUMBER_FORMATS.b,
  a: NUMBER_FORMATS.b,
  w: NUMBER_FORMATS.W,
  u: NUMBER_FORMATS.W,
  d: NUMBER_FORMATS.c,
  q: NUMBER_FORMATS.q,
};

/** A hit as its type is shown: a row of memory, a text, an object by dt. */
export async function printHit(search: Search, hit: Hit, out: Output, call: Call): Promise<void> {
  const { request, shape, where } = search;
  const { session } = call;
  const { address, text } = hit;
  const { pointerSize } = session.machine;
  const shown = formatAddress(address, address >> 32n ? 8 : pointerSize);
  const behind = isHeaps(where) ? where.behind(hit.block) : [];
  if (request.addressesOnly) out.line(span(`0x${shown}`, 'address'));
  else if (text !== undefined) out.line(span(shown, 'address'), `  "${text}"`, ...behind);
  else if (shape) {
    out.line(
      span(`0x${shown}`, 'address'),
      ' ',
      span(`${shape.class.module.name}!${shape.class.name}`, 'type'),
      ...behind,
    );
    if (shape.typeName !== undefined)
      await call.execute(`dt ${shape.typeName} 0x${address.toString(16)}`, out);
  } else if (request.sought.kind === 'bytes') {
    const block = readBlock(session.target.memory, address, ROW_BYTES);
    const format = ROWS[request.sought.type];
    printNumberRow({ format, columns: format.columns, pointerSize }, block, 0, ROW_BYTES, out, behind);
  }
}
