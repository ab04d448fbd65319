import type { LocalScope, LocalVariable } from '../../symbols/index.ts';
import type { Module } from '../../target/index.ts';
import type { Type } from '../../types/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { Session } from '../session.ts';
import { placeVariable, type VariablePlace } from './placeVariable.ts';

/** The variables that a frame's function has at the frame's instruction. */
export interface FrameVariables {
  readonly frame: Frame;
  readonly module: Module;
  /** outermost scope first: the function's own, then its blocks */
  readonly scopes: readonly LocalScope[];
}

/** A variable of a frame with its type and place. */
export interface PlacedVariable extends VariablePlace {
  readonly name: string;
  readonly type: Type;
  readonly module: Module;
}

/**
 * The scopes of a frame: of a function's own frame its own, of an inlined one those of the inlined function. Undefined
 * where the module's symbols know no variables. Loads symbols.
 */
export function frameVariables(session: Session, frame: Frame | undefined): FrameVariables | undefined {
  const module = frame?.module;
  if (!frame || !module) return undefined;
  const symbols = session.symbols.of(module);
  // public symbols name none, and an empty list would say that there are none
  if (!symbols?.localsAt || symbols.private === false) return undefined;
  const all = symbols.localsAt(Number(frame.lookup - module.base));
  return { frame, module, scopes: scopesOf(all, frame) };
}

/** Scopes come as a chain, each within the one before: an inlined function's reach up to the next inlined one. */
function scopesOf(all: readonly LocalScope[], frame: Frame): readonly LocalScope[] {
  const { inlined } = frame;
  const start = inlined
    ? all.findIndex((s) => s.kind === 'inline' && s.name === inlined.name && s.start === inlined.start)
    : 0;
  if (start < 0) return [];
  const next = all.findIndex((s, i) => i > start && s.kind === 'inline');
  return all.slice(start, next < 0 ? undefined : next);
}

/** A variable's place in its frame; undefined without a type or where it was optimised away. */
export function placed(
  session: Session,
  { frame, module }: FrameVariables,
  variable: LocalVariable,
): PlacedVariable | undefined {
  const { name, type, locations } = variable;
  const place = type && placeVariable(session, frame, type, locations);
  return place && { name, type, module, ...place };
}

/** A variable of this name (case ignored, as dt's manual says) in the frame in effect, the innermost scope first. */
export function findVariable(session: Session, name: string): PlacedVariable | undefined {
  const variables = frameVariables(session, session.currentFrame());
  if (!variables) return undefined;
  const wanted = name.toLowerCase();
  for (const scope of [...variables.scopes].reverse()) {
    const variable = scope.variables.find((v) => v.name.toLowerCase() === wanted);
    if (variable?.type) return placed(session, variables, variable);
  }
  return undefined;
}
