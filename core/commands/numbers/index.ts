import type { Command } from '../command.ts';
import { evaluate } from './evaluate.ts';
import { evaluateCpp } from './evaluateCpp.ts';
import { expressionLanguage } from './expressionLanguage.ts';
import { bitcount, filetime } from './filetime.ts';
import { fnret } from './fnret.ts';
import { formats } from './formats.ts';
import { numberBase } from './numberBase.ts';
import { typeOptions, typeSwitches } from './typeOptions.ts';

export { objectOf, type CppObject } from './cppObject.ts';
export { environmentOf } from './environment.ts';
export { PseudoVariables } from './pseudoVariables.ts';
export { placeExpression, type ExpressionPlace } from './placeExpression.ts';
export { mainModule } from './mainModule.ts';

/** Commands about numbers and the expressions that give them. */
export const numberCommands: readonly Command[] = [
  evaluate,
  evaluateCpp,
  fnret,
  formats,
  numberBase,
  expressionLanguage,
  typeOptions,
  ...typeSwitches,
  filetime,
  bitcount,
];
