import { type AddressAnswer, explainAddress } from '../../crt/index.ts';
import { formatFlat, type Span } from '../../output/index.ts';
import type { Address, Module } from '../../target/index.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../session.ts';
import { type AddressFact, addressFacts, placeText } from './addressText.ts';
import { crtContextOf, crtMapOf } from './crtSession.ts';
import { listed } from './moduleText.ts';
import { runtimeLabel } from './overview.ts';

/** The answer to "who may free this pointer": a sentence, then what it rests on. */
export interface PointerVerdict {
  readonly address: bigint;
  readonly sentence: string;
  /** `free it`, `nobody`, or as !crt names it */
  readonly answer: 'may be freed' | 'must not be freed' | 'not certain';
  /** who may, who may by accident, who must not: names of modules */
  readonly mayFree: readonly string[];
  readonly worksToday: readonly string[];
  readonly mustNotFree: readonly string[];
  /** `RuntimeCopy.id`s, to show in the picture */
  readonly runtimes: readonly number[];
  readonly heap?: bigint;
  readonly facts: readonly AddressFact[];
}

/** Judges a pointer. Finds the process' runtimes, and walks the one heap that holds it. */
export async function pointerVerdict(
  session: Session,
  address: Address,
  pace: Pace,
): Promise<PointerVerdict> {
  const map = await crtMapOf(session, pace);
  const found = await explainAddress(crtContextOf(session), map, address, pace);
  const width = (found.heap?.machine ?? session.machine).pointerSize;
  const place = `${formatFlat(address, width)} ${found.heap ? placeText(found, width) : 'is no heap memory'}`;
  const { answer, rest } = judge(found, (at) => formatFlat(at, width));
  const runtimes = found.runtime ? [found.runtime] : found.candidates;
  return {
    address,
    sentence: `${place}: ${rest}.`,
    answer,
    mayFree: names(found.mayFree),
    worksToday: names(found.worksToday),
    mustNotFree: names(found.mustNotFree),
    runtimes: runtimes.map((copy) => copy.id),
    heap: found.heap?.address,
    facts: addressFacts(found, width).map(({ title, parts }) => ({ title, parts: parts.filter(isShown) })),
  };
}

function judge(
  found: AddressAnswer,
  flat: (address: bigint) => string,
): { readonly answer: PointerVerdict['answer']; readonly rest: string } {
  const { heap, heapBlock, runtime, place, start, candidates, mayFree, header } = found;
  if (!heap) return { answer: 'must not be freed', rest: 'no free and no delete may be given it' };
  if (!heapBlock && !header)
    return { answer: 'must not be freed', rest: 'no block begins there, so nobody may free it' };
  if (heapBlock && heapBlock.state !== 'busy') {
    const why = heapBlock.state === 'free' ? 'it is free already' : 'it is no allocation';
    return { answer: 'must not be freed', rest: `${why}, so nobody may free it` };
  }
  if (header?.block.type === 'free') {
    return {
      answer: 'must not be freed',
      rest: 'the debug runtime keeps it after its free, so nobody may free it again',
    };
  }
  if (!runtime) {
    if (candidates.length > 0) {
      const who = candidates.map(runtimeLabel);
      return {
        answer: 'not certain',
        rest: `nothing in the block says which of ${listed(who)} or Windows itself allocated it`,
      };
    }
    const whose = found.isProcessHeap
      ? 'Windows or a caller of HeapAlloc has it'
      : 'it is of a heap that no C runtime uses';
    return {
      answer: 'not certain',
      rest: `${whose}, and HeapFree of that heap frees it, never free or delete`,
    };
  }
  const who = mayFree.length === 0 ? runtime.name : listed(names(mayFree));
  const worksToday =
    found.worksToday.length === 0 ? '' : `, ${listed(names(found.worksToday))} only by accident`;
  const others = found.mustNotFree.length === 0 ? '' : `, ${listed(names(found.mustNotFree))} must not`;
  if (place?.kind === 'start')
    return { answer: 'may be freed', rest: `${who} may free it${worksToday}${others}` };
  if (place?.kind === 'aligned start')
    return { answer: 'may be freed', rest: `_aligned_free of ${who} may free it${others}` };
  const at = start === undefined ? '' : ` ${flat(start)}`;
  return {
    answer: 'must not be freed',
    rest: `free wants the block's start${at}, which ${who} may give it${others}`,
  };
}

function names(modules: readonly Module[]): string[] {
  return modules.map((m) => m.name);
}

function isShown(part: string | Span): boolean {
  return part !== '';
}
