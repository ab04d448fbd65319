import { NotAvailable } from '../../errors/index.ts';
import type { FoundBlock } from '../../heap/index.ts';
import { formatFlat } from '../../output/index.ts';
import { findRegion, type MemoryRegion } from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { displacementText, heapNote, heapsOf } from '../heap/index.ts';
import type { Pace } from '../pace.ts';
import { regionsOf } from '../regions/index.ts';
import type { Session } from '../session.ts';
import { integerAt, readBlock } from './block.ts';

/** Words that one request may ask for: a screen and what lies around it. */
const MAX_WORDS = 4096;

/** What a word in memory points to. */
export interface PointerNote {
  /** bytes from the start of what was asked for */
  readonly offset: number;
  readonly value: Address;
  readonly kind: 'symbol' | 'module' | 'heap' | 'region';
  /** `ntdll!RtlFreeHeap+0x14`, `heap 003e0000: busy block 003486e8+0x10 (100 bytes)`, `Stack ~0; 4dc.470` */
  readonly text: string;
}

/**
 * Tells of each pointer-sized word in a range what it points to; words that point nowhere have no note. No symbols are
 * loaded for it, since a pane that scrolls must not start downloads: a module without symbols is named with an offset.
 * The first pointer into a heap walks that heap.
 */
export async function pointerNotes(
  session: Session,
  range: { readonly start: Address; readonly length: number },
  size: 4 | 8,
  pace: Pace,
): Promise<PointerNote[]> {
  const count = Math.min(MAX_WORDS, Math.floor(range.length / size));
  const block = readBlock(session.target.memory, range.start, count * size);
  const notes: PointerNote[] = [];
  for (let i = 0; i < count; i++) {
    const value = integerAt(block, i * size, size);
    // the first 64 KiB are never mapped: small numbers are no pointers
    if (value === null || value < 0x10000n) continue;
    const note = await noteOf(session, value, pace);
    if (note) notes.push({ offset: i * size, value, ...note });
    if (pace.due()) await pace.rest({ done: i, total: count, what: 'pointers' });
  }
  return notes;
}

async function noteOf(
  session: Session,
  value: Address,
  pace: Pace,
): Promise<Pick<PointerNote, 'kind' | 'text'> | undefined> {
  const module = session.target.modules.find(value);
  if (module) {
    const name = session.symbols.loaded(module) && session.symbols.describe(value);
    if (name !== undefined) return { kind: 'symbol', text: name };
    return { kind: 'module', text: `${module.name}+0x${(value - module.base).toString(16)}` };
  }
  const region = regionAt(session, value);
  if (region?.usage.startsWith('Heap')) {
    const text = await heapText(session, value, pace);
    if (text !== undefined) return { kind: 'heap', text };
  }
  if (!region || region.usage === 'Free' || region.usage === '<unknown>') return undefined;
  return { kind: 'region', text: [region.usage, region.detail].filter((t) => t !== undefined).join(' ') };
}

function regionAt(session: Session, address: Address): MemoryRegion | undefined {
  try {
    return findRegion(regionsOf(session).regions, address);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
}

async function heapText(session: Session, value: Address, pace: Pace): Promise<string | undefined> {
  let found: FoundBlock | undefined;
  try {
    found = await heapsOf(session).find(value, pace);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
  if (!found) return undefined;
  const { reference } = found.snapshot;
  const { pointerSize } = reference.machine;
  const heap = `heap ${formatFlat(reference.address, pointerSize)}`;
  const note = heapNote(found, value);
  if (!note) return `${heap}: no block`;
  const { block, displacement, size, state } = note;
  const offset = displacement === 0 ? '' : displacementText(displacement);
  return `${heap}: ${state} block ${formatFlat(block, pointerSize)}${offset} (${size} bytes)`;
}
