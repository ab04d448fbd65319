import type { ModuleEntry } from '../moduleIndex.ts';
import type { RegisterFile } from '../registerFile.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { callerX86, forget, get32, set32 } from '../x86/registersX86.ts';
import { evaluateExpression, type ExpressionFrame } from './dwarfExpression.ts';
import { frameDescriptionAt } from './ehFrameOf.ts';
import { rulesAt, type CfaRule, type RegisterRule } from './frameRules.ts';

/** eax to edi by the numbers that both DWARF and instructions use; 8 is the return address */
const GENERAL_REGISTERS = 8;
const ESP = 4;

/**
 * One step by the .eh_frame of a 32-bit image. `lookup` chooses the description: `file.ip`, or one below it in a
 * frame that made a call. Undefined where the image has none for it, or what it needs is not in memory.
 */
export function stepByDwarf(
  space: WalkSpace,
  entry: ModuleEntry,
  file: RegisterFile,
  lookup: number,
): Step | undefined {
  const description = frameDescriptionAt(space, entry, lookup);
  if (!description) return undefined;
  const rules = rulesAt(description, lookup - entry.base);
  if (!rules) return undefined;
  const frame: ExpressionFrame = {
    register: (n) => (n === ESP ? file.sp : n < GENERAL_REGISTERS ? get32(file, n) : undefined),
    read: (at) => space.stack.u32(at),
  };
  const cfa = cfaOf(rules.cfa, frame);
  if (cfa === undefined) return undefined;
  const column = description.common.returnColumn;
  const ip = resolve(rules.registers.get(column) ?? { kind: 'undefined' }, cfa, column, frame);
  if (ip === undefined) return undefined;
  const caller = callerX86(file);
  caller.ip = ip;
  caller.sp = cfa;
  for (let n = 0; n < GENERAL_REGISTERS; n++) {
    const rule = rules.registers.get(n);
    if (!rule || rule.kind === 'same') continue;
    const value = resolve(rule, cfa, n, frame);
    if (n === ESP) caller.sp = value ?? cfa;
    else if (value === undefined) forget(caller, n);
    else set32(caller, n, value);
  }
  const exact = description.common.isSignalFrame;
  return { caller, how: 'unwind info', exact, anyStack: exact, frame: cfa - 8, parameters: cfa };
}

function cfaOf(rule: CfaRule, frame: ExpressionFrame): number | undefined {
  if ('expression' in rule) return evaluateExpression(rule.expression, frame);
  const value = frame.register(rule.register);
  return value === undefined ? undefined : (value + rule.offset) >>> 0;
}

function resolve(
  rule: RegisterRule,
  cfa: number,
  register: number,
  frame: ExpressionFrame,
): number | undefined {
  switch (rule.kind) {
    case 'undefined':
      return undefined;
    case 'same':
      return frame.register(register);
    case 'offset':
      return frame.read((cfa + rule.offset) >>> 0);
    case 'value offset':
      return (cfa + rule.offset) >>> 0;
    case 'register':
      return frame.register(rule.register);
    default: {
      const value = evaluateExpression(rule.expression, frame, cfa);
      if (value === undefined || rule.kind === 'value expression') return value;
      return frame.read(value);
    }
  }
}
