import type { ByteSource } from '../bytes/index.ts';
import { AwaitFirst, messageOf } from '../errors/index.ts';
import type { CodeView } from '../pe/index.ts';
import type { Module } from '../target/index.ts';
import { BreakpadSymbols } from './breakpad/index.ts';
import type { LoadRequest, SymbolLoader } from './createSymbolService.ts';
import { exportSymbols } from './exports.ts';
import type { ModuleSymbols } from './model.ts';
import {
  breakpadRequest,
  pdbRequest,
  storeName,
  unnamedPdbRequest,
  type FileRequest,
} from './store/index.ts';
import { openPdb, PdbSymbols } from './pdb/index.ts';
import { publicsOnly } from './publicsOnly.ts';
import type { SymbolFiles } from './symbolFiles.ts';
import { undecorate } from './undecorate/index.ts';

/** Symbols made from a file, or why the file is not the module's. */
interface Opened {
  readonly symbols: ModuleSymbols;
  /** absent where the file belongs to the image */
  readonly mismatch?: string;
}

/** A module's symbols from the best there is: its PDB, a Breakpad file made from that, the image's export table. */
export function createSymbolLoader(files: SymbolFiles): SymbolLoader {
  return {
    load: (module, request) =>
      fromFiles(files, module, request) ?? (request.exact ? undefined : fromExports(module, request)),
    forget: (module) => files.forget?.(module),
    forgetFetched: () => files.forgetFetched?.(),
  };
}

function fromFiles(files: SymbolFiles, module: Module, request: LoadRequest): ModuleSymbols | undefined {
  const codeView = request.ignoreCodeView ? undefined : module.codeView;
  if (!codeView) {
    const detail = request.ignoreCodeView
      ? 'the debug record that names a PDB does not count (SYMOPT_IGNORE_CVREC)'
      : 'neither the dump nor the image has a debug record that names a PDB';
    request.note({ place: module.path, outcome: 'not found', detail });
    return request.ignoreMismatch ? byImageName(files, module, request) : undefined;
  }
  const pdb = storeName(codeView.pdb);
  if ('refused' in pdb) {
    request.note({
      place: codeView.pdb,
      outcome: 'refused',
      detail: `the PDB's name is not used: ${pdb.refused}`,
    });
    return undefined;
  }
  const openers: [FileRequest, (source: ByteSource) => Opened][] = [
    [pdbRequest(pdb.name, codeView), (source) => openedPdb(source, module, request, codeView)],
    [breakpadRequest(pdb.name, codeView), (source) => openedBreakpad(source, codeView)],
  ];
  for (const [file, open] of openers) {
    const symbols = firstThatFits(files, file, open, module, request);
    if (symbols) return symbols;
  }
  return undefined;
}

/** A PDB of the image's name, taken on the person's word. */
function byImageName(files: SymbolFiles, module: Module, request: LoadRequest): ModuleSymbols | undefined {
  const image = storeName(module.fileName);
  if ('refused' in image) return undefined;
  const open = (source: ByteSource): Opened => openedPdb(source, module, request);
  return firstThatFits(files, unnamedPdbRequest(image.name), open, module, request);
}

function firstThatFits(
  files: SymbolFiles,
  file: FileRequest,
  open: (source: ByteSource) => Opened,
  module: Module,
  request: LoadRequest,
): ModuleSymbols | undefined {
  const { note } = request;
  for (const candidate of files.candidates(file, { ...request, module })) {
    const { place } = candidate;
    let source: ByteSource | undefined;
    try {
      source = candidate.open();
      const { symbols, mismatch } = open(source);
      if (mismatch === undefined) {
        note({ place, outcome: 'taken' });
        return symbols;
      }
      if (request.ignoreMismatch) {
        note({ place, outcome: 'taken', detail: mismatch, mismatched: true });
        return symbols;
      }
      note({ place, outcome: 'mismatch', detail: mismatch });
    } catch (e) {
      if (e instanceof AwaitFirst) {
        source?.close?.();
        throw e;
      }
      note({ place, outcome: 'unreadable', detail: messageOf(e) });
    }
    source?.close?.();
  }
  return undefined;
}

function openedPdb(
  source: ByteSource,
  module: Module,
  { publics, absolute }: LoadRequest,
  codeView?: CodeView,
): Opened {
  const pdb = openPdb(source, {
    undecorate: (name) => undecorate(name, { nameOnly: true }),
    sections: module.image?.sections.map((s, i) => ({ ...s, number: i + 1, rva: s.virtualAddress })),
  });
  const all = new PdbSymbols(pdb, { publics, absolute });
  const symbols = publics === 'only' ? publicsOnly(all) : all;
  if (!codeView) return { symbols, mismatch: 'nothing says which PDB the image wants' };
  const match = pdb.matches(codeView);
  return match.matches ? { symbols } : { symbols, mismatch: match.reason };
}

function openedBreakpad(source: ByteSource, codeView: CodeView): Opened {
  const symbols = new BreakpadSymbols(source);
  const mismatch = symbols.mismatch(codeView);
  return { symbols, mismatch };
}

function fromExports(module: Module, request: LoadRequest): ModuleSymbols | undefined {
  const place = `${module.path} (export table)`;
  if (!module.image) {
    const detail = "the image's headers are neither in the dump nor in a file that was found";
    request.note({ place, outcome: 'not found', detail });
    return undefined;
  }
  const symbols = exportSymbols(module.image);
  request.note(
    symbols ? { place, outcome: 'taken' } : { place, outcome: 'not found', detail: 'it exports nothing' },
  );
  return symbols;
}
