import { NotAvailable } from '../../errors/index.ts';
import { readPointer, readU32, tryRead, type Address, type Module } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** TLS indexes of modules count from 0; no process has more modules than this. */
const MAX_TLS_INDEX = 0x10000;

/**
 * Where the current thread's copy of a module's thread-local variables begins: the module's entry of
 * `_TEB.ThreadLocalStoragePointer`. Undefined where the module has none or the dump does not hold the way there.
 */
export function threadBlock(session: Session, module: Module): Address | undefined {
  const rva = module.image?.tls?.indexRva;
  const teb = session.thread?.tebFor(session.machine);
  if (rva === undefined || teb === undefined) return undefined;
  const { memory } = session.target;
  const { pointerSize } = session.machine;
  try {
    return tryRead(() => {
      const index = readU32(memory, module.base + BigInt(rva));
      if (index >= MAX_TLS_INDEX) return undefined;
      const vector = session.layouts().at('_TEB', memory, teb).get('ThreadLocalStoragePointer');
      return vector === 0n
        ? undefined
        : readPointer(memory, vector + BigInt(index * pointerSize), pointerSize);
    });
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
}
