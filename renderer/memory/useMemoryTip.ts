import { type MouseEvent, useEffect, useRef } from 'react';
import { leave, restAt } from '../parts/hoverTip.ts';
import { addressText } from '../picture/addressText.ts';
import type { MemorySource } from './memorySource.ts';

interface MemoryTip {
  rest(event: MouseEvent, address: bigint | undefined): void;
  forget(): void;
}

/** Tells what lies under the pointer once it rests: the address's facts, and those of the pointer there. */
export function useMemoryTip(
  source: MemorySource,
  pointerAt: (address: bigint) => bigint | undefined,
): MemoryTip {
  const hovered = useRef<bigint>(undefined);
  useEffect(() => leave, []);
  return {
    rest: (event, address) => {
      if (address === hovered.current) return;
      hovered.current = address;
      leave();
      if (address !== undefined) restAt({ x: event.clientX, y: event.clientY }, () => tipOf(address));
    },
    forget: () => {
      hovered.current = undefined;
      leave();
    },
  };

  async function tipOf(address: bigint): Promise<string> {
    const facts = await source.describe(address);
    const where = addressText(address, source.addressBits);
    const lines = [`${where}  ${facts[0] ?? 'in no module, stack or heap'}`];
    lines.push(...facts.slice(1));
    const pointer = pointerAt(address);
    const target = pointer === undefined ? [] : await source.describe(pointer);
    // what points to nothing that is known is a number
    if (pointer !== undefined && target.length > 0 && target[0] !== 'not in the dump') {
      const to = addressText(pointer, source.pointerSize === 4 ? 32 : 64);
      lines.push(`→ ${to}  ${target.join(', ')}`);
    }
    return lines.join('\n');
  }
}
