import { NotAvailable } from '../../errors/index.ts';
import type { LocalScope, LocalVariable } from '../../symbols/index.ts';
import type { Address, Module } from '../../target/index.ts';
import type { Value } from '../../types/index.ts';
import type { Session } from '../session.ts';
import { engineTypeName, readEngineValue, UNAVAILABLE } from '../values/index.ts';
import { frameVariables, placed, type FrameVariables } from '../variables/index.ts';

/** A parameter or local of a frame as dv shows it. */
export interface LocalRow {
  readonly name: string;
  readonly type: string;
  readonly isParameter: boolean;
  /** bytes of its type */
  readonly size: number | undefined;
  /** in memory: where */
  readonly address: Address | undefined;
  /** in registers: which */
  readonly register?: string;
  readonly variable: LocalVariable;
  readonly value?: Value;
  /** the value as text, or why there is none */
  readonly text: string;
}

type Wanted = (variable: LocalVariable) => boolean;

/**
 * The variables of the frame in effect with their values. Where nothing knows of any: none, or `NotAvailable` if they
 * are `required`.
 */
export function readLocals(session: Session, wanted: Wanted, required = true): readonly LocalRow[] {
  const variables = frameVariables(session, session.currentFrame());
  if (variables) return chosen(variables, wanted).map((variable) => rowOf(session, variables, variable));
  if (required) throw noVariables();
  return [];
}

/** Those of the code at an address, without values: no frame says where they are. */
export function localsOfCode(session: Session, address: Address, wanted: Wanted): readonly LocalRow[] {
  const module = session.target.modules.find(address);
  const scopes = module && session.symbols.of(module)?.localsAt?.(Number(address - module.base));
  if (!module || !scopes) throw noVariables();
  const variables = scopes.flatMap((scope) => scope.variables).filter(wanted);
  const elsewhere = new LocationsElsewhere(session, module);
  return variables.map((here) => {
    const variable = here.locations.length > 0 ? here : elsewhere.first(here);
    const [only] = variable.locations;
    const place = only?.kind === 'static' ? module.base + BigInt(only.rva) : undefined;
    return { ...described(variable), address: place, text: '' };
  });
}

/**
 * Where variables are that have no place yet: at a function's first instruction most have none, and who asks about the
 * function wants to know where they will be.
 */
class LocationsElsewhere {
  private readonly scopes = new Map<number, readonly LocalScope[]>();

  constructor(
    private readonly session: Session,
    private readonly module: Module,
  ) {}

  first(variable: LocalVariable): LocalVariable {
    const start = variable.ranges?.[0]?.start;
    if (start === undefined) return variable;
    let scopes = this.scopes.get(start);
    if (!scopes)
      this.scopes.set(start, (scopes = this.session.symbols.of(this.module)?.localsAt?.(start) ?? []));
    const same = scopes
      .flatMap((scope) => scope.variables)
      .find((v) => v.name === variable.name && v.ranges?.[0]?.start === start);
    return same ?? variable;
  }
}

function chosen({ scopes }: FrameVariables, wanted: Wanted): readonly LocalVariable[] {
  return scopes.flatMap((scope) => scope.variables).filter(wanted);
}

function rowOf(session: Session, variables: FrameVariables, variable: LocalVariable): LocalRow {
  const row = { ...described(variable), address: undefined, text: UNAVAILABLE };
  const place = placed(session, variables, variable);
  if (!place) return row;
  const { type, address, memory, inMemory, register, module } = place;
  const { value, text } = readEngineValue(session, { type, address, memory, module: module.name });
  // only a part of it has a place
  const known = value.kind !== 'missing' || inMemory;
  return {
    ...row,
    address: inMemory ? address : undefined,
    ...(register !== undefined && { register }),
    ...(known && { value, text }),
  };
}

function described(
  variable: LocalVariable,
): Pick<LocalRow, 'name' | 'type' | 'isParameter' | 'size' | 'variable'> {
  const { name, type, isParameter } = variable;
  return { name, type: engineTypeName(type), isParameter, size: type?.size, variable };
}

/** In the debugger's own words; 87 is ERROR_INVALID_PARAMETER. */
function noVariables(): NotAvailable {
  return new NotAvailable(
    'Unable to enumerate locals, Win32 error 0n87: Private symbols (symbols.pri) are required for locals.',
  );
}
