import { sizeText } from '../picture/addressText.ts';
import type { OwnershipLink } from './ownershipLinks.ts';
import type { NodeDraft } from './ownershipNodes.ts';

/** Ribbons that are named: more fit beside no pointer. */
const MAX_RIBBONS = 12;
/** Characters of a list of names. */
const MAX_DETAIL = 400;

/** A node in words, a line a ribbon. */
export function nodeText(
  { ribbons, nodes }: { readonly ribbons: readonly OwnershipLink[]; readonly nodes: readonly NodeDraft[] },
  node: NodeDraft,
): string {
  const labels = new Map(nodes.map((n) => [n.id, n.label]));
  const own = ribbons.filter((r) => r.from === node.id || r.to === node.id);
  const lines = own.slice(0, MAX_RIBBONS).map((r) => {
    const isOut = r.from === node.id;
    const other = isOut ? r.to : r.from;
    const amount =
      r.bytes === undefined
        ? 'how much, its blocks do not say'
        : `${sizeText(r.bytes)} in ${(r.blocks ?? 0).toLocaleString('en-US')} blocks`;
    return `${isOut ? '→' : '←'} ${labels.get(other) ?? other}: ${amount}`;
  });
  if (own.length > lines.length) lines.push(`and ${own.length - lines.length} more`);
  const { label, detail } = node;
  const short = detail.length > MAX_DETAIL ? `${detail.slice(0, MAX_DETAIL)}…` : detail;
  return [label, short, ...lines].filter((t) => t !== '').join('\n');
}
