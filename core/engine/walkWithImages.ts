import type { SymbolService } from '../symbols/index.ts';
import type { ImageFiles, Module, Target } from '../target/index.ts';
import type { StackTrace } from '../unwind/index.ts';

/**
 * Walks a stack, and again with each image that a server sends where the walk had to guess for want of one: small dumps
 * hold no code and no unwind tables. Throws `AwaitFirst` while one is on its way.
 */
export function walkWithImages(
  walk: () => StackTrace,
  target: Pick<Target, 'lookForImages'>,
  symbols: SymbolService,
  images: ImageFiles | undefined,
): StackTrace {
  let trace = walk();
  if (!images?.fetch) return trace;
  const asked = new Set<Module>();
  for (let module = guessedIn(trace, asked); module; module = guessedIn(trace, asked)) {
    asked.add(module);
    if (!images.fetch(module)) continue;
    target.lookForImages?.(module);
    // an image has exports, where there is no better
    if (symbols.status(module) === 'none') symbols.reload(module, { keepAbsent: true });
    trace = walk();
  }
  return trace;
}

/**
 * The module of the innermost frame whose caller was guessed, or not found, though its image would tell. What lies
 * further out may be no frame at all.
 */
function guessedIn({ frames, end }: StackTrace, asked: ReadonlySet<Module>): Module | undefined {
  for (const [i, { module, inline }] of frames.entries()) {
    const caller = frames[i + 1];
    const guessed = caller ? caller.how === 'scan' : end === 'no caller found';
    if (inline || !guessed) continue;
    // a guess in spite of its image: everything further out hangs on it
    return module && !module.image && !asked.has(module) ? module : undefined;
  }
  return undefined;
}
