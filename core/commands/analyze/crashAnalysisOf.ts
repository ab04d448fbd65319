import { analyzeCrash, mayBeWrongFree, type CrashAnalysis } from '../../analysis/index.ts';
import type { Call } from '../command.ts';
import { crashInputOf } from './crashInputOf.ts';
import { findWrongFrees } from './wrongFrees.ts';

/** The analysis of the dump as the session stands; frees by the wrong one are looked for where the crash may be one. */
export async function crashAnalysisOf(call: Call, hang: boolean): Promise<CrashAnalysis> {
  const input = await crashInputOf(call, hang);
  const analysis = analyzeCrash(input, { hang });
  if (!mayBeWrongFree(analysis)) return analysis;
  const wrongFrees = await findWrongFrees(call);
  return wrongFrees.length > 0 ? analyzeCrash({ ...input, wrongFrees }, { hang }) : analysis;
}
