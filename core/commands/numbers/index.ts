import type { Command } from '../command.ts';
import { evaluate, evaluateCpp } from './evaluate.ts';
import { formats } from './formats.ts';
import { expressionLanguage, numberBase } from './settings.ts';

export { formatDouble, formatSingle } from './cFloat.ts';
export { entryPointOf, environmentOf, mainModule } from './environment.ts';

/** Commands about numbers and the expressions that give them. */
export const numberCommands: readonly Command[] = [
  evaluate,
  evaluateCpp,
  formats,
  numberBase,
  expressionLanguage,
];
