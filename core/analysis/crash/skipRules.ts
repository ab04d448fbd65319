import type { NamedFrame } from './model.ts';

/**
 * Frames that are never to blame: what the system and the language's runtime do on behalf of a program, between what
 * went wrong and where that showed. This table is all there is to it. A rule with both patterns needs both.
 */
interface SkipRule {
  /** of the module's file name, without its extension */
  readonly module?: RegExp;
  /** of the function with its scope, without template arguments: `operator delete`, `memcpy` */
  readonly function?: RegExp;
  readonly why: string;
}

const RULES: readonly SkipRule[] = [
  { module: /^(ntdll|kernel32|kernelbase|win32u|wow64(cpu|win|base)?|xtajit)$/i, why: 'the system itself' },
  {
    module: /^(verifier|vrfcore|vfbasics|shimeng|apphelp|aclayers)$/i,
    why: 'checks that the system puts around calls',
  },
  {
    module:
      /^(msvcrt|crtdll|ucrtbased?|vcruntime\d+(_\d+)?d?|msvc[rp]\d+(_\w+)?d?|concrt\d+d?|libgcc_s\w*|libstdc\+\+\w*|clang_rt\.asan\S*)$/i,
    why: 'the C and C++ runtime',
  },
  {
    function:
      /^_*(w?mem(cpy|move|set|cmp|chr|ccpy)|(str|wcs|mbs|lstr)(n?cpy|n?cat|n?len|n?cmp|n?i?cmp|n?i?coll|r?chr|str|dup|tok|c?spn|pbrk|xfrm|to[dlfui]\w*|lwr|upr|rev|n?set|ftime)(W|A)?|v?[fs]?n?w?printf|v?sc?n?w?printf|v?s?w?scanf)(_s|_l|_s_l|_p|_repmovs|_dbg)*$/,
    why: 'a function of the C library on memory that it was given',
  },
  {
    function:
      /^_*(malloc|calloc|realloc|recalloc|free|msize|expand|aligned_\w+|heap_alloc|nh_malloc)(_dbg|_base|_impl|_crt|_nolock|_dbg_nolock)*$/,
    why: 'the allocator: damage shows in it long after it was done',
  },
  {
    function: /^operator (new|delete)(\[\])?$/,
    why: 'the allocator: damage shows in it long after it was done',
  },
  {
    function:
      /^(_CxxThrowException|RaiseException|__CxxRethrowException|_?CxxRethrow\w*|_com_issue_error\w*)$/,
    why: 'raises what its caller threw',
  },
  {
    function:
      /^(_*abort|_*purecall|terminate|unexpected|_*terminate|_*invoke_watson|_*invalid_parameter\w*|_*wassert|_*assert|common_assert_to_\w+|raise|_*call_reportfault|_*report_(gsfailure|rangecheckfailure|securityfailure\w*)|_*fastfail|_*FatalExit|_*crt_debugger_hook|_RTC_\w+|_CrtDbg\w*|_VCrtDbg\w*|DebugBreak|DbgBreakPoint\w*|_*security_check_cookie|_CRT_(RTC_INIT\w*)|failwithmessage)$/,
    why: 'ends the process on behalf of its caller',
  },
  {
    function:
      /^(_Xlen\w*|_Xout_of_range|_Xbad_\w+|_Xinvalid_argument|_Xruntime_error|_Throw_\w+|_Rethrow\w*)$/,
    why: 'throws on behalf of its caller',
  },
  { function: /^(_*chkstk|_*alloca_probe\w*|_*alloca\w*)$/, why: 'makes room on the stack for its caller' },
  {
    function:
      /^(_*scrt_common_main\w*|invoke_main|_*w?mainCRTStartup|_*w?WinMainCRTStartup|_*tmainCRTStartup|_*DllMainCRTStartup\w*|_*CRT_INIT|dllmain_\w+|_callthreadstartex?|_threadstartex?|thread_start|invoke_thread_procedure|BaseThreadInitThunk|BaseProcessStart|RtlUserThreadStart)$/,
    why: 'starts the program or a thread',
  },
];

/**
 * Where Microsoft built the C runtime, as the line tables of programs that link it statically name its files: Visual
 * Studio 2005-2010 `…\\vctools\\crt_bld\\…`, 2012 on `…\\vctools\\crt\\…`, the universal runtime `minkernel\\crts\\…`.
 */
const RUNTIME_SOURCE = /(^|[\\/])(vctools[\\/]crt(_bld)?|minkernel[\\/]crts)[\\/]/i;

/** Images have at least a page of headers, in which no code lies. */
const HEADERS = 0x1000n;

/** Why a frame is passed over; undefined where it may be to blame. */
export function skipReason({
  frame,
  module,
  function: name,
  isExport,
  source,
}: NamedFrame): string | undefined {
  if (!module) return 'no module holds it';
  if (frame.instruction - module.base < HEADERS) return "it lies in its image's headers, which hold no code";
  if (name !== undefined && !isExport && /^(ILT\+\d+\()?std::/.test(name))
    return 'the C++ library, which does what its caller wants';
  const ruled = ruleFor(module.fileName, isExport ? undefined : name);
  if (ruled !== undefined) return ruled;
  return source && RUNTIME_SOURCE.test(source.file) ? 'C or C++ runtime, by its source file' : undefined;
}

/** An export table names functions that merely lie near: such a name is not asked about. */
function ruleFor(fileName: string, name: string | undefined): string | undefined {
  const file = fileName.replace(/\.[^.]*$/, '');
  const bare = name === undefined ? undefined : plainName(name);
  for (const rule of RULES) {
    if (rule.module && !rule.module.test(file)) continue;
    if (rule.function && (bare === undefined || !rule.function.test(bare))) continue;
    return rule.why;
  }
  return undefined;
}

/** Without a jump's `ILT+20(…)` and template arguments; classes and namespaces stay: `Pool::free` is not free. */
function plainName(name: string): string {
  const thunk = /^ILT\+\d+\((.*)\)$/.exec(name)?.[1] ?? name;
  return thunk.startsWith('operator') ? thunk : (/^[^<(]+/.exec(thunk)?.[0] ?? thunk);
}

/** `std::_Xlength_error` as `_Xlength_error`; template arguments may hold scopes of their own. */
export function withoutScope(name: string): string {
  const thunk = /^ILT\+\d+\((.*)\)$/.exec(name)?.[1] ?? name;
  const start = thunk.search(/[<(]/);
  const head = start < 0 ? thunk : thunk.slice(0, start);
  const at = head.lastIndexOf('::');
  return at < 0 ? thunk : thunk.slice(at + 2);
}
