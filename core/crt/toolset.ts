import type { PeImage } from '../pe/index.ts';

/** Who built an image, as far as its headers tell. */
export interface Toolset {
  readonly kind: 'msvc' | 'mingw' | 'delphi' | 'go' | 'lld' | 'unknown';
  /** `Visual C++ 2010`, `MinGW`, `Delphi` */
  readonly name: string | undefined;
  /** `linker 10.0`, `Rich header: 142 objects of build 40219` */
  readonly signs: readonly Sign[];
}

export interface Sign {
  readonly kind: 'linker' | 'rich header' | 'sections' | 'resources';
  readonly text: string;
}

/** Products of the Rich header that are no compilers' objects: counts of imports, objects of import libraries. */
const IMPORT_ENTRIES = new Set([0, 1, 147]);

/** What the linker version, the Rich header, section names and resources say of who built an image. */
export function toolsetOf(image: PeImage): Toolset {
  const { MajorLinkerVersion: major, MinorLinkerVersion: minor } = image.headers.optional;
  const linker: Sign = { kind: 'linker', text: `linker ${major}.${String(minor).padStart(2, '0')}` };
  const names = new Set(image.sections.map((s) => s.name));
  const go = names.has('.symtab') && !names.has('.rsrc') && major === 3 && minor === 0;
  if (go || names.has('.go.buildinfo')) return { kind: 'go', name: 'Go', signs: [linker] };
  const delphi = delphiSign(image, names, major);
  if (delphi) return { kind: 'delphi', name: 'Delphi', signs: [delphi, linker] };
  const rich = image.richHeader();
  if (!rich && major === 2) {
    const telling = ['.CRT', '.eh_fram', '.bss', '.buildid'].filter((name) => names.has(name));
    const sections: Sign[] =
      telling.length > 0 ? [{ kind: 'sections', text: `sections ${telling.join(', ')}` }] : [];
    return { kind: 'mingw', name: 'MinGW', signs: [...sections, linker] };
  }
  // lld calls itself 14.0 and writes no Rich header; strippers take it away
  if (!rich) {
    const text = `${linker.text}, no Rich header`;
    return { kind: major === 14 ? 'lld' : 'unknown', name: undefined, signs: [{ kind: 'linker', text }] };
  }
  const name = productOfLinker(major, minor);
  const build = mainBuild(rich.entries);
  const objects: Sign[] = build
    ? [{ kind: 'rich header', text: `Rich header: ${build.count} objects of build ${build.build}` }]
    : [];
  return { kind: 'msvc', name, signs: [...objects, linker] };
}

/** The Visual Studio that has a linker of this version (CRT.md, section 1); undefined for other linkers. */
export function productOfLinker(major: number, minor: number): string | undefined {
  switch (major) {
    case 6:
      return 'Visual C++ 6';
    case 7:
      return minor >= 10 ? 'Visual C++ 2003' : 'Visual C++ 2002';
    case 8:
      return 'Visual C++ 2005';
    case 9:
      return 'Visual C++ 2008';
    case 10:
      return 'Visual C++ 2010';
    case 11:
      return 'Visual C++ 2012';
    case 12:
      return 'Visual C++ 2013';
    case 14:
      if (minor >= 30) return 'Visual C++ 2022 or later';
      if (minor >= 20) return 'Visual C++ 2019';
      return minor >= 10 ? 'Visual C++ 2017' : 'Visual C++ 2015';
    default:
      return undefined;
  }
}

/** The build that most objects are of: with a static runtime the runtime's own. */
function mainBuild(
  entries: readonly { productId: number; build: number; count: number }[],
): { build: number; count: number } | undefined {
  const counts = new Map<number, number>();
  for (const { productId, build, count } of entries) {
    if (!IMPORT_ENTRIES.has(productId)) counts.set(build, (counts.get(build) ?? 0) + count);
  }
  let best: { build: number; count: number } | undefined;
  for (const [build, count] of counts) if (!best || count > best.count) best = { build, count };
  return best;
}

/** Delphi names its sections after Pascal's parts, and writes PACKAGEINFO and DVCLAL into its resources. */
function delphiSign(image: PeImage, names: ReadonlySet<string>, major: number): Sign | undefined {
  const sections = ['CODE', '.itext', '.didata'].filter((name) => names.has(name));
  if (sections.length === 0 || (major !== 2 && major !== 5 && major !== 6)) return undefined;
  const RT_RCDATA = 10;
  const own = image.resources(RT_RCDATA).find((r) => r.name === 'PACKAGEINFO' || r.name === 'DVCLAL');
  return own
    ? { kind: 'resources', text: `resource ${String(own.name)}` }
    : { kind: 'sections', text: `sections ${sections.join(', ')}` };
}
