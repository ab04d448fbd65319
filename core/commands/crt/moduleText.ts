import type { CrtModule } from '../../crt/index.ts';
import { formatFlat, type Output, span, type Part } from '../../output/index.ts';
import { runtimeLabel } from './overview.ts';

/** Names that are listed in one go. */
const NAMES = 40;

/** One module with all its evidence: `!crt MODULE`. */
export function moduleText(m: CrtModule, out: Output, width: 4 | 8): void {
  const { module, runtime, linkage } = m;
  out.line(span(module.fileName, 'module'), ` at ${formatFlat(module.base, width)}: ${linkageText(m)}`);
  if (runtime) out.line(`    Runtime:  ${runtimeLabel(runtime)}`);
  const handle = runtime?.handle;
  if (handle?.value !== undefined) {
    const heap = formatFlat(handle.value, width);
    const at =
      handle.variable === undefined ? '' : `, from the variable at ${formatFlat(handle.variable, width)}`;
    const process = handle.isProcessHeap ? ' (the process heap)' : '';
    out.line('    Heap:     ', span(heap, 'address', `!heap -h ${heap}`), `${process}${at}`);
    if (handle.isProcessHeap && runtime?.form === 'static') out.line(`    ${HARMLESS}`);
  }
  if (linkage !== 'none' && m.toolset !== undefined) out.line(`    Built by: ${m.toolset}`);
  if (m.evidence.length > 0) out.line('    Evidence, the strongest first:');
  for (const e of m.evidence) out.line(`        ${e.kind}: ${e.text}`);
  for (const note of m.notes) out.line('    ', span(note, 'warning'));
  if (runtime && runtime.users.length > 1) {
    out.line(`    Allocating through it: ${listed(runtime.users.map((u) => u.name))}`);
  }
}

/** Why a static runtime since Visual C++ 2012 seems to get on with others. */
const HARMLESS =
  'Its runtime is its own, yet takes the process heap (as since Visual C++ 2012): freeing across modules then seems harmless, and is not promised.';

function linkageText({ linkage, runtime, module }: CrtModule): string {
  if (runtime?.module === module && runtime.form === 'dll') return 'a C runtime itself';
  switch (linkage) {
    case 'dynamic':
      return 'links its C runtime dynamically';
    case 'static':
      return runtime?.family === 'own'
        ? 'has an allocator of its own linked in'
        : 'has a C runtime of its own linked in';
    case 'none':
      return 'has no C runtime';
    case 'unknown':
      return 'its C runtime is not known';
  }
}

/** The same of links. */
export function listedParts(links: readonly Part[]): Part[] {
  const shown = links.slice(0, NAMES).flatMap((link, i): Part[] => (i === 0 ? [link] : [', ', link]));
  return links.length <= NAMES ? shown : [...shown, ` and ${links.length - NAMES} more`];
}

/** Names with commas; of very many the first. */
export function listed(names: readonly string[]): string {
  if (names.length <= NAMES) return names.join(', ');
  return `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`;
}
