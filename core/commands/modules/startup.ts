import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { TlsCallback } from '../../pe/index.ts';
import type { Address, Module } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { modulesAsked } from './findImage.ts';
import { subsystemName } from './imageNames.ts';
import { type StartupGuess, guessStartup } from './startupRoutine.ts';

interface Row {
  readonly module: Module;
  /** RVA; absent where the headers are not known, 0 where the image has no entry point */
  readonly entryRva?: number;
  readonly entry?: Address;
  readonly subsystem?: number;
  /** the symbol at the entry point, where one begins exactly there */
  readonly symbol?: string;
  readonly guess?: StartupGuess;
  readonly tlsCallbacks: readonly { readonly callback: TlsCallback; readonly symbol?: string }[];
}

/** `!startup`: where each module begins to run: entry point, start-up routine, TLS callbacks. */
export const startup = command<readonly Row[]>({
  name: '!startup',
  tier: 'ours',
  syntax: ['!startup [Module]'],
  summary:
    'Lists entry points as address and RVA, subsystems, TLS callbacks, and which start-up routine each is.',
  async run({ session, args, pace }) {
    const asked = modulesAsked(session, args);
    const rows: Row[] = [];
    for (const module of asked) {
      rows.push(describe(session, module));
      if (pace.due()) await pace.rest({ done: rows.length, total: asked.length, what: 'modules' });
    }
    return rows;
  },
  print(rows, out, call) {
    const width = call.session.target.system.machine.pointerSize;
    const column = width === 4 ? 8 : 17;
    out.line(
      span(
        `${'start'.padEnd(column)} ${'entry'.padEnd(column)} RVA      ${'subsystem'.padEnd(12)} module: start-up routine`,
        'heading',
      ),
    );
    for (const row of rows) printRow(row, out, call);
  },
  data: (rows) => ({
    modules: rows.map((r) => ({
      name: r.module.name,
      start: hexAddress(r.module.base),
      entry: r.entry === undefined ? undefined : hexAddress(r.entry),
      entryRva: r.entryRva === undefined ? undefined : hexAddress(r.entryRva),
      subsystem: r.subsystem === undefined ? undefined : subsystemName(r.subsystem),
      symbol: r.symbol,
      routine: r.guess?.candidates,
      evidence: r.guess?.evidence,
      tlsCallbacks: r.tlsCallbacks.map(({ callback, symbol }) => ({
        address: hexAddress(callback.address),
        rva: callback.rva === undefined ? undefined : hexAddress(callback.rva),
        symbol,
      })),
    })),
  }),
});

function describe(session: Session, module: Module): Row {
  const { image } = module;
  if (!image) return { module, tlsCallbacks: [] };
  const tlsCallbacks = (image.tls?.callbacks ?? []).map((callback) => ({
    callback,
    symbol: session.symbols.describe(callback.address),
  }));
  const common = { module, entryRva: image.entryPoint, subsystem: image.subsystem, tlsCallbacks };
  if (image.entryPoint === 0) return common;
  const entry = module.base + BigInt(image.entryPoint);
  const found = session.symbols.nearest(entry);
  const symbol = found?.displacement === 0n ? `${found.module.name}!${found.symbol.name}` : undefined;
  // a name settles it; without one the code may
  return { ...common, entry, symbol, guess: symbol === undefined ? guessStartup(image) : undefined };
}

function printRow(row: Row, out: Output, { session }: Call): void {
  const width = session.target.system.machine.pointerSize;
  const blank = ' '.repeat(width === 4 ? 8 : 17);
  const subsystem = row.subsystem === undefined ? '' : subsystemName(row.subsystem);
  out.line(
    span(formatAddress(row.module.base, width), 'address'),
    ' ',
    row.entry === undefined
      ? blank
      : span(formatAddress(row.entry, width), 'address', `u ${hexAddress(row.entry)}`),
    ` ${row.entryRva ? row.entryRva.toString(16).padStart(8, '0') : ' '.repeat(8)} ${subsystem.padEnd(12)} `,
    span(row.module.name, 'module'),
    `: ${routine(row)}`,
  );
  for (const { callback, symbol } of row.tlsCallbacks) {
    const rva = callback.rva === undefined ? 'outside the image' : callback.rva.toString(16).padStart(8, '0');
    out.line(`${blank} ${formatAddress(callback.address, width)} ${rva} TLS callback ${symbol ?? ''}`);
  }
}

function routine({ entry, entryRva, symbol, guess }: Row): string {
  if (symbol !== undefined) return symbol;
  if (guess) return `probably ${guess.candidates.join(' or ')} (its code ${guess.evidence})`;
  if (entryRva === undefined) return 'headers not available';
  return entry === undefined ? 'no entry point' : 'unknown (no symbol there, and the code does not tell)';
}
