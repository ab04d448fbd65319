/**
 * The variables of a procedure as they are at one address: what the compiler recorded of parameters and locals, of
 * blocks and of inlined functions, with where each value is just there.
 */
import type { Type } from '../../types/index.ts';
import type { CodeRange, LocalScope, LocalVariable, VariableLocation } from '../localVariable.ts';
import type { AddressSpace } from './addressSpace.ts';
import { definitionRange, type RangeLocation } from './definitionRange.ts';
import type { InlineSite } from './inlineChain.ts';
import type { Procedure } from './procedures.ts';
import { framePointer, registerName, VFRAME } from './registers.ts';
import type { BlockSymbol, PdbSymbol } from './symbolRecord.ts';

export type { LocalScope } from '../localVariable.ts';

const FLAG_PARAMETER = 1;
const FLAG_COMPILER_GENERATED = 4;

export interface LocalsContext {
  readonly space: AddressSpace;
  /** the type of a number in a record of the procedure's module */
  readonly type: (index: number) => Type | undefined;
  /** IMAGE_FILE_MACHINE, which register numbers depend on */
  readonly machine: number;
}

/** The scopes around one of the linker's RVAs in a procedure, outermost first. `inlined` is the chain there. */
export function localScopes(
  procedure: Procedure,
  rva: number,
  inlined: readonly InlineSite[],
  context: LocalsContext,
): LocalScope[] {
  const { records, symbol } = procedure;
  const sites = new Map(inlined.map((site) => [site.record, site]));
  const frame = records.find((r) => r.symbol.is === 'frame procedure')?.symbol;
  const flags = frame?.is === 'frame procedure' ? frame.flags : 0;
  const bases: FrameBases = {
    locals: framePointer(context.machine, (flags >> 14) & 3),
    parameters: framePointer(context.machine, (flags >> 16) & 3),
  };
  const type = context.type(symbol.type);
  const parameters = new Parameters(type?.kind === 'procedure' ? type.parameters.length : 0);
  const scopes: (LocalScope & { variables: LocalVariable[] })[] = [
    { kind: 'procedure', name: symbol.name, start: procedure.rva, variables: [] },
  ];
  const byRecord = new Map([[-1, scopes[0]]]);
  records.forEach((record, at) => {
    const scope = byRecord.get(record.scope);
    if (!scope) return;
    const inner = innerScope(record.symbol, at, rva, sites, context.space);
    if (inner) {
      scopes.push(inner);
      byRecord.set(at, inner);
      return;
    }
    const following = (i: number): PdbSymbol | undefined => records[at + i]?.symbol;
    const variable = variableOf(record.symbol, following, rva, bases, context);
    if (!variable) return;
    const counted = record.scope === -1 && UNMARKED.has(record.symbol.is);
    scope.variables.push(counted ? parameters.mark(variable) : variable);
  });
  return scopes;
}

interface FrameBases {
  readonly locals: number | undefined;
  readonly parameters: number | undefined;
}

function innerScope(
  symbol: PdbSymbol,
  record: number,
  rva: number,
  sites: ReadonlyMap<number, InlineSite>,
  space: AddressSpace,
): (LocalScope & { variables: LocalVariable[] }) | undefined {
  const site = sites.get(record);
  if (site) return { kind: 'inline', name: site.name, start: site.start, variables: [] };
  if (symbol.is !== 'block') return undefined;
  const start = blockStart(symbol, space);
  if (start === undefined || rva < start || rva >= start + symbol.size) return undefined;
  return { kind: 'block', name: undefined, start, variables: [] };
}

function blockStart(block: BlockSymbol, space: AddressSpace): number | undefined {
  return space.sourceRva(block.section, block.offset);
}

