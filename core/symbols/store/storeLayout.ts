import type { CodeView } from '../../pe/index.ts';

/**
 * Where symbol stores keep a file: `name\KEY\name`, where the key is the file's identity (symstore; PDB-UNWIND.md 2).
 */

/** A file that is looked for in folders and stores. Names are checked: see `storeName`. */
export interface FileRequest {
  readonly kind: 'pdb' | 'image' | 'breakpad';
  readonly name: string;
  /** the store's first level: the name, but of a Breakpad file that of the PDB it was made from */
  readonly folder: string;
  /** its identity; empty where any file of the name is meant: then stores and servers have none */
  readonly key: string;
}

/**
 * A PDB's key: the GUID's 32 digits and the age in hexadecimal; before Visual C++ 7 the signature's 8 digits and the
 * age.
 */
export function pdbKey(codeView: CodeView): string {
  const identity =
    codeView.kind === 'rsds' ? codeView.guid.toUpperCase() : hex8(codeView.signature).toUpperCase();
  return identity + codeView.age.toString(16);
}

/** An image's key: TimeDateStamp as 8 digits and SizeOfImage in hexadecimal without padding. */
export function imageKey(timestamp: number, size: number): string {
  return hex8(timestamp).toUpperCase() + size.toString(16);
}

export function pdbRequest(name: string, codeView: CodeView): FileRequest {
  return { kind: 'pdb', name, folder: name, key: pdbKey(codeView) };
}

/** The PDB of an image that names none: any of the image's name, for `.reload /i`. */
export function unnamedPdbRequest(imageName: string): FileRequest {
  const name = `${imageName.replace(/\.[^.]*$/, '')}.pdb`;
  return { kind: 'pdb', name, folder: name, key: '' };
}

export function breakpadRequest(pdbName: string, codeView: CodeView): FileRequest {
  const name = `${pdbName.replace(/\.pdb$/i, '')}.sym`;
  // Breakpad's keys have the age in capitals
  return { kind: 'breakpad', name, folder: pdbName, key: pdbKey(codeView).toUpperCase() };
}

export function imageRequest(name: string, timestamp: number, size: number): FileRequest {
  return { kind: 'image', name, folder: name, key: imageKey(timestamp, size) };
}

/** The folders of a file within a store. A store with `index2.txt` has one more level: the name's first two letters. */
export function storeFolders(request: FileRequest, twoTier: boolean): string[] {
  const folders = [request.folder, request.key];
  return twoTier ? [request.folder.slice(0, 2).toLowerCase(), ...folders] : folders;
}

/** The name of a file that compress.exe made: the last character is an underscore (`ntdll.pd_`). */
export function compressedName(name: string): string {
  return `${name.slice(0, -1)}_`;
}

/** What a store's `file.ptr` says: where the file lies, or a message instead of it. */
export function parseFilePointer(text: string): { path: string } | { message: string } {
  const line =
    text
      .replace(/^\uFEFF/, '')
      .split(/[\r\n\0]/, 1)[0]
      ?.trim() ?? '';
  const field = /^(PATH|MSG):\s*(.*)$/i.exec(line);
  if (field?.[1]?.toUpperCase() === 'MSG') return { message: field[2] ?? '' };
  return { path: field ? (field[2] ?? '') : line };
}

function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
