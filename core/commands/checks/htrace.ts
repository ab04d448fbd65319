import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { HandleOperation } from '../../minidump/index.ts';
import { command } from '../command.ts';

/** eHANDLE_TRACE_OPERATIONS (avrfsdk.h) */
const OPERATIONS: Readonly<Record<number, string>> = { 1: 'OPEN', 2: 'CLOSE', 3: 'BAD REFERENCE' };
/** a row of dashes, as the real tool has where the documentation shows `##` */
const RULE = '-'.repeat(38);

interface Htrace {
  readonly shown: readonly HandleOperation[];
  readonly parsed: number;
}

export const htrace = command<Htrace>({
  name: '!htrace',
  tier: 'B',
  syntax: ['!htrace [Handle [Max_Traces]]'],
  summary:
    'Shows who opened, closed or wrongly used handles, where the dump has the traces (HandleOperationListStream).',
  run({ session, args }) {
    if (/^-(enable|disable|snapshot|diff)/.test(args))
      throw new UsageError(`!htrace ${args} needs a live target: a dump is one moment`, 'not-applicable');
    const all = session.target.dump?.handleOperations ?? [];
    if (all.length === 0) {
      throw new NotAvailable(
        '!htrace needs handle traces: they are in a dump (HandleOperationListStream) where handle tracing was on, by Application Verifier or !htrace -enable',
      );
    }
    let rest = args;
    const numbers: bigint[] = [];
    while (rest !== '' && numbers.length < 2) {
      const next = session.evaluator.evaluatePrefix(rest);
      numbers.push(next.value);
      rest = next.rest;
    }
    const [handle = 0n, most = BigInt(all.length)] = numbers;
    const wanted = all.filter((operation) => handle === 0n || operation.handle === handle);
    // newest first, as the system keeps them
    return { shown: wanted.slice(0, Number(most)), parsed: all.length };
  },
  print({ shown, parsed }, out, { session }) {
    const { pointerSize } = session.machine;
    for (const { handle, operationType, threadId, processId, returnAddresses } of shown) {
      out.line(RULE);
      const kind = OPERATIONS[operationType] ?? `OPERATION ${operationType}`;
      out.line(`Handle = 0x${handle.toString(16).padStart(pointerSize * 2, '0')} - ${kind}`);
      out.line(
        `Thread ID = 0x${threadId.toString(16).padStart(8, '0')}, Process ID = 0x${processId.toString(16).padStart(8, '0')}`,
      );
      out.line('');
      for (const address of returnAddresses) {
        const name = session.symbols.describe(address) ?? '+0x0';
        out.line(`0x${address.toString(16).padStart(pointerSize * 2, '0')}: ${name}`);
      }
    }
    out.line(RULE);
    out.line(`Parsed 0x${parsed.toString(16)} stack traces.`);
    out.line(`Dumped 0x${shown.length.toString(16)} stack traces.`);
  },
  data: ({ shown, parsed }) => ({
    parsed,
    traces: shown.map(({ handle, operationType, threadId, processId, returnAddresses }) => ({
      handle: hexAddress(handle),
      operation: OPERATIONS[operationType] ?? String(operationType),
      threadId,
      processId,
      returnAddresses: returnAddresses.map((a) => hexAddress(a)),
    })),
  }),
});
