import type { DumpSession } from '../client/dumpSession.ts';
import type { Navigate, Opening } from '../client/sessionContext.ts';

/** Goes to what a symbol names: its code, or its memory where it is data. What cannot be evaluated, ln tells of. */
export function goToSymbol(
  session: DumpSession,
  navigate: Pick<Navigate, 'memory' | 'disassembly' | 'run'>,
  expression: string,
  opening?: Opening,
): void {
  const go = async (): Promise<void> => {
    const { address } = await session.request('evaluate', { expression });
    const { code } = await session.request('describe', { address });
    if (code) navigate.disassembly(address, opening);
    else navigate.memory(address, opening);
  };
  go().catch(() => navigate.run(`ln ${expression}`));
}
