import { hex } from '../../bytes/index.ts';
import type { Session } from '../../commands/index.ts';
import type { SymbolAttempt } from '../../symbols/index.ts';
import type { Module } from '../../target/index.ts';

/** Why a module has no symbols, and what the person can do. */
export interface MissingSymbols {
  /** `no ntdll.pdb was found` */
  readonly why: string;
  /** a sentence */
  readonly todo: string;
}

/** Why a module's symbols are its exports or none; undefined where it has better ones, or nothing asked for them yet. */
export function missingSymbols(session: Session, module: Module): MissingSymbols | undefined {
  const status = session.symbols.status(module);
  if (status !== 'none' && status !== 'export') return undefined;
  const attempts = session.symbols.reasons(module);
  const pdb = pdbName(module);
  const wanted = wantedPdb(module);
  if (pdb === undefined || wanted === undefined) return withoutName(module);
  const todo = `Drop ${pdb} on this window: the one with ${wanted.identity}.`;
  const other = found(attempts, 'mismatch');
  if (other) return { why: `${nameOf(other)} is of another build${detailOf(other)}`, todo };
  const bad = found(attempts, 'unreadable') ?? found(attempts, 'refused');
  if (bad) return { why: `${nameOf(bad)}: ${bad.outcome}${detailOf(bad)}`, todo };
  return { why: `no ${pdb} was found`, todo };
}

/** The PDB that an image names, with its identity in words. */
export function wantedPdb(module: Module): { readonly name: string; readonly identity: string } | undefined {
  const { codeView } = module;
  const name = pdbName(module);
  if (!codeView || name === undefined) return undefined;
  const id =
    codeView.kind === 'rsds' ? codeView.guid.toUpperCase() : hex(codeView.signature, 8).toUpperCase();
  return { name, identity: `${id}, age ${codeView.age}` };
}

function withoutName({ image, fileName }: Module): MissingSymbols {
  return image
    ? { why: 'its image names no PDB', todo: 'Its export table is all there is: a PDB is not looked for.' }
    : {
        why: 'its image is not in the dump: which PDB it wants is unknown',
        todo: `Drop ${fileName} on this window: it names its PDB.`,
      };
}

function pdbName({ codeView }: Module): string | undefined {
  return codeView?.pdb.split(/[\\/]/).at(-1);
}

function found(
  attempts: readonly SymbolAttempt[],
  outcome: SymbolAttempt['outcome'],
): SymbolAttempt | undefined {
  return attempts.find((a) => a.outcome === outcome);
}

function nameOf({ place }: SymbolAttempt): string {
  return place.split(/[\\/]/).at(-1) ?? place;
}

function detailOf({ detail }: SymbolAttempt): string {
  return detail === undefined ? '' : ` (${detail})`;
}
