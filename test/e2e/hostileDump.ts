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
];

/** A small x64 dump with such names of modules, threads and unloaded modules. */
/** A file may be called so where a person unpacked it. */
export const HOSTILE_FILE = 'evil<b>bold\u202egnp.<img src=x onerror=window.evil=1>.dmp';

export function hostileDump(): MinidumpDescription {
  return {
    systemInfo: { processorArchitecture: 9, majorVersion: 10, minorVersion: 0, buildNumber: 19041 },
    threads: [{ id: 0x1234, teb: 0x7ff000n }],
    threadNames: new Map([[0x1234, HOSTILE_NAMES[3] ?? '']]),
    modules: HOSTILE_NAMES.map((name, i) => ({
      base: 0x1_4000_0000n + BigInt(i) * 0x10_0000n,
      size: 0x1000,
      name,
    })),
    unloadedModules: [{ base: 0x2_0000_0000n, size: 0x1000, name: HOSTILE_NAMES[0] ?? '' }],
    memory: [{ start: 0x10000n, size: 0x1000, bytes: new Uint8Array(0x1000) }],
  };
}
