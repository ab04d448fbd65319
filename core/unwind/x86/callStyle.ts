import type { WordReader } from '../wordReader.ts';
import { instructionLength } from './instructionX86.ts';

/** Functions are followed from their start; longer ones are not worth the time of a frame. */
const MAX_CODE = 0x4000;
const MAX_INSTRUCTION = 15;

/**
 * How the call that ends at `place` got its arguments: by `push`, below the function's frame, or by `mov [esp+n]` into
 * room that the frame has already. Undefined where the code is not there or does not lead to `place`.
 */
export function callStyle(code: WordReader, start: number, place: number): 'push' | 'move' | undefined {
  if (place - start > MAX_CODE) return undefined;
  let pushes = 0;
  // the pushes before the call in progress, and not those before the one that came last
  let before = 0;
  for (let at = start; at < place;) {
    const b = code.upTo(at, MAX_INSTRUCTION);
    const length = instructionLength(b, 0);
    if (length === 0) return undefined;
    const [b0 = 0, b1 = 0] = b;
    const group = (b1 >> 3) & 7;
    if ((b0 & 0xf8) === 0x50 || b0 === 0x68 || b0 === 0x6a || (b0 === 0xff && group === 6)) pushes++;
    else if (b0 === 0xe8 || (b0 === 0xff && group === 2)) {
      before = pushes;
      pushes = 0;
    }
    at += length;
    if (at > place) return undefined;
  }
  return before > 0 ? 'push' : 'move';
}
