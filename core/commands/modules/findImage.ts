import { BadFormat, NotAvailable, UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import { PeImage } from '../../pe/index.ts';
import { type Address, type Module, readUpTo } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** An image size before its headers are read: RVAs are 32 bits wide. */
const ANY_SIZE = 0xffffffff;

/** An image that a command was asked about: a module of the list, or headers that lie somewhere in memory. */
export interface FoundImage {
  readonly base: Address;
  readonly module?: Module;
  readonly image: PeImage;
}

/**
 * The module that a text names: by its name or file name, else by any address in it. Throws `UsageError` where no
 * module is there.
 */
export function findModule(session: Session, text: string): Module {
  const { module, address } = moduleOrAddress(session, text);
  if (module) return module;
  throw new UsageError(
    `no module is called '${text}', and none holds 0x${address.toString(16)}`,
    'unresolved',
  );
}

/**
 * The image that a text names: a module's, or one at an address that no module of the list covers (loaded by hand, or
 * left out of the list). Throws `UsageError` where nothing is there, `NotAvailable` where its headers are not.
 */
export function findImage(session: Session, text: string): FoundImage {
  const { module, address } = moduleOrAddress(session, text);
  if (module) return { base: module.base, module, image: imageOf(module) };
  try {
    return { base: address, image: imageAt(session, address) };
  } catch (e) {
    if (!(e instanceof BadFormat)) throw e;
    throw new UsageError(`there is no image at 0x${address.toString(16)}: ${e.message}`, 'unresolved');
  }
}

/** The module that a text names, or all by rising address where it names none. */
export function modulesAsked(session: Session, text: string): Module[] {
  if (text !== '') return [findModule(session, text)];
  return [...session.target.modules].sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
}

/** A module's image; throws `NotAvailable` where neither the dump nor a file has its headers. */
export function imageOf(module: Module): PeImage {
  if (module.image) return module.image;
  throw new NotAvailable(
    `the headers of ${module.fileName || module.name} are not in the dump, and no matching file was found on the image path`,
  );
}

/** The image whose first byte is at `base`. Throws `BadFormat`. */
export function imageAt(session: Session, base: Address): PeImage {
  const { memory } = session.target;
  return PeImage.fromMemory(
    { read: (rva, length) => readUpTo(memory, base + BigInt(rva), length) },
    ANY_SIZE,
    base,
  );
}

function moduleOrAddress(session: Session, text: string): { module?: Module; address: Address } {
  const { modules } = session.target;
  const named = modules.byName(text);
  if (named) return { module: named, address: named.base };
  if (text === '') throw new UsageError('which module? Give its name or an address');
  const address = toAddress(session.evaluator.evaluate(text), session.machine.pointerSize);
  return { module: modules.find(address), address };
}
