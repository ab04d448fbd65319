/**
 * Cabinets, 7z archives and the rarer methods of zip, through 7-Zip compiled to WebAssembly. Nothing it unpacks gets a
 * file name: all members go to one device, one behind the other, and the bytes of the wanted one are kept. Its
 * position follows from the sizes in the archive's own listing.
 */
import { basename, dirname, resolve } from 'node:path';
import { StillframeError, messageOf } from '../errors/index.ts';
import { isDumpName, noDumpInside, shownName } from './archiveMember.ts';
import type { Inflated, ReportProgress } from './inflated.ts';
import { TemporaryFile } from './temporaryFile.ts';

/** 7-Zip's names for what we hand to it, and ours. */
const KINDS = { cab: 'cabinet', '7z': '7-Zip archive', zip: 'zip archive' } as const;
export type SevenZipKind = keyof typeof KINDS;

const ARCHIVE = '/archive';
const SINK = '/sink';
/** an unused major number among the devices of the library's own file system */
const SINK_MAJOR = 64;
const EIO = 29;
/** 7-Zip's exit status for an archive it cannot go on with */
const FATAL = 2;

interface Member {
  readonly name: string;
  readonly size: number;
  readonly folder: boolean;
  readonly encrypted: boolean;
}

/** Takes the first wanted member, a dump, out of an archive. The thread is busy until it is done. */
export async function inflateWithSevenZip(
  path: string,
  kind: SevenZipKind,
  report: ReportProgress,
  isWanted: (name: string) => boolean = isDumpName,
): Promise<Inflated> {
  const members = (await listMembers(path, kind)).filter((m) => !m.folder);
  const wanted = members.findIndex((m) => isWanted(m.name));
  const member = members[wanted];
  if (!member) {
    const names = members.map((m) => m.name);
    throw noDumpInside(KINDS[kind], names);
  }
  if (member.encrypted) {
    throw new StillframeError(
      'not-available',
      `a ${KINDS[kind]} whose ${shownName(member.name)} is encrypted`,
    );
  }
  const skip = members.slice(0, wanted).reduce((sum, m) => sum + m.size, 0);
  const file = new TemporaryFile();
  const sink = new MemberSink(file, skip, member.size, report);
  try {
    await extract(path, kind, sink);
    if (sink.failure !== undefined) throw sink.failure;
    if (file.size === 0) throw damaged(kind);
  } catch (e) {
    file.discard();
    throw e;
  }
  const warnings =
    file.size === member.size ? [] : [`the ${KINDS[kind]} is damaged: what comes before the damage is used`];
  return { file, member: member.name, warnings };
}

/** Keeps `size` bytes behind the first `skip` of all that is written to it. */
class MemberSink {
  private seen = 0;
  /** what stopped it: the limit, or a disk that is full */
  failure: unknown;

  constructor(
    private readonly file: TemporaryFile,
    private readonly skip: number,
    private readonly size: number,
    private readonly report: ReportProgress,
  ) {}

  /** Whether more bytes are of use. */
  get wantsMore(): boolean {
    return this.failure === undefined && this.file.size < this.size;
  }

  write(bytes: Uint8Array): void {
    const from = Math.max(0, this.skip - this.seen);
    const to = Math.min(bytes.length, this.skip + this.size - this.seen);
    this.seen += bytes.length;
    if (from >= to) return;
    try {
      this.file.write(bytes.subarray(from, to));
      this.report(this.file.size, this.size);
    } catch (e) {
      this.failure = e;
    }
  }
}

/** The archive's own listing: `-slt` prints `Key = value` lines, a blank line behind each member. */
async function listMembers(path: string, kind: SevenZipKind): Promise<Member[]> {
  const lines: string[] = [];
  const sevenZip = await load(path, (line) => lines.push(line));
  const status = run(sevenZip, ['l', '-slt', '-ba', '-bd', '-bsp0', '-spd', `-t${kind}`, ARCHIVE]);
  const members: Member[] = [];
  let fields = new Map<string, string>();
  for (const line of [...lines, '']) {
    const at = line.indexOf(' = ');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 3));
    if (line !== '' || !fields.has('Path')) continue;
    members.push({
      name: fields.get('Path') ?? '',
      size: Number(fields.get('Size')) || 0,
      folder: fields.get('Folder') === '+' || /D/.test(fields.get('Attributes')?.split(' ')[0] ?? ''),
      encrypted: fields.get('Encrypted') === '+',
    });
    fields = new Map();
  }
  if (status !== 0 && members.length === 0) throw damaged(kind);
  return members;
}

/** Unpacks everything into the sink, until the sink has what it wants. */
async function extract(path: string, kind: SevenZipKind, sink: MemberSink): Promise<void> {
  const sevenZip = await load(path, () => undefined);
  const { FS } = sevenZip;
  const device = FS.makedev(SINK_MAJOR, 0);
  FS.registerDevice(device, {
    open: () => undefined,
    close: () => undefined,
    write(_stream: unknown, buffer: Uint8Array, offset: number, length: number): number {
      sink.write(new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length));
      // the way to stop 7-Zip: a device that is full
      if (!sink.wantsMore) throw new FS.ErrnoError(EIO);
      return length;
    },
  });
  FS.mkdev(SINK, device);
  // standard output is descriptor 1, and the lowest free one is given to who opens next
  FS.close(FS.streams[1]);
  FS.open(SINK, 'w');
  run(sevenZip, ['e', '-so', '-bd', '-bsp0', '-spd', `-t${kind}`, ARCHIVE]);
}

/** The library, as far as it is used here: its own types leave these out. */
interface SevenZip {
  readonly NODEFS: unknown;
  readonly FS: {
    readonly streams: readonly unknown[];
    readonly ErrnoError: new (errno: number) => Error;
    mkdir(path: string): void;
    mount(type: unknown, options: { root: string }, at: string): void;
    symlink(target: string, path: string): void;
    makedev(major: number, minor: number): number;
    registerDevice(device: number, operations: object): void;
    mkdev(path: string, device: number): void;
    open(path: string, flags: string): void;
    close(stream: unknown): void;
  };
  callMain(args: string[]): number;
}

/** A fresh instance that sees the archive, read through the folder it lies in, and nothing else is asked of it. */
async function load(path: string, print: (line: string) => void): Promise<SevenZip> {
  const library: { readonly default: unknown } = await import('7z-wasm');
  const make = library.default as (options: object) => Promise<SevenZip>;
  const sevenZip = await make({ print, printErr: () => undefined, quit: () => undefined });
  const full = resolve(path);
  sevenZip.FS.mkdir('/in');
  sevenZip.FS.mount(sevenZip.NODEFS, { root: dirname(full) }, '/in');
  // a name of our own: 7-Zip would read `*` and `@` in the archive's name as its own syntax
  sevenZip.FS.symlink(`/in/${basename(full)}`, ARCHIVE);
  return sevenZip;
}

/** Runs 7-Zip and gives its exit status; 0 is fine. It throws a number of its own when the sink stops it. */
function run(sevenZip: SevenZip, args: string[]): number {
  // the library sets the exit status of this process to that of 7-Zip
  const { exitCode } = process;
  try {
    return sevenZip.callMain(args);
  } catch (e) {
    if (typeof e === 'number') return FATAL;
    throw new StillframeError('not-available', `7-Zip failed: ${messageOf(e)}`, { cause: e });
  } finally {
    process.exitCode = exitCode;
  }
}

function damaged(kind: SevenZipKind): StillframeError {
  return new StillframeError('not-a-dump', `a damaged ${KINDS[kind]}`);
}
