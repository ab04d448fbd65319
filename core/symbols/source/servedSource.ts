/** What a PDB says about where a source file can be had: its `srcsrv` stream, or Source Link. */
export type ServedSource = (
  | { readonly kind: 'web'; readonly url: string }
  /** SrcSrv would run this and find the file at `target`: nothing that a PDB says is ever run here */
  | { readonly kind: 'command'; readonly command: string; readonly target: string }
  /** a place that is no web address: a share, a folder of somebody else's choice; it is not opened */
  | { readonly kind: 'path'; readonly target: string }
  | { readonly kind: 'unusable'; readonly reason: string }
) & { readonly by: SourceIndexKind };

export type SourceIndexKind = 'srcsrv' | 'Source Link';

/** Which source files of a module can be had, and where. */
export interface SourceIndex {
  readonly kind: SourceIndexKind;
  /** what keeps the files, in a few words: `http`, `git`, `12 files`; for people */
  readonly detail: string;
  /** Where a file can be had that symbols call `file`; undefined where the index does not have it. */
  find(file: string): ServedSource | undefined;
}

/** Longer addresses are refused by servers, and by us. */
const URL_LIMIT = 4096;

/** A web address as an index has it, or why it is not asked. User names and passwords in it are somebody else's. */
export function webSource(text: string, by: SourceIndexKind): ServedSource {
  if (text.length > URL_LIMIT) return { kind: 'unusable', by, reason: 'its address is too long' };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { kind: 'unusable', by, reason: `'${text}' is no web address` };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { kind: 'unusable', by, reason: `${url.protocol}// is not asked` };
  if (url.username !== '' || url.password !== '')
    return { kind: 'unusable', by, reason: 'its address holds a user name' };
  return { kind: 'web', by, url: url.href };
}

/** A recorded path as indexes are searched: case and the kind of slash do not count. */
export function indexedPath(path: string): string {
  return path.replaceAll('\\', '/').toLowerCase();
}
