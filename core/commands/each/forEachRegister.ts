import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { MachineKind } from '../../target/index.ts';
import { command } from '../command.ts';
import { commandString, eachVariables } from './eachVariables.ts';

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const SEGMENTS = ['cs', 'ss', 'ds', 'es', 'fs', 'gs', 'efl'];

/** The registers that r shows. */
const GENERAL: Readonly<Record<MachineKind, readonly string[]>> = {
  x86: ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi', 'eip', 'esp', 'ebp', ...SEGMENTS],
  x64: [
    ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rip', 'rsp', 'rbp'],
    ...numbered('r', 16).slice(8),
    ...SEGMENTS,
  ],
  arm64: [...numbered('x', 29), 'fp', 'lr', 'sp', 'pc', 'cpsr'],
  arm: [...numbered('r', 13), 'sp', 'lr', 'pc', 'cpsr'],
};

interface EachRegister {
  readonly registers: readonly (readonly [name: string, value: bigint])[];
  readonly line: string;
}

export const forEachRegister = command<EachRegister>({
  name: '!for_each_register',
  tier: 'C',
  takesRestOfLine: true,
  syntax: ['!for_each_register -c:CommandString'],
  summary: 'Runs commands once for each register of the context in effect.',
  options: [{ flag: '@#RegisterName', meaning: 'its name; @#RegisterValue' }],
  run({ session, args }) {
    const line = /^-c:(.*)$/s.exec(args)?.[1];
    if (line === undefined) throw new UsageError('!for_each_register wants -c:CommandString');
    const context = session.registers();
    if (!context) throw new NotAvailable('There is no register context: no thread is chosen');
    const registers = GENERAL[context.machine.kind].flatMap((name): [string, bigint][] => {
      const value = context.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    return { registers, line: commandString(line) };
  },
  async print({ registers, line }, out, { execute, pace }) {
    for (const [name, value] of registers) {
      const variables = eachVariables({ RegisterName: name, RegisterValue: hexAddress(value) });
      await execute(line, out, { variables });
      pace.throwIfCancelled();
    }
  },
  data: ({ registers }) => ({
    registers: Object.fromEntries(registers.map(([name, value]) => [name, hexAddress(value)])),
  }),
});
