import type { Command } from '../command.ts';
import { evaluate, evaluateCpp } from './evaluate.ts';
import { expressionLanguage } from './expressionLanguage.ts';
import { formats } from './formats.ts';
import { numberBase } from './numberBase.ts';

export { formatDouble, formatSingle } from './formatFloat.ts';
export { environmentOf } from './environment.ts';
export { entryPointOf, mainModule } from './mainModule.ts';

/** Commands about numbers and the expressions that give them. */
export const numberCommands: readonly Command[] = [
  evaluate,
  evaluateCpp,
  formats,
  numberBase,
  expressionLanguage,
];
