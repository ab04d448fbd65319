/** Prints what buildView computed: columns and words of the debugger's dt (samples.md, section 6). */
import { formatAddress, formatFlat, type Output, type Part, span, pointer } from '../../output/index.ts';
import {
  cTypeName,
  dtTypeName,
  enumeratorsOf,
  type Type,
  unmodified,
  type Value,
} from '../../types/index.ts';
import { heldPointers } from './heldPointers.ts';
import type { DtElement, DtRow, DtStyle, DtView } from './model.ts';
import { addressText, linkText, summaryText, valueText, verboseTypeName } from './valueText.ts';

/** What the debugger pads field names to unless fields were named. */
export const NAME_WIDTH = 16;
const RULE = '-'.repeat(45);
const VFTABLE = '__VFN_table';

/** Prints a type's layout or an object, without headings. */
export function printView(view: DtView, out: Output, style: DtStyle): void {
  const t = unmodified(view.type);
  if (view.noSuchField) {
    out.line(span('Cannot find specified field members.', 'error'));
    return;
  }
  if (style.verbose && (t.kind === 'record' || t.kind === 'enum')) out.line(verboseTypeName(t));
  if (view.contents) printContents(view, view.contents, out, style);
  else if (view.elements) printTopElements(view.elements, out, style);
  else if (view.rows) {
    printFirstLine(view, out, style);
    printRows(view.rows, out, style, 0);
  } else if (t.kind === 'enum' && view.value === undefined) {
    for (const { name, value } of enumeratorsOf(t)) out.line(`   ${name} = 0n${value}`);
  } else if (view.value) out.line(valueText(view.value, style), ...heapParts(view.value, style));
  else out.line(typeText(t, style));
  if (view.cut) out.line(span('*** The rest is left out: name fields or lower the depth of -r.', 'warning'));
  if (view.unreadable !== undefined) {
    out.line(span(`Memory read error ${formatFlat(view.unreadable, style.pointerSize)}`, 'missing'));
  }
}

/** An object of the C++ library: what it holds. -b shows its members. */
function printContents(
  view: DtView,
  contents: NonNullable<DtView['contents']>,
  out: Output,
  style: DtStyle,
): void {
  const { value } = view;
  out.line(
    ` ${value?.kind === 'record' && value.summary ? summaryText(value.summary, style) : typeText(view.type, style)}`,
    ...heapParts(value, style),
  );
  printElements(contents.elements, out, style, 0);
  if (contents.more) out.line('    …');
}

/** What stands above the rows of an object: a well-known structure's content, a pointer variable's value. */
function printFirstLine(view: DtView, out: Output, style: DtStyle): void {
  const { value } = view;
  if (value?.kind === 'record' && value.summary && !style.compact) {
    out.line(` ${summaryText(value.summary, style)}`, ...heapParts(value, style));
  }
  // a pointer in a register was named with it
  if (value?.kind === 'pointer' && view.address !== undefined)
    out.line(
      pointer(value.address, `${addressText(value.address, value.size)} `),
      ...heapParts(value, style),
    );
}

/** `through`: below a field with a period, where structures that are expanded are not named either. */
function printRows(
  rows: readonly DtRow[],
  out: Output,
  style: DtStyle,
  level: number,
  through = false,
): void {
  if (style.compact && rows.every((row) => row.kind !== 'field' || !(row.rows ?? row.elements))) {
    const parts = rows.flatMap((row) => [' ', ...rowParts(row, style)]);
    if (parts.length > 0) out.line(indent(level, style), ...parts.slice(1));
    return;
  }
  for (const row of rows) {
    const field = row.kind === 'field' ? row : undefined;
    const inner = field?.through ?? (through && field?.rows !== undefined);
    out.line(indent(level, style), ...rowParts(field && inner ? { ...field, through: true } : row, style));
    if (field?.elements) printElements(field.elements, out, style, level);
    if (field?.rows) printRows(field.rows, out, style, level + 1, inner);
  }
}

function indent(level: number, style: DtStyle): string {
  return style.noIndent ? '' : ' '.repeat(3 * (level + 1));
}

function rowParts(row: DtRow, style: DtStyle): Part[] {
  switch (row.kind) {
    case 'vftable':
      // never padded: the debugger prints it in a way of its own
      return [`${offsetText(row.offset, style)}${VFTABLE} : `, ...vftableParts(row, style)];
    case 'static': {
      const at =
        row.address === undefined
          ? '?'.repeat(style.pointerSize * 2)
          : formatAddress(row.address, style.pointerSize);
      const pointer = unmodified(row.type).kind === 'pointer';
      const value = row.value && (pointer || row.value.kind !== 'missing') ? row.value : undefined;
      return [`=${at} ${row.name.padEnd(style.nameWidth)} : `, ...contentParts(row.type, value, style)];
    }
    case 'method':
      return [`${row.method.name.padEnd(style.nameWidth)} : ${methodWords(row)}`];
    case 'field': {
      const head = `${offsetText(row.offset, style)}${row.name.padEnd(style.nameWidth)} : `;
      if (row.elements) return [head];
      if (row.through) return [head, ...throughParts(row.value, style)];
      return [head, ...contentParts(row.type, row.value, style)];
    }
  }
}

