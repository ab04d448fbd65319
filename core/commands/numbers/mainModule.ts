import { MemoryUnreadable, NotAvailable } from '../../errors/index.ts';
import type { Address, Module } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** Where an image starts to run; undefined where its headers are not known or name no entry. */
export function entryPointOf(module: Module): Address | undefined {
  const rva = module.image?.entryPoint;
  return rva ? module.base + BigInt(rva) : undefined;
}

/** The module that the process was started from: the PEB names its base; without a PEB the first in the list. */
export function mainModule(session: Session): Module | undefined {
  const { modules, memory } = session.target;
  const peb = session.target.peb(session.machine);
  try {
    if (peb !== undefined) {
      const base = session.layouts().at('_PEB', memory, peb).get('ImageBaseAddress');
      const module = modules.find(base);
      if (module) return module;
    }
  } catch (e) {
    if (!(e instanceof MemoryUnreadable) && !(e instanceof NotAvailable)) throw e;
  }
  return modules.at(0);
}
