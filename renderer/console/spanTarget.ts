import type { Span, SpanKind } from '../../core/protocol/index.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { addressFacts } from '../client/describeAddress.ts';
import type { Navigate } from '../client/sessionContext.ts';
import type { MenuItem } from '../parts/ActionMenu.tsx';
import { addressItems } from '../parts/addressItems.ts';

/** What a span of the console leads to. */
export interface SpanTarget {
  readonly text: string;
  readonly kind: SpanKind | undefined;
  /** the command line that a click runs */
  readonly command?: string;
  /** where a span of kind `address` is */
  readonly address?: bigint;
}

/** `00007ff8`1e363440`, `0x12ff94`, and the type behind it that dt writes. */
const ADDRESS = /^(?:0x)?([0-9a-f]{1,8}`[0-9a-f]{8}|[0-9a-f]{1,16})(?=$|\s|:)/i;

/** What a span leads to; undefined for plain text, and for null pointers, which lead nowhere. */
export function spanTarget({ text: padded, kind, command }: Span): SpanTarget | undefined {
  const text = padded.trim();
  if (text === '') return undefined;
  if (kind === 'address') {
    const digits = ADDRESS.exec(text)?.[1];
    const address = digits === undefined ? undefined : BigInt(`0x${digits.replace('`', '')}`);
    if (!address && command === undefined) return undefined;
    return { text, kind, command, address };
  }
  const leads = command !== undefined || kind === 'symbol' || kind === 'module' || kind === 'type';
  return leads ? { text, kind, command } : undefined;
}

/** What a click does, in a few words: the line above the prompt shows it while the pointer is on the link. */
export function targetAction({ text, kind, command, address }: SpanTarget): string {
  if (command !== undefined) return `runs ${command}`;
  if (address !== undefined) return `shows memory at ${text}`;
  if (kind === 'module') return `runs lmvm ${text}`;
  if (kind === 'type') return `shows the type ${text}`;
  return `shows ${text}`;
}

/** Does what a click on a target does; `beside` opens a second pane, as Ctrl+click does. */
export function followTarget(target: SpanTarget, navigate: Navigate, beside: boolean): void {
  const { text, kind, command, address } = target;
  if (address !== undefined && (beside || command === undefined)) navigate.memory(address, { beside });
  else if (command !== undefined) navigate.run(command);
  else if (kind === 'module') navigate.run(`lmvm ${text}`);
  else if (kind === 'type') navigate.type(text, undefined, { beside });
  else navigate.symbol(text, { beside });
}

/** The right click's menu of a target: its own command first, then what its address or name is good for. */
export function targetItems(target: SpanTarget, navigate: Navigate): MenuItem[] {
  const { text, kind, command, address } = target;
  const own = command === undefined ? [] : [{ title: `Run ${command}`, act: () => navigate.run(command) }];
  if (address !== undefined) return [...own, ...addressItems(address, navigate)];
  const run = (line: string): MenuItem => ({ title: line, act: () => navigate.run(line) });
  const byKind: Partial<Record<SpanKind, readonly MenuItem[]>> = {
    symbol: [
      { title: 'Show its code or memory', act: () => navigate.symbol(text) },
      { title: 'Show in a new pane', act: () => navigate.symbol(text, { beside: true }) },
      run(`ln ${text}`),
      run(`u ${text}`),
      run(`dt ${text}`),
    ],
    module: [run(`lmvm ${text}`), run(`x ${text}!*`), run(`.reload /f ${text}`), run(`!dh ${text}`)],
    type: [{ title: 'Show in the Types pane', act: () => navigate.type(text) }, run(`dt ${text}`)],
  };
  return [
    ...own,
    ...((kind && byKind[kind]) ?? []),
    { title: 'Copy', separated: true, act: () => void navigator.clipboard.writeText(text) },
  ];
}

/** What is known of a target: what a hover tells. */
export async function describeTarget(target: SpanTarget, session: DumpSession): Promise<string> {
  const action = targetAction(target);
  let { address } = target;
  if (address === undefined && target.kind === 'symbol')
    ({ address } = await session.request('evaluate', { expression: target.text }));
  const facts = address === undefined ? [] : await addressFacts(session, address);
  return [...facts, action].join('\n');
}
