import { useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import { bytesText, unitAt } from './byteSelection.ts';
import { copiedSize, copiedText, type CopyKind } from './copiedBytes.ts';
import type { MemorySource } from './memorySource.ts';
import type { Caret } from './useCaret.ts';
import type { MemoryView } from './useMemoryView.ts';

interface Copy {
  /** Copies what is selected, else the unit at the caret. */
  copy(kind: CopyKind): void;
  /** what became of it; empty when the caret has moved on */
  readonly said: string;
}

/** Brings selected bytes to the clipboard. */
export function useCopy(source: MemorySource, { rows, format }: MemoryView, caret: Caret): Copy {
  const [said, setSaid] = useState({ text: '', of: '' });
  const { start, end } = caret.selected ?? unitAt(rows, format, caret.address);
  const of = `${caret.address} ${start} ${end}`;
  const copy = async (kind: CopyKind): Promise<void> => {
    const request = { range: { start, end }, rows, format, bits: source.addressBits };
    try {
      const text = await copiedText(kind, request, source.page);
      await navigator.clipboard.writeText(text);
      setSaid({ text: `${bytesText(copiedSize(request))} copied`, of });
    } catch (e) {
      setSaid({ text: `Not copied: ${messageOf(e)}`, of });
    }
  };
  return { copy: (kind) => void copy(kind), said: said.of === of ? said.text : '' };
}
