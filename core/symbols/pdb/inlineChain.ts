import type { Type } from '../../types/index.ts';
import type { CrossScope } from './crossScope.ts';
import { inlineRuns, runAt, type InlineRun } from './inlineSites.ts';
import type { LineTable } from './lineTable.ts';
import type { PdbTypes } from './pdbTypes.ts';
import type { Procedure } from './procedures.ts';

/** Sites that lie in one another; compilers stop far earlier. */
const MAX_NESTING = 1024;

/** A place in a source file. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/** A function inlined at an address. RVAs are the linker's. */
export interface InlineSite {
  /** qualified name of the function */
  readonly name: string;
  readonly type: Type | undefined;
  /** its first instruction */
  readonly start: number;
  /** where in its source the address is */
  readonly source: SourcePlace | undefined;
  /** where it was called: in the function inlined around it, or in the procedure */
  readonly call: SourcePlace | undefined;
  /** place of its record among those of the procedure */
  readonly record: number;
}

/**
 * The functions inlined at one of the linker's RVAs in a procedure, outermost first. `line` is the source line that the
 * procedure's own line table has there: that of the outermost call.
 */
export function inlineChain(
  procedure: Procedure,
  rva: number,
  lines: LineTable | undefined,
  line: SourcePlace | undefined,
  types: PdbTypes,
  scope: CrossScope,
): InlineSite[] {
  const chain: InlineSite[] = [];
  let call = line;
  for (const { record, inlinee, runs } of covering(procedure, rva - procedure.rva, lines)) {
    const run = runAt(runs, rva - procedure.rva);
    const file = run && lines?.file(run.file);
    const source = run && file !== undefined && run.line > 0 ? { file, line: run.line } : undefined;
    const id = types.function(scope.resolve(procedure.module, inlinee));
    chain.push({
      name: id?.name ?? '<unknown function>',
      type: id && types.type(id.type),
      start: procedure.rva + runs.reduce((first, r) => Math.min(first, r.start), Infinity),
      source,
      call,
      record,
    });
    call = source;
  }
  return chain;
}

interface Site {
  readonly record: number;
  readonly inlinee: number;
  readonly runs: readonly InlineRun[];
}

/** The innermost site that covers an offset, and those around it, outermost first. */
function covering({ records }: Procedure, offset: number, lines: LineTable | undefined): Site[] {
  const sites = new Map<number, Site>();
  let innermost: Site[] = [];
  records.forEach(({ symbol }, record) => {
    if (symbol.is !== 'inline site') return;
    const from = lines?.inlinee(symbol.inlinee) ?? { file: -1, line: 0 };
    const site = { record, inlinee: symbol.inlinee, runs: inlineRuns(symbol.annotations, from) };
    sites.set(record, site);
    if (!runAt(site.runs, offset)) return;
    const around: Site[] = [];
    for (let at = record; at >= 0 && around.length < MAX_NESTING; at = records[at]?.scope ?? -1) {
      const outer = sites.get(at);
      if (outer) around.push(outer);
    }
    if (around.length > innermost.length) innermost = around.reverse();
  });
  return innermost;
}
