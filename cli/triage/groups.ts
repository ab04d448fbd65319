import type { TriageOutcome } from './triageQueue.ts';

/** Dumps that show the same crash. */
export interface TriageGroup {
  /** the failure bucket of `!analyze`: what went wrong and in whose code */
  readonly signature: string;
  readonly count: number;
  readonly dumps: readonly string[];
}

/** What a triage came to. */
export interface TriageSummary {
  readonly dumps: number;
  readonly failed: number;
  readonly groups: readonly TriageGroup[];
  readonly failures: readonly { readonly dump: string; readonly code: string; readonly message: string }[];
  readonly seconds: number;
}

const UNSIGNED = 'NO_SIGNATURE';

/** Groups outcomes by signature, the largest group first; equal ones by name, so that the order is always the same. */
export function summarize(outcomes: readonly TriageOutcome[], seconds: number): TriageSummary {
  const bySignature = new Map<string, string[]>();
  const failures: { dump: string; code: string; message: string }[] = [];
  for (const { dump, ok, data, error } of outcomes.toSorted((a, b) => a.id - b.id)) {
    if (!ok) {
      failures.push({ dump, code: error?.code ?? 'internal', message: error?.message ?? 'no reason given' });
      continue;
    }
    const signature = data?.signature ?? UNSIGNED;
    const dumps = bySignature.get(signature);
    if (dumps) dumps.push(dump);
    else bySignature.set(signature, [dump]);
  }
  const groups = [...bySignature]
    .map(([signature, dumps]) => ({ signature, count: dumps.length, dumps }))
    .sort((a, b) => b.count - a.count || (a.signature < b.signature ? -1 : 1));
  return { dumps: outcomes.length, failed: failures.length, groups, failures, seconds };
}
