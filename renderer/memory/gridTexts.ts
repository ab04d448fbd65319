import type { StructureFields } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import type { SpaceRange, SpaceRow } from '../picture/rowSpace.ts';
import { fieldsAt } from './fieldMarks.ts';

type Bits = 32 | 64;

/** A hole that is one row. */
export function gapText({ start, end }: SpaceRange, bits: Bits): string {
  return `${addressText(start, bits)} – ${addressText(end - 1n, bits)}: ${sizeText(end - start)} not in the dump`;
}

interface CaretPlace {
  readonly address: bigint;
  readonly row: SpaceRow | undefined;
  /** what lies there as a pointer */
  readonly value: bigint | 'missing' | 'unknown';
  /** what that points to */
  readonly note: string | undefined;
  readonly structure: StructureFields | undefined;
  readonly bits: Bits;
  readonly pointerBits: Bits;
}

/** What is at the caret: the line below the rows. */
export function caretText({ address, row, value, note, structure, bits, pointerBits }: CaretPlace): string {
  const where = addressText(address, bits);
  if (row?.kind === 'gap') return `${where}: ${gapText(row, bits)}`;
  const fields = structure ? fieldsAt(structure, address) : [];
  const field = fields.map((f) => `+0x${f.offset.toString(16)} ${f.name}: ${f.type}`).join(', ');
  const says =
    value === 'missing'
      ? 'not in the dump'
      : value === 'unknown'
        ? 'reading …'
        : `pointer ${addressText(value, pointerBits)}`;
  return [`${where}: ${says}`, note, field].filter((t) => t).join(' · ');
}
