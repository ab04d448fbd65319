import type { Suspect } from '../../analysis/index.ts';
import type { Misuse, MisuseKind } from '../../crt/index.ts';
import type { Module } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { crossModuleFree } from '../crt/index.ts';

/** What the crash shows of memory that was freed by the wrong one, as suspects. */
export async function findWrongFrees({ session, pace }: Call): Promise<readonly Suspect[]> {
  return (await crossModuleFree(session, pace)).map(suspectOf);
}

const STATEMENTS: Readonly<Record<MisuseKind, (misuse: Misuse) => string>> = {
  'cross-module free': ({ allocator, freer, allocatedBy, freedBy }) =>
    `A block of one C runtime was given to another to free: ${namesOf(allocatedBy)} allocated it through ${allocator?.name ?? 'its own runtime'}, ${freedBy?.name ?? 'the program'} frees it through ${freer?.name ?? 'another'}`,
  'wrong heap': () => 'A block was given to a heap that it does not belong to',
  'not a block': () => 'What was freed is not the start of a block',
  'double free': () => 'A block was freed that was free already',
  'debug assertion': () => 'The debug runtime stopped at its own check of what it was given to free',
};

function suspectOf(misuse: Misuse): Suspect {
  return {
    kind: misuse.kind,
    certainty: misuse.certainty === 'shown' ? 'certain' : 'likely',
    statement: STATEMENTS[misuse.kind](misuse),
    evidence: misuse.evidence,
  };
}

function namesOf(modules: readonly Module[]): string {
  return modules.length === 0 ? 'a module' : modules.map((m) => m.name).join(' or ');
}
