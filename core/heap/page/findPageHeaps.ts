import { NotAvailable } from '../../errors/index.ts';
import { AddressReader } from '../addressReader.ts';
import { type FinderRequest, type FoundHeap, reference } from '../heapReference.ts';
import { readRing } from '../linkedList.ts';
import { type DphForm, dphForm } from './dphForm.ts';
import { ROOT_BEHIND_HANDLE, ROOT_SIGNATURE } from './dphStamps.ts';

const MAX_ROOTS = 4096;

/**
 * The page heaps of a process. PEB.ProcessHeaps names only the normal heaps behind them; PEB.ProcessHeap is the handle
 * of the first page heap, whose root leads to the others.
 */
export function findPageHeaps({ view, found }: FinderRequest): FoundHeap[] {
  const first = found.find((heap) => heap.kind === 'page');
  if (!first) return [];
  const reader = new AddressReader(view.target.memory);
  let form: DphForm;
  try {
    form = dphForm(view.layouts);
  } catch (e) {
    if (e instanceof NotAvailable) return [];
    throw e;
  }
  const handles = rootsFrom(reader, Number(first.address) + ROOT_BEHIND_HANDLE, form)
    .filter((root) => reader.has(root, 4) && reader.u32(root) === ROOT_SIGNATURE)
    .map((root) => root - ROOT_BEHIND_HANDLE);
  return handles.filter((h) => h > 0).map((h) => reference(view, BigInt(h), 'page heap list', 'page'));
}

/** The roots that hang together with one: XP links them in a chain, later ones in a ring with its head in verifier.dll. */
function rootsFrom(reader: AddressReader, root: number, form: DphForm): number[] {
  const { nextRoot, rootRing } = form.root;
  if (rootRing !== undefined) {
    return readRing(reader, root + rootRing, form.pointerSize, MAX_ROOTS).links.map(
      (link) => link - rootRing,
    );
  }
  const roots: number[] = [];
  const seen = new Set<number>([root]);
  for (let at = root; roots.length < MAX_ROOTS;) {
    const next = reader.tryPointer(at + (nextRoot ?? 0), form.pointerSize);
    if (next === undefined || next === 0 || seen.has(next)) break;
    seen.add(next);
    roots.push(next);
    at = next;
  }
  return roots;
}
