import type { MachineKind } from '../target/index.ts';

/** A layout file, as scripts/makeLayouts.ts writes it. */
export interface LayoutFile {
  readonly name: string;
  readonly build: number;
  readonly arch: string;
  readonly pointerSize: number;
  /** where the types were read */
  readonly sources: readonly string[];
  /** the source of a type by its place in `sources`, where it is not the first */
  readonly sourceOf: Readonly<Record<string, number>>;
  /** types that are guesses: of a neighbouring build, or worked out */
  readonly derived: readonly string[];
  /** the definitions, in the text that layoutText.ts reads */
  readonly types: Readonly<Record<string, string>>;
}

/** A layout that was chosen for a process. */
export interface BuiltInLayout extends LayoutFile {
  readonly pointerSize: 4 | 8;
  /** one sentence for the person where the layout is not that of exactly this build and processor */
  readonly note?: string;
}

interface Entry {
  readonly version: string;
  readonly build: number;
  readonly load: () => Promise<{ readonly default: LayoutFile }>;
}

/** Rising by build. Each import is literal, so that a bundler gives each layout a chunk of its own. */
const X86: readonly Entry[] = [
  { version: '5.1', build: 2600, load: () => import('./layouts/winxp-x86.json') },
  { version: '5.2', build: 3790, load: () => import('./layouts/win2003-x86.json') },
  { version: '6.0', build: 6002, load: () => import('./layouts/vista-x86.json') },
  { version: '6.1', build: 7601, load: () => import('./layouts/win7-x86.json') },
  { version: '6.2', build: 9200, load: () => import('./layouts/win8-x86.json') },
  { version: '6.3', build: 9600, load: () => import('./layouts/win81-x86.json') },
  { version: '10.0', build: 10240, load: () => import('./layouts/win10-10240-x86.json') },
  { version: '10.0', build: 14393, load: () => import('./layouts/win10-14393-x86.json') },
  { version: '10.0', build: 15063, load: () => import('./layouts/win10-15063-x86.json') },
  { version: '10.0', build: 16299, load: () => import('./layouts/win10-16299-x86.json') },
  { version: '10.0', build: 17134, load: () => import('./layouts/win10-17134-x86.json') },
  { version: '10.0', build: 17763, load: () => import('./layouts/win10-17763-x86.json') },
  { version: '10.0', build: 18362, load: () => import('./layouts/win10-18362-x86.json') },
  { version: '10.0', build: 19041, load: () => import('./layouts/win10-19041-x86.json') },
  { version: '10.0', build: 22621, load: () => import('./layouts/win11-22621-x86-wow64.json') },
];
const X64: readonly Entry[] = [
  { version: '5.2', build: 3790, load: () => import('./layouts/win2003-x64.json') },
  { version: '6.0', build: 6002, load: () => import('./layouts/vista-x64.json') },
  { version: '6.1', build: 7601, load: () => import('./layouts/win7-x64.json') },
  { version: '6.2', build: 9200, load: () => import('./layouts/win8-x64.json') },
  { version: '6.3', build: 9600, load: () => import('./layouts/win81-x64.json') },
  { version: '10.0', build: 10240, load: () => import('./layouts/win10-10240-x64.json') },
  { version: '10.0', build: 14393, load: () => import('./layouts/win10-14393-x64.json') },
  { version: '10.0', build: 15063, load: () => import('./layouts/win10-15063-x64.json') },
  { version: '10.0', build: 16299, load: () => import('./layouts/win10-16299-x64.json') },
  { version: '10.0', build: 17134, load: () => import('./layouts/win10-17134-x64.json') },
  { version: '10.0', build: 17763, load: () => import('./layouts/win10-17763-x64.json') },
  { version: '10.0', build: 18362, load: () => import('./layouts/win10-18362-x64.json') },
  { version: '10.0', build: 19041, load: () => import('./layouts/win10-19041-x64.json') },
  { version: '10.0', build: 22000, load: () => import('./layouts/win11-22000-x64.json') },
  { version: '10.0', build: 22621, load: () => import('./layouts/win11-22621-x64.json') },
];

/** Builds that are an earlier one with features switched on: their system DLLs are the earlier build's. */
const SAME_AS: Readonly<Record<number, number>> = {
  18363: 18362,
  19042: 19041,
  19043: 19041,
  19044: 19041,
  19045: 19041,
  22631: 22621,
};

export interface WindowsVersion {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
}

/**
 * The built-in layout for a Windows build: that of exactly this build; else, among those of the same Windows version,
 * the nearest older one and then the nearest newer; else the nearest older of any version; else the oldest there is.
 * `note` says it where the choice is not exact. Only the chosen layout is loaded.
 */
export async function loadLayout(os: WindowsVersion, machine: MachineKind): Promise<BuiltInLayout> {
  const entries = machine === 'x86' || machine === 'arm' ? X86 : X64;
  const build = SAME_AS[os.build] ?? os.build;
  const entry = choose(entries, `${os.major}.${os.minor}`, build);
  const file = (await entry.load()).default;
  const notes: string[] = [];
  if (entry.build !== build) notes.push(`no layout for build ${os.build}: using ${file.name}`);
  if (machine !== file.arch)
    notes.push(`no layout for ${machine}: using that of ${file.arch} (${file.name})`);
  return {
    ...file,
    pointerSize: file.pointerSize === 4 ? 4 : 8,
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

function choose(entries: readonly Entry[], version: string, build: number): Entry {
  const family = entries.filter((e) => e.version === version);
  const among = family.length > 0 ? family : entries;
  const older = among.findLast((e) => e.build <= build);
  const chosen = older ?? among[0];
  if (!chosen) throw new Error('no built-in layouts');
  return chosen;
}