function variableOf(
  symbol: PdbSymbol,
  following: (i: number) => PdbSymbol | undefined,
  rva: number,
  bases: FrameBases,
  context: LocalsContext,
): LocalVariable | undefined {
  const { machine, space } = context;
  const variable = (
    name: string,
    type: number,
    locations: readonly VariableLocation[],
    more: Partial<LocalVariable> = {},
  ): LocalVariable => ({
    name,
    type: context.type(type),
    isParameter: false,
    compilerGenerated: false,
    locations,
    ranges: undefined,
    ...more,
  });
  switch (symbol.is) {
    case 'local': {
      const isParameter = (symbol.flags & FLAG_PARAMETER) !== 0;
      const base = isParameter ? bases.parameters : bases.locals;
      const { locations, ranges } = located(following, rva, base, context);
      return variable(symbol.name, symbol.type, locations, {
        isParameter,
        compilerGenerated: (symbol.flags & FLAG_COMPILER_GENERATED) !== 0,
        ranges,
      });
    }
    case 'register relative':
      return variable(symbol.name, symbol.type, [
        relative(symbol.register, symbol.offset, undefined, machine),
      ]);
    case 'frame relative':
      return variable(symbol.name, symbol.type, [relative(EBP, symbol.offset, undefined, machine)]);
    case 'register': {
      const registers = symbol.registers.map((number) => registerName(machine, number));
      return variable(symbol.name, symbol.type, [{ kind: 'register', registers }]);
    }
    case 'data': {
      if (symbol.thread)
        return variable(symbol.name, symbol.type, [{ kind: 'thread', offset: symbol.offset }]);
      const source = space.sourceRva(symbol.section, symbol.offset);
      const image = source === undefined ? undefined : space.toImage(source);
      return variable(symbol.name, symbol.type, image === undefined ? [] : [{ kind: 'static', rva: image }]);
    }
    case 'constant':
      return variable(symbol.name, symbol.type, [{ kind: 'constant', value: symbol.value }]);
    default:
      return undefined;
  }
}

const EBP = 22;

/** Records that do not say whether they are parameters. */
const UNMARKED: ReadonlySet<PdbSymbol['is']> = new Set(['register relative', 'frame relative', 'register']);
/** Pointer to where a structure is returned, as Microsoft's compiler names it: not among the type's parameters. */
const RETURN_POINTER = '__$ReturnUdt';

/**
 * Compilers put the parameters first, in their order, before the locals: so many as the procedure's type has, and
 * `this`. (Held against the places of variables in PDBs of Visual C++ 2015 and 2022.)
 */
class Parameters {
  private seen = 0;

  constructor(private readonly count: number) {}

  mark(variable: LocalVariable): LocalVariable {
    if (variable.name === RETURN_POINTER) return { ...variable, isParameter: true, compilerGenerated: true };
    if (variable.name === 'this' && this.seen === 0) return { ...variable, isParameter: true };
    this.seen++;
    return this.seen <= this.count ? { ...variable, isParameter: true } : variable;
  }
}

/** Gathers the range records that follow a local. */
function located(
  following: (i: number) => PdbSymbol | undefined,
  rva: number,
  base: number | undefined,
  { space, machine }: LocalsContext,
): { locations: VariableLocation[]; ranges: readonly CodeRange[] | undefined } {
  const locations: VariableLocation[] = [];
  const ranges: CodeRange[] = [];
  let everywhere = false;
  for (let i = 1; ; i++) {
    const record = following(i);
    if (record?.is !== 'definition range') break;
    const found = definitionRange(record, space);
    if (!found) continue;
    if (found.ranges) ranges.push(...found.ranges);
    else everywhere = true;
    if (!found.ranges || found.ranges.some((range) => range.start <= rva && rva < range.end)) {
      locations.push(locationOf(found.location, base, machine));
    }
  }
  return { locations, ranges: everywhere ? undefined : ranges };
}

function locationOf(location: RangeLocation, base: number | undefined, machine: number): VariableLocation {
  switch (location.in) {
    case 'register':
      return {
        kind: 'register',
        registers: [registerName(machine, location.register)],
        ...partOf(location.part),
      };
    case 'register relative':
      return relative(location.register, location.offset, location.part, machine);
    case 'frame':
      return relative(base ?? VFRAME, location.offset, undefined, machine);
  }
}

function relative(
  register: number,
  offset: number,
  part: number | undefined,
  machine: number,
): VariableLocation {
  if (register === VFRAME) return { kind: 'frame relative', offset, ...partOf(part) };
  return { kind: 'register relative', register: registerName(machine, register), offset, ...partOf(part) };
}

function partOf(part: number | undefined): { part: number } | undefined {
  return part === undefined ? undefined : { part };
}
