import type { Suspect } from '../model.ts';
import type { Suspicion } from './clues.ts';

/** MDAssertionInfo's kinds (Breakpad's minidump_format.h) */
const KINDS: Readonly<Record<number, Pick<Suspect, 'kind' | 'statement'>>> = {
  1: {
    kind: 'invalid parameter',
    statement: 'A function of the C library was called with an invalid argument',
  },
  2: {
    kind: 'pure virtual call',
    statement: 'A pure virtual function was called: the object is being built or destroyed, or was destroyed',
  },
};

/** What the C runtime told a handler that wrote the dump: Breakpad and Crashpad keep it in a stream of its own. */
export const toldToHandler: Suspicion = ({ assertion }) => {
  const known = assertion && KINDS[assertion.type];
  if (!known) return [];
  const { expression, function: name, file, line } = assertion;
  const evidence = ['the handler of the C runtime that wrote the dump recorded it in the assertion stream'];
  if (name !== '') evidence.push(`the function is ${name}`);
  if (file !== '') evidence.push(`it was found in ${file}, line ${line}`);
  return [
    {
      kind: known.kind,
      certainty: 'certain',
      statement: expression === '' ? known.statement : `${known.statement}: \`${expression}\` does not hold`,
      evidence,
    },
  ];
};