function offsetText(offset: number | undefined, style: DtStyle): string {
  if (style.noOffsets) return '';
  return offset === undefined ? '+0x??? ' : `+0x${offset.toString(16).padStart(3, '0')} `;
}

function vftableParts(row: DtRow & { kind: 'vftable' }, style: DtStyle): Part[] {
  const entries = style.verbose && row.slots !== undefined ? `to ${row.slots} entries` : '';
  if (!row.value) return [`Ptr${row.pointerSize * 8} ${entries}`];
  return [valueSpan(row.value, valueText(row.value, style)), entries, ...heapParts(row.value, style)];
}

function methodWords({ method }: DtRow & { kind: 'method' }): string {
  const how = `${method.static ? 'static ' : ''}${method.virtual ? 'virtual ' : ''}`;
  return `${how}${cTypeName(method.type)}`;
}

/** On the way to a deeper field a structure's name is not printed again; its content in a word is. */
function throughParts(value: Value | undefined, style: DtStyle): Part[] {
  if (value?.kind === 'record')
    return value.summary ? [` ${summaryText(value.summary, style)}`, ...heapParts(value, style)] : [];
  return value ? [valueSpan(value, valueText(value, style)), ...heapParts(value, style)] : [];
}

function contentParts(type: Type, value: Value | undefined, style: DtStyle): Part[] {
  if (!value) return [span(typeText(type, style), 'type')];
  return [...valueParts(value, style), ...heapParts(value, style)];
}

/** A value; of a list's links each is a link of its own: `_LIST_ENTRY [ 0x… - 0x… ]`. */
function valueParts(value: Value, style: DtStyle): Part[] {
  const text = valueText(value, style);
  if (value.kind !== 'record' || value.summary?.kind !== 'links') return [valueSpan(value, text)];
  const { flink, blink } = value.summary;
  const [first, second] = [flink, blink].map((address) => linkText(address, style.pointerSize));
  const head = text.slice(0, text.length - summaryText(value.summary, style).length);
  return [
    valueSpan(value, head),
    '[ ',
    pointer(flink, first ?? ''),
    ' - ',
    pointer(blink, second ?? ''),
    ' ]',
  ];
}

/** With /h: the heap blocks that the pointers of a value lead into. */
function heapParts(value: Value | undefined, { heapNotes }: DtStyle): Part[] {
  if (!heapNotes) return [];
  return heldPointers(value).flatMap(({ address, role }) => heapNotes.behind(address, role));
}

/** The value with what a click on it shows: the structure that it is or points to. */
function valueSpan(value: Value, text: string): Part {
  if (value.kind === 'missing') return span(text, 'missing');
  const record =
    value.kind === 'record' ? value.record : value.kind === 'pointer' ? unmodified(value.target) : undefined;
  const plain = value.kind === 'pointer' ? pointer(value.address, text) : text;
  if (record?.kind !== 'record' || !('address' in value) || value.address === 0n) return plain;
  // names of unnamed types lead nowhere
  if (record.name === '' || record.name.startsWith('<') || record.name === '__unnamed') return plain;
  const name = /[\s()]/.test(record.name) ? `(${record.name})` : record.name;
  const command = `dt ${name} 0x${value.address.toString(16)}`;
  return value.kind === 'pointer' ? pointer(value.address, text, command) : span(text, 'type', command);
}

function typeText(type: Type, style: DtStyle): string {
  return style.verbose ? verboseTypeName(type) : dtTypeName(type);
}

function printElements(elements: readonly DtElement[], out: Output, style: DtStyle, level: number): void {
  for (const element of elements) {
    const head = `${indent(level, style)} [${String(element.index).padStart(2, '0')}] `;
    if (element.rows) {
      out.line(head);
      printRows(element.rows, out, style, level + 1);
    } else if (element.elements) {
      out.line(head);
      printElements(element.elements, out, style, level + 1);
    } else out.line(head, ...contentParts(element.type, element.value, style));
  }
}

/** The elements of what was asked for itself: `dt -a4 ULONG address`, an array variable. */
function printTopElements(elements: readonly DtElement[], out: Output, style: DtStyle): void {
  for (const { index, address, type, value, rows, elements: inner } of elements) {
    if (inner) {
      out.line(`[${index}] `);
      printElements(inner, out, style, 0);
      continue;
    }
    if (!rows) {
      out.line(`[${index}] `, ...contentParts(type, value, style));
      continue;
    }
    const at = address === undefined ? '' : `@ ${formatAddress(address, style.pointerSize)} `;
    if (style.compact) {
      printRows(rows, prefixed(out, `[${index}] ${at}`), { ...style, noIndent: true }, 0);
      continue;
    }
    out.line(`[${index}] ${at}`);
    out.line(RULE);
    if (value?.kind === 'record' && value.summary)
      out.line(` ${summaryText(value.summary, style)}`, ...heapParts(value, style));
    printRows(rows, out, style, 0);
    out.line();
  }
}

/** The same output with words before the next line. */
function prefixed(out: Output, words: string): Output {
  out.add([words]);
  return out;
}

export { RULE };
