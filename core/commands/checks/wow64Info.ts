import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import { tebOf } from '../../process/index.ts';
import { command } from '../command.ts';
import { allViews } from '../process/index.ts';

interface Wow64Info {
  readonly views: readonly {
    readonly bits: number;
    readonly peb?: Address;
    readonly teb?: Address;
    readonly stackBase?: bigint | null;
    readonly stackLimit?: bigint | null;
    readonly deallocation?: bigint | null;
  }[];
}

export const wow64Info = command<Wow64Info>({
  name: '!wow64exts.info',
  tier: 'B',
  syntax: ['!wow64exts.info'],
  summary: 'Shows where the 32-bit and the 64-bit PEB, TEB and stack of the thread are.',
  run({ session }) {
    const views = allViews(session);
    if (views.length < 2) throw new NotAvailable('This is no WOW64 dump: it has one view of the process');
    const { thread } = session;
    return {
      views: [...views].reverse().map((view) => {
        const teb = thread && tebOf(view, thread);
        return {
          bits: view.machine.pointerSize * 8,
          peb: session.target.peb(view.machine),
          teb: thread?.tebFor(view.machine),
          stackBase: teb?.StackBase,
          stackLimit: teb?.StackLimit,
          deallocation: teb?.DeallocationStack,
        };
      }),
    };
  },
  print({ views }, out) {
    const shown = (value: bigint | null | undefined): string =>
      value ? `0x${value.toString(16)}` : '<unavailable>';
    for (const { bits, peb } of views) out.line(`PEB${bits}: ${shown(peb)}`);
    out.line('');
    out.line('Wow64 information for current thread:');
    out.line('');
    for (const { bits, teb } of views) out.line(`TEB${bits}: ${shown(teb)}`);
    for (const { bits, stackBase, stackLimit, deallocation } of views) {
      out.line('');
      out.line(`${bits} bit, StackBase   : ${shown(stackBase)}`);
      out.line(`        StackLimit  : ${shown(stackLimit)}`);
      out.line(`        Deallocation: ${shown(deallocation)}`);
    }
  },
  data: ({ views }) => ({
    views: views.map(({ bits, peb, teb, stackBase, stackLimit, deallocation }) => ({
      bits,
      peb: peb === undefined ? undefined : hexAddress(peb),
      teb: teb === undefined ? undefined : hexAddress(teb),
      stackBase: stackBase ? hexAddress(stackBase) : undefined,
      stackLimit: stackLimit ? hexAddress(stackLimit) : undefined,
      deallocation: deallocation ? hexAddress(deallocation) : undefined,
    })),
  }),
});
