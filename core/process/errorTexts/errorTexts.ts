/** What kind of number an error is. */
export type ErrorKind = 'Win32' | 'NTSTATUS' | 'HRESULT';

export interface ErrorText {
  readonly kind: ErrorKind;
  /** unsigned, 32 bits */
  readonly code: number;
  /** as Windows' headers name it: `ERROR_FILE_NOT_FOUND` */
  readonly name?: string;
  readonly text?: string;
}

/** Texts of error numbers. Each gives `text` undefined for a number that has none. */
export interface ErrorTexts {
  win32(code: number): ErrorText;
  ntstatus(code: number): ErrorText;
  hresult(code: number): ErrorText;
  /** A number of unknown kind, as !error takes it. */
  guess(code: number): ErrorText;
}

type Table = ReadonlyMap<number, { readonly name: string; readonly text: string }>;

/** HRESULT_FACILITY(FACILITY_WIN32) with the severity bit (winerror.h): the low half is a Win32 error. */
const FACILITY_WIN32 = 0x80070000;
/** FACILITY_NT_BIT: an NTSTATUS that was made an HRESULT */
const FACILITY_NT = 0x10000000;
const FAILURE = 0x80000000;
const INFORMATION = 0x40000000;

/**
 * Numbers that no table of Windows has, because they belong to Microsoft's compilers and runtimes. Sources: the CRT's
 * ehdata.h and delayimp.h, the CLR's corexcep.h, the debugger documentation's "Controlling exceptions".
 */
const OTHER: Table = new Map([
  [0xe06d7363, { name: 'EH_EXCEPTION_NUMBER', text: 'C++ EH exception' }],
  [0xe0434352, { name: 'EXCEPTION_COMPLUS', text: 'CLR exception' }],
  [0xe0434f4d, { name: 'EXCEPTION_COMPLUS', text: 'CLR exception (before .NET 4)' }],
  [0x406d1388, { name: 'MS_VC_EXCEPTION', text: 'Visual C++ thread name exception' }],
  [0xc06d007e, { name: 'VcppException(ERROR_MOD_NOT_FOUND)', text: 'Delay-loaded module not found' }],
  [0xc06d007f, { name: 'VcppException(ERROR_PROC_NOT_FOUND)', text: 'Delay-loaded procedure not found' }],
]);

/**
 * Where Windows' own message table, which !gle and !error print, words it otherwise than [MS-ERREF]: seen in output of
 * the debugger (samples.md and public transcripts), and the wait codes, whose message is their name (ntstatus.h).
 */
const WINDOWS_WORDS: ReadonlyMap<number, string> = new Map([
  [0x0, 'STATUS_WAIT_0'],
  [0x1, 'STATUS_WAIT_1'],
  [0x2, 'STATUS_WAIT_2'],
  [0x3, 'STATUS_WAIT_3'],
  [0x3f, 'STATUS_WAIT_63'],
  [0x80, 'STATUS_ABANDONED_WAIT_0'],
  [0xbf, 'STATUS_ABANDONED_WAIT_63'],
  [0xc0, 'STATUS_USER_APC'],
  [0x101, 'STATUS_ALERTED'],
  [0x102, 'STATUS_TIMEOUT'],
  [0xc0000005, 'The instruction at 0x%p referenced memory at 0x%p. The memory could not be %s.'],
  [
    0xc0000006,
    'The instruction at 0x%p referenced memory at 0x%p. The required data was not placed into memory because of an I/O error status of 0x%x.',
  ],
  [
    0xc0000022,
    '{Access Denied}  A process has requested access to an object, but has not been granted those access rights.',
  ],
  [0xc0000034, 'Object Name not found.'],
]);

/** Loads the tables: some hundred KiB, which is why nothing else imports them. */
export async function loadErrorTexts(): Promise<ErrorTexts> {
  const [win32, ntstatus, hresult] = await Promise.all([
    import('./win32Errors.generated.ts'),
    import('./ntstatusErrors.generated.ts'),
    import('./hresultErrors.generated.ts'),
  ]);
  return (loaded ??= new TableErrorTexts(
    parseTable(win32.win32Errors),
    parseTable(ntstatus.ntstatusErrors),
    parseTable(hresult.hresultErrors),
  ));
}

let loaded: ErrorTexts | undefined;

class TableErrorTexts implements ErrorTexts {
  constructor(
    private readonly win32Table: Table,
    private readonly ntstatusTable: Table,
    private readonly hresultTable: Table,
  ) {}

  win32(code: number): ErrorText {
    return { kind: 'Win32', code: code >>> 0, ...this.win32Table.get(code >>> 0) };
  }

  ntstatus(code: number): ErrorText {
    const unsigned = code >>> 0;
    const found = this.ntstatusTable.get(unsigned) ?? OTHER.get(unsigned);
    // the message table parts a caption from its text with a line break, which prints as two blanks
    const text = WINDOWS_WORDS.get(unsigned) ?? found?.text.replace(/^(\{[^}]*\}) /, '$1  ');
    return { kind: 'NTSTATUS', code: unsigned, name: found?.name, text };
  }

  hresult(code: number): ErrorText {
    const unsigned = code >>> 0;
    const kind = 'HRESULT';
    if ((unsigned & 0xffff0000) >>> 0 === FACILITY_WIN32) {
      const known = this.hresultTable.get(unsigned);
      const win32 = this.win32Table.get(unsigned & 0xffff);
      return { kind, code: unsigned, name: known?.name ?? win32?.name, text: win32?.text ?? known?.text };
    }
    const own = this.hresultTable.get(unsigned);
    if (own || (unsigned & FACILITY_NT) === 0) return { kind, code: unsigned, ...own };
    const { name, text } = this.ntstatus(unsigned & ~FACILITY_NT);
    return { kind, code: unsigned, name, text };
  }

  guess(code: number): ErrorText {
    const unsigned = code >>> 0;
    const win32 = this.win32(unsigned);
    if (win32.text !== undefined) return win32;
    if (unsigned >= INFORMATION) {
      const ntstatus = this.ntstatus(unsigned);
      if (ntstatus.text !== undefined) return ntstatus;
    }
    const hresult = this.hresult(unsigned);
    if (hresult.text !== undefined) return hresult;
    // by its severity alone: both top bits mark an NTSTATUS error, the first alone an HRESULT failure
    if (unsigned >= FAILURE + INFORMATION) return this.ntstatus(unsigned);
    return unsigned >= FAILURE ? hresult : win32;
  }
}

/** A line: code in hex, name, text. */
function parseTable(lines: string): Table {
  const table = new Map<number, { readonly name: string; readonly text: string }>();
  for (const line of lines.split('\n')) {
    const first = line.indexOf(' ');
    const second = line.indexOf(' ', first + 1);
    const code = Number.parseInt(line.slice(0, first), 16);
    table.set(code, { name: line.slice(first + 1, second), text: line.slice(second + 1) });
  }
  return table;
}
