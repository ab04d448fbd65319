import { NotAvailable, UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import { compileWildcard } from '../../types/index.ts';
import type { Module, ModuleChanges, NamedModule } from '../../target/index.ts';
import type { Session } from '../session.ts';
import type { ReloadWish } from './reloadOptions.ts';

/** The modules that a name, a pattern or an address means; one that `/u` took out comes back, but for another `/u`. */
export function chosenModules(session: Session, { module: text, literal, unload }: ReloadWish): Module[] {
  const { modules, moduleChanges } = session.target;
  const named = modules.byName(text);
  if (named) return [named];
  const wildcard = compileWildcard(text);
  const isMeant = (m: Module): boolean => wildcard.test(m.fileName) || wildcard.test(m.name);
  if (!unload) {
    const back = literal
      ? []
      : (moduleChanges?.removed.filter((m) => isMeant(m) && !isCovered(session, m)) ?? []);
    for (const module of back) moduleChanges?.restore(module);
  }
  if (!literal) {
    const matching = [...modules].filter(isMeant);
    if (matching.length > 0) return matching;
  }
  if (/^@?(0x)?[0-9a-f`]+$/i.test(text)) {
    const address = toAddress(session.evaluator.evaluate(text), session.machine.pointerSize);
    const at = modules.find(address);
    if (at) return [at];
  }
  throw new UsageError(`"${text}" was not found in the image list`, 'unresolved');
}

/** Puts the module of `Module=Address,Size` or of `/unl Module` into the list. */
export function added(session: Session, wish: ReloadWish): Module {
  return changesOf(session).add(wish.place ? placed(session, wish) : unloaded(session, wish.module));
}

/** Throws `NotAvailable` where the target's list is what it is. */
export function changesOf(session: Session): ModuleChanges {
  const { moduleChanges } = session.target;
  if (moduleChanges) return moduleChanges;
  throw new NotAvailable('the module list of this target cannot be changed');
}

function placed(session: Session, { module, place }: ReloadWish): NamedModule {
  const number = (text: string): bigint => session.evaluator.evaluate(text);
  const optional = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = number(text);
    if (value < 0n || value > 0xffffffffn)
      throw new UsageError(`.reload: ${text} is no size or timestamp of 32 bits`);
    return Number(value) || undefined;
  };
  const base = toAddress(number(place?.address ?? '0'), session.machine.pointerSize);
  return { fileName: module, base, size: optional(place?.size), timestamp: optional(place?.timestamp) };
}

/** The last one of a name: a module may be loaded and unloaded many times. */
function unloaded(session: Session, text: string): NamedModule {
  const wildcard = compileWildcard(text);
  const isMeant = (name: string): boolean =>
    wildcard.test(name) || wildcard.test(name.replace(/\.[^.]*$/, ''));
  const record = session.target.unloadedModules.findLast((m) => isMeant(m.name));
  if (!record) throw new UsageError(`"${text}" was not found in the unloaded module list`, 'unresolved');
  const { name, start, end, timestamp } = record;
  return { fileName: name, base: start, size: Number(end - start), timestamp: timestamp || undefined };
}

/** Whether the place of a module that was taken out is another's now. */
function isCovered(session: Session, module: Module): boolean {
  return [...session.target.modules].some((m) => m.base < module.end && m.end > module.base);
}
