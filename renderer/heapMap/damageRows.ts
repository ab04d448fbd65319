import type { HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';

/** One thing that is wrong with a heap. */
export interface DamageRow {
  readonly address: bigint;
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
  readonly by: 'heap' | 'debug runtime';
}

/** What the heap's walk found, then what debug runtimes' blocks show. */
export function damageRows(map: HeapMap, owners: HeapOwners | undefined): DamageRow[] {
  return [
    ...map.findings.map((f): DamageRow => ({ ...f, by: 'heap' })),
    ...(owners?.damage ?? []).map((d): DamageRow => ({
      address: d.address,
      problem: d.what,
      by: 'debug runtime',
    })),
  ];
}
