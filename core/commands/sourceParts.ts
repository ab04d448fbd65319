import { span, type Part } from '../output/index.ts';

/** ` [c:\src\main.c @ 12]`, with what lists it: `lsa` at an address of the line. Nothing where there is no source. */
export function sourceParts(
  source: { readonly file: string; readonly line: number } | undefined,
  address?: bigint,
): Part[] {
  if (!source) return [];
  const command = address === undefined ? undefined : `lsa 0x${address.toString(16)}`;
  return [' [', span(`${source.file} @ ${source.line}`, 'file', command), ']'];
}
