import type { Navigate } from '../client/sessionContext.ts';
import type { MenuItem } from './ActionMenu.tsx';

/** Commands that take an address: what a person would type next. */
const COMMANDS = ['!address', '!heap -x', '!crt', 'ln', 'dps', 'u'];

/** What the debugger does with an address: the right click's menu, wherever an address stands. */
export function addressItems(address: bigint, navigate: Navigate): MenuItem[] {
  const hex = `0x${address.toString(16)}`;
  return [
    { title: 'Open in the memory pane', act: () => navigate.memory(address) },
    { title: 'Open in a new memory pane', act: () => navigate.memory(address, { beside: true }) },
    { title: 'Disassemble', act: () => navigate.disassembly(address) },
    { title: 'Show as a type (dt)…', act: () => navigate.type(undefined, address) },
    ...COMMANDS.map((command, i) => ({
      title: `${command} ${hex}`,
      separated: i === 0,
      act: () => {
        navigate.pane('console');
        navigate.run(`${command} ${hex}`);
      },
    })),
    { title: `Copy ${hex}`, separated: true, act: () => void navigator.clipboard.writeText(hex) },
  ];
}
