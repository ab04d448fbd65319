import type { SpanKind } from '../../core/protocol/index.ts';
import { addressFacts } from '../client/describeAddress.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import type { Navigate } from '../client/sessionContext.ts';
import type { MenuItem } from '../parts/ActionMenu.tsx';
import { addressItems } from '../parts/addressItems.ts';
import { targetAction, type SpanTarget } from './spanTarget.ts';

/**
 * Does what a click on a target does; `beside` opens a second pane, as Ctrl+click does: of a frame its code. What is seen
 * nowhere else is said.
 */
export function followTarget(
  target: SpanTarget,
  navigate: Navigate,
  beside: boolean,
  say: (what: string) => void,
): void {
  const { text, kind, command, address } = target;
  if (kind === 'file') void navigator.clipboard.writeText(text).then(() => say(`${text} copied`));
  else if (beside && kind === 'symbol') navigate.symbol(text, { beside });
  else if (address !== undefined && (beside || command === undefined)) navigate.memory(address, { beside });
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
