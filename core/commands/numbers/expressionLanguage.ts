import { UsageError } from '../../errors/index.ts';
import type { ExpressionLanguage } from '../../eval/index.ts';
import { command } from '../command.ts';

/** The debugger's names for its evaluators (.expr in samples.md and in its documentation). */
const LANGUAGES: Readonly<Record<ExpressionLanguage, string>> = {
  masm: 'MASM - Microsoft Assembler expressions',
  'c++': 'C++ - C++ source expressions',
};

interface LanguageModel {
  readonly language: ExpressionLanguage;
  readonly list: boolean;
}

export const expressionLanguage = command<LanguageModel>({
  name: '.expr',
  tier: 'B',
  syntax: ['.expr', '.expr /s {masm | c++}', '.expr /q'],
  summary: 'Sets the language of expressions, or shows it.',
  options: [
    { flag: '/s', meaning: 'set the language' },
    { flag: '/q', meaning: 'list the languages' },
  ],
  run({ session, args }) {
    const { evaluator } = session;
    const chosen = /^\/s\s+(\S+)$/i.exec(args)?.[1]?.toLowerCase();
    if (chosen !== undefined) {
      if (chosen !== 'masm' && chosen !== 'c++')
        throw new UsageError(`.expr /s takes masm or c++, not '${chosen}'`);
      evaluator.language = chosen;
    } else if (args !== '' && args.toLowerCase() !== '/q') {
      throw new UsageError(`.expr takes /s masm, /s c++ or /q, not '${args}'`);
    }
    return { language: evaluator.language, list: args.toLowerCase() === '/q' };
  },
  print({ language, list }, out) {
    if (list) {
      out.line('Available expression evaluators:');
      for (const name of Object.values(LANGUAGES)) out.line(name);
    }
    out.line(`Current expression evaluator: ${LANGUAGES[language]}`);
  },
  data: ({ language }) => ({ language }),
});
