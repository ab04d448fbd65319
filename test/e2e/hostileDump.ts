import type { MinidumpDescription } from '../../core/minidump/index.ts';

/** What names in a dump must not be able to do: move the cursor, write elsewhere, turn text around, be HTML, be huge. */
export const HOSTILE_NAMES: readonly string[] = [
  'C:\\evil\\\u001b[2J\u001b]0;owned\u0007\u001b[31mred.dll',
  'C:\\evil\\\u009b31mc1.dll',
  'C:\\evil\\\u202egnp.exe',
  'C:\\evil\\<img src=x onerror="window.evil=1"><script>window.evil=1</script>.dll',
  'C:\\evil\\line\r\n0:000> q.dll',
  'C:\\evil\\javascript:window.evil=1.dll',
  `C:\\evil\\${'A'.repeat(1 << 20)}.dll`,
  // formulas, to spreadsheets of either separator
  "C:\\evil\\=cmd|'calc'!A0;=1+1.dll",
  'C:\\evil\\@SUM(A1).dll',
  // of Arabic, isolates, and what takes no room
  'C:\\evil\\\u061ca\u2066b\u2069c\u200bd\ufeffe.dll',
];
const HUGE = `${HOSTILE_NAMES[0] ?? ''} ${HOSTILE_NAMES[2] ?? ''} ${'Z'.repeat(1 << 20)}`;
const MARKUP = HOSTILE_NAMES[3] ?? '';
const [ESCAPES = '', , TURNED = ''] = HOSTILE_NAMES;

/** A file may be called so where a person unpacked it. */
export const HOSTILE_FILE = 'evil<b>bold\u202egnp.<img src=x onerror=window.evil=1>.dmp';

const BASE = 0x1_4000_0000n;
const TEB = 0x10000;
const PEB = 0x11000;
const PARAMETERS = 0x12000;
const TEXTS = 0x13000;
const SIZE = 0x40000;

/** A small x64 dump with such names of modules, threads and unloaded modules, and such a command line and strings. */
export function hostileDump(): MinidumpDescription {
  const { bytes, stack } = process();
  const rip = BASE + 2n * 0x10_0000n + 0x10n;
  const context = new Uint8Array(1232);
  const view = new DataView(context.buffer);
  // CONTEXT_AMD64 | CONTROL | INTEGER
  view.setUint32(0x30, 0x10_0003, true);
  view.setBigUint64(0x98, stack, true);
  view.setBigUint64(0xf8, rip, true);
  return {
    systemInfo: {
      processorArchitecture: 9,
      majorVersion: 10,
      minorVersion: 0,
      buildNumber: 19041,
      csdVersion: `${TURNED}${MARKUP}${ESCAPES}`,
    },
    comments: { ansi: `${ESCAPES}${MARKUP}`, unicode: HUGE },
    threads: [
      { id: 0x1234, teb: BigInt(TEB), context, stack: { start: stack, size: 0x800 } },
      { id: 0x1235, context, stack: { start: stack, size: 0x800 } },
      { id: 0x1236, context },
    ],
    threadNames: new Map([
      [0x1234, `${MARKUP}${TURNED}`],
      [0x1235, HUGE],
      [0x1236, ESCAPES],
    ]),
    modules: HOSTILE_NAMES.map((name, i) => ({ base: BASE + BigInt(i) * 0x10_0000n, size: 0x1000, name })),
    unloadedModules: [
      { base: 0x2_0000_0000n, size: 0x1000, name: ESCAPES },
      { base: 0x2_0001_0000n, size: 0x1000, name: HUGE },
    ],
    handles: [
      { handle: 4n, typeName: 'File', objectName: `${MARKUP}${TURNED}${ESCAPES}` },
      { handle: 8n, typeName: ESCAPES, objectName: HUGE.slice(0, 30_000) },
    ],
    exception: {
      threadId: 0x1234,
      record: { code: 0xc000_0005, address: rip, parameters: [8n, rip] },
      context,
    },
    memory: [{ start: BigInt(TEB), size: SIZE, bytes }],
  };
}

/** TEB, PEB, process parameters (their fields as Windows' symbols have them), strings and a stack. */
function process(): { readonly bytes: Uint8Array; readonly stack: bigint } {
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  let next = TEXTS;
  const pointer = (at: number, value: number): void => view.setBigUint64(at - TEB, BigInt(value), true);
  const text = (value: string): number => {
    const at = next;
    for (const [i, unit] of [...value].entries()) view.setUint16(at - TEB + 2 * i, unit.charCodeAt(0), true);
    next += 2 * value.length + 2;
    return at;
  };
  /** a UNICODE_STRING */
  const string = (at: number, value: string): void => {
    view.setUint16(at - TEB, 2 * value.length, true);
    view.setUint16(at - TEB + 2, 2 * value.length + 2, true);
    pointer(at + 8, text(value));
  };
  pointer(TEB + 0x30, TEB);
  pointer(TEB + 0x60, PEB);
  pointer(PEB + 0x10, Number(BASE));
  pointer(PEB + 0x20, PARAMETERS);
  string(PARAMETERS + 0x38, `${TURNED}\\${ESCAPES}`);
  string(PARAMETERS + 0x60, TURNED);
  // as long as one can be
  string(PARAMETERS + 0x70, `${MARKUP}${TURNED}${ESCAPES}`.padEnd(32_000, 'C'));
  pointer(PARAMETERS + 0x80, text(`A=${ESCAPES}\0B=${MARKUP}${TURNED}\0\0`));
  const words = text(`${ESCAPES}${TURNED}${MARKUP}`);
  const stack = TEB + SIZE - 0x1000;
  // return addresses, and a string that a frame points to
  for (let i = 0; i < 0x100; i += 8)
    pointer(stack + i, i % 16 === 0 ? Number(BASE) + (i / 16) * 0x10_0000 + 0x20 : words);
  pointer(TEB + 8, stack + 0x800);
  pointer(TEB + 0x10, stack);
  return { bytes, stack: BigInt(stack) };
}
