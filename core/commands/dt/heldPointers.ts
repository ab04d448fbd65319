import type { Address } from '../../target/index.ts';
import type { Summary, Value } from '../../types/index.ts';
import type { DtElement, DtResult, DtRow, DtView } from './model.ts';

/** A pointer that a value holds, with its name where the value has two. */
export interface HeldPointer {
  readonly role?: 'Flink' | 'Blink';
  readonly address: Address;
}

/** The pointers that a value holds itself: not those in what they point to. */
export function heldPointers(value: Value | undefined): HeldPointer[] {
  switch (value?.kind) {
    case 'pointer':
      return [{ address: value.address }];
    case 'array':
      return heldPointers(value.first);
    case 'record':
      return value.summary ? pointersInSummary(value.summary) : [];
    default:
      return [];
  }
}

function pointersInSummary(summary: Summary): HeldPointer[] {
  switch (summary.kind) {
    case 'links':
      return [
        { role: 'Flink', address: summary.flink },
        { role: 'Blink', address: summary.blink },
      ];
    case 'smart pointer':
      return heldPointers(summary.pointer);
    case 'pair':
      return [...heldPointers(summary.first), ...heldPointers(summary.second)];
    case 'optional':
    case 'variant':
      return heldPointers(summary.value);
    default:
      return [];
  }
}

/** All pointers that an answer of dt shows. */
export function* shownPointers(result: DtResult): Generator<Address> {
  if (result.kind === 'view') yield* pointersInView(result.view);
  if (result.kind === 'list') {
    for (const { address, view } of result.nodes) {
      yield address;
      yield* pointersInView(view);
    }
  }
  if (result.kind === 'matches') {
    for (const { view } of result.matches) if (view) yield* pointersInView(view);
  }
}

function* pointersInView(view: DtView): Generator<Address> {
  yield* addresses(view.value);
  yield* pointersInRows(view.rows);
  yield* pointersInElements(view.elements);
  yield* pointersInElements(view.contents?.elements);
}

function* pointersInRows(rows: readonly DtRow[] = []): Generator<Address> {
  for (const row of rows) {
    if (row.kind === 'method') continue;
    yield* addresses(row.value);
    if (row.kind !== 'field') continue;
    yield* pointersInRows(row.rows);
    yield* pointersInElements(row.elements);
  }
}

function* pointersInElements(elements: readonly DtElement[] = []): Generator<Address> {
  for (const { value, rows } of elements) {
    yield* addresses(value);
    yield* pointersInRows(rows);
  }
}

function* addresses(value: Value | undefined): Generator<Address> {
  for (const { address } of heldPointers(value)) yield address;
}
