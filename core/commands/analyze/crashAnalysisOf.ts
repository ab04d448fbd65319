import { analyzeCrash, mayBeWrongFree, type CrashAnalysis } from '../../analysis/index.ts';
import { withoutLoading, type SymbolService } from '../../symbols/index.ts';
import type { Call } from '../command.ts';
import { crashInputOf } from './crashInputOf.ts';
import { findWrongFrees } from './wrongFrees.ts';

/** Where what threads wait in lies: the names of these are enough to tell it. */
const SYSTEM = ['ntdll', 'kernelbase', 'win32u'];

/**
 * The analysis of the dump as the session stands; frees by the wrong one are looked for where the crash may be one.
 * `sparing`: nobody asked for it, so that of the other threads' stacks only the system's symbols are loaded.
 */
export async function crashAnalysisOf(
  call: Call,
  hang: boolean,
  { sparing = false } = {},
): Promise<CrashAnalysis> {
  const input = { ...(await crashInputOf(call, hang)), threadSymbols: sparing ? spared(call) : undefined };
  const analysis = analyzeCrash(input, { hang });
  if (!mayBeWrongFree(analysis)) return analysis;
  const wrongFrees = await findWrongFrees(call);
  return wrongFrees.length > 0 ? analyzeCrash({ ...input, wrongFrees }, { hang }) : analysis;
}

function spared({ session }: Call): SymbolService {
  const { target, symbols } = session;
  for (const name of SYSTEM) {
    const module = target.modules.byName(name);
    if (module) symbols.of(module);
  }
  return withoutLoading(target.modules, symbols);
}
