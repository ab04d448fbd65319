import { knownTimestamp, symbolStatusOf } from '../../commands/modules/index.ts';
import type { Session } from '../../commands/index.ts';
import type { ModuleRowModel } from '../../protocol/index.ts';
import type { Module } from '../../target/index.ts';
import type { PaneCall } from '../paneCall.ts';
import { missingSymbols, wantedPdb } from './missingSymbols.ts';

/** Loaded modules by address, then those that were unloaded. Loads no symbols. */
export function modulesPane({ session }: PaneCall): ModuleRowModel[] {
  const { modules, unloadedModules } = session.target;
  const rows = [...modules].sort(byBase).map((module) => rowOf(session, module));
  const unloaded = unloadedModules.map((m): ModuleRowModel => {
    return {
      name: m.name,
      start: m.start,
      end: m.end,
      path: m.name,
      timestamp: knownTimestamp(m.timestamp),
      stamp: m.timestamp,
      checksum: m.checksum,
      symbols: 'none',
      private: false,
      unloaded: true,
    };
  });
  return [...rows, ...unloaded];
}

function rowOf(session: Session, module: Module): ModuleRowModel {
  const status = symbolStatusOf(session, module);
  const reasons = session.symbols.reasons(module);
  const wanted = wantedPdb(module);
  return {
    name: module.name,
    start: module.base,
    end: module.end,
    path: module.path,
    version: module.version?.fileVersion.join('.'),
    timestamp: knownTimestamp(module.timestamp),
    stamp: module.timestamp,
    checksum: module.checksum,
    symbols: status.status,
    private: status.private,
    symbolFile: status.file,
    reason:
      reasons.length === 0
        ? undefined
        : reasons.map((r) => `${r.place}: ${r.outcome}${r.detail ? ` (${r.detail})` : ''}`).join('\n'),
    missing: missingSymbols(session, module),
    wants: wanted && `${wanted.name} ${wanted.identity}`,
    unloaded: false,
  };
}

function byBase(a: Module, b: Module): number {
  return a.base < b.base ? -1 : a.base > b.base ? 1 : 0;
}
