import { UsageError } from '../../errors/index.ts';
import { type ErrorText, loadErrorTexts } from '../../process/index.ts';
import { type Call, command } from '../command.ts';
import { errorData, formatError } from './errorLine.ts';

export const error = command<ErrorText>({
  name: '!error',
  tier: 'A',
  syntax: ['!error Value [Flags]'],
  summary: 'Explains an error number: Win32, NTSTATUS or HRESULT.',
  options: [{ flag: 'Flags', meaning: '1: the value is an NTSTATUS' }],
  run,
  print: (found, out) => out.line(`Error code: ${formatError(found, true)}`),
  data: errorData,
});

async function run({ session, args }: Call): Promise<ErrorText> {
  if (args === '') throw new UsageError('!error needs an error number: !error c0000005');
  const { value, rest } = session.evaluator.evaluatePrefix(args);
  const code = Number(BigInt.asUintN(32, value));
  const texts = await loadErrorTexts();
  const flags = rest.trim() === '' ? 0n : session.evaluator.evaluate(rest.trim());
  return flags & 1n ? texts.ntstatus(code) : texts.guess(code);
}
