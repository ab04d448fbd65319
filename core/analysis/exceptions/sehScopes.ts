import { readStruct, tryRead, type Address, type Memory } from '../../target/index.ts';

/** EXCEPTION_EXECUTE_HANDLER instead of a filter */
const ALWAYS = 1;
const MAX_SCOPES = 4096;

/** A __try block of an x64 or ARM64 function (SCOPE_TABLE of ntrtl.h), as RVAs. */
export interface SehScope {
  /** its place in the table */
  readonly index: number;
  readonly begin: number;
  readonly end: number;
  /** RVA of the filter, or of the __finally block where `target` is 0; 1 for a filter that always handles */
  readonly handler: number;
  /** RVA of the __except block; 0 for __finally */
  readonly target: number;
}

/** The scope table that __C_specific_handler is given; empty where it is not in the dump. */
export function readSehScopes(memory: Memory, address: Address): SehScope[] {
  const count = tryRead(() => readStruct(memory, address, 4).u32(0)) ?? 0;
  const scopes: SehScope[] = [];
  for (let index = 0; index < Math.min(count, MAX_SCOPES); index++) {
    const r = tryRead(() => readStruct(memory, address + BigInt(4 + index * 16), 16));
    if (!r) break;
    scopes.push({ index, begin: r.u32(0), end: r.u32(4), handler: r.u32(8), target: r.u32(12) });
  }
  return scopes;
}

/** The __try blocks around an RVA, the innermost first: that is the order of the table. */
export function sehScopesAt(scopes: readonly SehScope[], rva: number): SehScope[] {
  return scopes.filter((s) => s.begin <= rva && rva < s.end);
}

/** Whether a scope's filter handles every exception without being called. */
export function handlesAll(scope: SehScope): boolean {
  return scope.handler === ALWAYS && scope.target !== 0;
}
