import { AddressReader } from '../addressReader.ts';
import type { HeapContext } from '../model.ts';
import { formFromTypes } from './formFromTypes.ts';
import { findKeys, type SegmentKeys } from './segmentKeys.ts';
import type { SegmentForm } from './segmentForm.ts';
import { formsFor } from './segmentForms.ts';
import { type SegmentSample, sampleHeaps } from './segmentSample.ts';
import { sameKey } from './codeKey.ts';
import { fitsExtent } from './vsChunk.ts';
import { readLink } from './vsContext.ts';
import { readLfhHeader } from './lfhHeader.ts';

/** A form that agrees to this part needs no other to be tried; less will do for one that was measured on this very build. */
const CLEAR = 0.95;
const CLEAR_OF_BUILD = 0.85;
/** Below this a form says nothing true of the heaps. */
const LEAST = 0.6;

/** What all segment heaps of a process share: how their structures look, and what they are coded with. */
export interface SegmentFamily {
  readonly form: SegmentForm;
  readonly keys: SegmentKeys;
  /** for the person, where the choice is not obvious */
  readonly notes: readonly string[];
  /** false: no known form agrees with these heaps; what can still be read is read with the nearest one */
  readonly agrees: boolean;
}

/**
 * Tells how this process' segment heaps look: tries the forms of its build and then those of its neighbours, and takes
 * the one under which signatures, descriptors and headers agree best. Worked out once a process.
 */
export function segmentFamily(context: HeapContext): SegmentFamily {
  return context.memo('segment heap family', () => chooseFamily(context));
}

interface Trial {
  readonly sample: SegmentSample;
  readonly keys: SegmentKeys;
  /** 0 to 1 */
  readonly agreement: number;
}

function chooseFamily(context: HeapContext): SegmentFamily {
  const { view } = context;
  const { build } = view.target.system.os;
  const reader = new AddressReader(view.target.memory);
  const heaps = context.heaps.filter((h) => h.kind === 'segment').map((h) => Number(h.address));
  const known = formsFor(build, view.machine.pointerSize);
  const fromTypes = formFromTypes(view.layouts, known);
  let best: Trial | undefined;
  // ntdll's own types say most about a build that nobody measured
  const measured = known[0]?.builds.includes(build);
  const forms = !fromTypes ? known : measured ? [...known, fromTypes] : [fromTypes, ...known];
  for (const form of forms) {
    const trial = tryForm(context, reader, heaps, form);
    if (!best || trial.agreement > best.agreement + 0.02) best = trial;
    if (best.agreement >= (form === known[0] && measured ? CLEAR_OF_BUILD : CLEAR)) break;
  }
  if (!best)
    throw new RangeError(`no form of segment heaps for pointers of ${view.machine.pointerSize} bytes`);
  const { form } = best.sample;
  const agrees = best.agreement >= LEAST;
  return { form, keys: best.keys, agrees, notes: notesOn(form, build, best.agreement, agrees) };
}

function notesOn(form: SegmentForm, build: number, agreement: number, agrees: boolean): string[] {
  const percent = `${Math.round(agreement * 100)} % of signatures and headers agree`;
  if (!agrees)
    return [`no known form of segment heaps fits build ${build}: ${form.name} comes nearest, ${percent}`];
  const notes: string[] = [];
  if (!form.builds.includes(build))
    notes.push(`segment heaps of build ${build} are read as ${form.name}: ${percent}`);
  if (form.basis === 'derived')
    notes.push(`the form of segment heaps of ${form.name} was worked out, not measured`);
  return notes;
}

function tryForm(
  context: HeapContext,
  reader: AddressReader,
  heaps: readonly number[],
  form: SegmentForm,
): Trial {
  const sample = sampleHeaps(reader, heaps, form);
  const keys = findKeys(context, reader, sample);
  return { sample, keys, agreement: agreement(reader, heaps, sample, keys) };
}

/** The mean over the kinds of structures of how many of them are as the form says. */
function agreement(
  reader: AddressReader,
  heaps: readonly number[],
  sample: SegmentSample,
  keys: SegmentKeys,
): number {
  const { form } = sample;
  const parts: number[] = [];
  const part = (right: number, all: number): void => {
    if (all > 0) parts.push(right / all);
  };
  part(sample.contexts.filter((c) => c !== undefined).length, sample.contexts.length);
  part(sample.regions, sample.regions + sample.notRegions);
  part(sample.ranges - sample.damagedRanges, sample.ranges);
  part(sample.vs.length, sample.vs.length + sample.notVs);
  part(heaps.filter((h) => vsListIsSound(reader, h, form)).length, heaps.length);
  const { heap: heapKey, vs, lfh } = keys;
  part(
    sample.signatureKeys.filter((k) => heapKey && sameKey(k, heapKey)).length,
    sample.signatureKeys.length,
  );
  part(vs ? sample.vs.filter((e) => fitsExtent(reader, e, vs, form)).length : 0, sample.vs.length);
  part(
    lfh === undefined
      ? 0
      : sample.lfh.filter((s) => readLfhHeader(reader, s.address, s.size, lfh, form) !== undefined).length,
    sample.lfh.length,
  );
  return parts.length > 0 ? parts.reduce((a, b) => a + b) / parts.length : 0;
}

/** Whether VsContext's list of subsegments is a list where the form has it: head and first member lead to each other. */
function vsListIsSound(reader: AddressReader, heap: number, form: SegmentForm): boolean {
  const head = heap + form.heap.vsContext + form.vs.list;
  const first = readLink(reader, head, head, form);
  return first !== undefined && readLink(reader, first + form.pointerSize, first, form) === head;
}
