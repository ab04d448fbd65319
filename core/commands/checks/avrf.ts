import { NotAvailable } from '../../errors/index.ts';
import { readU32, tryRead } from '../../target/index.ts';
import { readPeb } from '../../process/index.ts';
import { command } from '../command.ts';
import { pebAddress, viewOf } from '../process/index.ts';

/** FLG_APPLICATION_VERIFIER and FLG_HEAP_PAGE_ALLOCS of NtGlobalFlag (gflags documentation) */
const APPLICATION_VERIFIER = 0x100;
const PAGE_HEAP = 0x02000000;
/** ntdll's AVrfpVerifierFlags: RTL_VRF_FLG_* (phnt, ntrtl.h) */
const VERIFIER_FLAGS: readonly (readonly [number, string])[] = [
  [0x1, 'full page heap'],
  [0x4, 'handle checks'],
  [0x8, 'stack checks'],
  [0x10, 'app compat checks'],
  [0x20, 'TLS checks'],
  [0x40, 'dirty stacks'],
  [0x80, 'RPC checks'],
  [0x100, 'COM checks'],
  [0x200, 'dangerous API checks'],
  [0x400, 'race checks'],
  [0x800, 'deadlock checks'],
  [0x1000, 'first chance exception checks'],
  [0x2000, 'virtual memory checks'],
  [0x4000, 'logging'],
  [0x8000, 'fast fill heap'],
  [0x10000, 'virtual space tracking'],
  [0x20000, 'miscellaneous checks'],
  [0x40000, 'lock checks'],
];

interface Avrf {
  readonly enabled: boolean;
  readonly globalFlag: number;
  /** undefined where ntdll's symbols or its data are not there */
  readonly flags?: number;
  readonly provider?: string;
}

export const avrf = command<Avrf>({
  name: '!avrf',
  tier: 'B',
  syntax: [
    '!avrf',
    '!avrf -vs | -hp | -cs | -dlls | -trm | -ex | -threads | -tp | -srw | -leak | -trace | -cnt | -brk',
  ],
  summary: 'Says whether Application Verifier is on and which of its checks; its logs need its own symbols.',
  run({ session, args }) {
    const view = viewOf(session);
    const peb = readPeb(view, pebAddress(view));
    const globalFlag = peb.NtGlobalFlag ?? 0;
    const provider = session.target.modules.byName('verifier.dll');
    const enabled = (globalFlag & APPLICATION_VERIFIER) !== 0 || provider !== undefined;
    if (args !== '' && enabled) {
      throw new NotAvailable(
        `!avrf ${args.split(' ')[0]} needs the private types of verifier.dll, which are not published; !heap -p -a shows traces of page heap blocks`,
      );
    }
    const [found] = enabled ? session.symbols.resolve('ntdll!AVrfpVerifierFlags') : [];
    const address = found && found.module.base + BigInt(found.symbol.rva);
    const flags = address === undefined ? undefined : tryRead(() => readU32(session.target.memory, address));
    return { enabled, globalFlag, flags, provider: provider?.path };
  },
  print({ enabled, globalFlag, flags, provider }, out) {
    if (!enabled) {
      out.line('Application verifier is not enabled for this process.');
      if (globalFlag & PAGE_HEAP) out.line('Page heap has been enabled separately.');
      else out.line('Use appverif.exe tool to enable it.');
      return;
    }
    out.line(`Application verifier is enabled${provider === undefined ? '' : ` (${provider})`}.`);
    if (flags === undefined) {
      out.line('Which checks are on is in ntdll!AVrfpVerifierFlags: the dump or the symbols do not hold it.');
      return;
    }
    out.line(`Application verifier settings (${flags.toString(16).padStart(8, '0')}):`);
    out.line('');
    for (const [bit, name] of VERIFIER_FLAGS) if (flags & bit) out.line(`   - ${name}`);
  },
  data: ({ enabled, globalFlag, flags, provider }) => ({
    enabled,
    globalFlag,
    flags,
    checks:
      flags === undefined ? undefined : VERIFIER_FLAGS.filter(([bit]) => flags & bit).map(([, name]) => name),
    provider,
  }),
});
