import type { ByteSource } from '../../bytes/index.ts';
import { decodeUtf8z } from '../../bytes/index.ts';
import { BadFormat } from '../../errors/index.ts';
import type { CodeView } from '../../pe/index.ts';
import { pdbKey } from '../store/index.ts';

/** The first line of a .sym file: `MODULE windows x86 5A9832E5287241C1838ED98914E9B7FF1 test_app.pdb`. */
export interface ModuleRecord {
  readonly os: string;
  readonly architecture: string;
  /** GUID and age, as a symbol store's key */
  readonly id: string;
  readonly name: string;
}

/** No name in it is longer. Bytes. */
const LINE_LIMIT = 4096;

/** Throws `BadFormat` where the file does not begin with a MODULE record. */
export function readModuleRecord(source: ByteSource): ModuleRecord {
  const text = decodeUtf8z(source.read(0, LINE_LIMIT));
  const record = /^MODULE (\S+) (\S+) ([0-9A-Fa-f]+) ([^\r\n]*)/.exec(text);
  if (!record) throw new BadFormat(`${source.name}: it does not begin as a Breakpad symbol file`);
  const [, os = '', architecture = '', id = '', name = ''] = record;
  return { os, architecture, id: id.toUpperCase(), name };
}

/** Why the file does not belong to the image with this debug record; undefined where it does. */
export function breakpadMismatch(record: ModuleRecord, codeView: CodeView): string | undefined {
  const wanted = pdbKey(codeView).toUpperCase();
  return record.id === wanted ? undefined : `its identifier is ${record.id}, the image wants ${wanted}`;
}
