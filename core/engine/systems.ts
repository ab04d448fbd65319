import type { ByteSource } from '../bytes/index.ts';
import { PageCache } from '../bytes/index.ts';
import type { SystemList } from '../commands/index.ts';
import { NotAvailable, StillframeError } from '../errors/index.ts';
import { Minidump } from '../minidump/index.ts';
import { Redactor, type Secrets } from '../output/index.ts';
import { openTarget } from '../target/index.ts';
import type { EngineHost, LentDump } from './host.ts';
import type { Registry } from './registry.ts';
import { DumpSession } from './session.ts';
import { textFilesOnly } from './textFilesOnly.ts';

interface Entry {
  readonly number: number;
  readonly session: DumpSession;
  /** what .opendump opened; the first dump is the host's own */
  readonly lent?: LentDump;
}

/** More dumps than anybody looks at side by side: each holds its file open. */
const MAX_OPEN = 100;

/** The dumps that are open side by side, and which of them is in effect. */
export class Systems implements SystemList {
  private entries: Entry[] = [];
  private inEffect: Entry | undefined;
  private nextNumber = 0;
  /** what is personal in any of them; undefined where nothing is masked */
  redactor: Redactor | undefined;
  private secrets: Secrets = { texts: [], variables: [] };

  constructor(private readonly registry: Registry) {}

  /** The one in effect. */
  get session(): DumpSession {
    if (!this.inEffect) throw new Error('no dump is open');
    return this.inEffect.session;
  }

  get first(): DumpSession | undefined {
    return this.entries[0]?.session;
  }

  get list(): readonly Entry[] {
    return this.entries;
  }

  get current(): number {
    return this.inEffect?.number ?? 0;
  }

  numberOf(session: DumpSession): number {
    return this.entries.find((entry) => entry.session === session)?.number ?? this.nextNumber;
  }

  /** Opens the bytes of a dump and puts it in effect. Throws a `StillframeError` for what is no user minidump. */
  async add(source: ByteSource, host: EngineHost, lent?: LentDump): Promise<Entry> {
    const dump = Minidump.open(new PageCache().wrap(source));
    const kept =
      host.redact && host.outputFiles ? { ...host, outputFiles: textFilesOnly(host.outputFiles) } : host;
    const session = await DumpSession.open(openTarget(dump, host.images), kept, this.registry, this);
    if (host.redact) await this.mask(session);
    const entry: Entry = { number: this.nextNumber++, session, lent };
    if (this.inEffect) session.follow(this.inEffect.session);
    this.entries.push(entry);
    this.inEffect = entry;
    return entry;
  }

  async open(path: string, member?: string): Promise<Entry> {
    const { host } = this.session;
    if (!host.openDump) throw new NotAvailable('.opendump: this host shows one dump at a time');
    if (this.entries.length >= MAX_OPEN)
      throw new NotAvailable(`.opendump: ${MAX_OPEN} dumps are open; .detach closes one`);
    let lent: LentDump | undefined;
    try {
      lent = await host.openDump(path, member);
      return await this.add(lent.source, lent.host, lent);
    } catch (e) {
      lent?.close();
      if (!(e instanceof StillframeError)) throw e;
      throw new StillframeError(e.code, `Could not open dump file [${path}]: ${e.message}`, { cause: e });
    }
  }

  select(number: number): boolean {
    const entry = this.entries.find((e) => e.number === number);
    if (!entry) return false;
    entry.session.follow(this.session);
    this.inEffect = entry;
    return true;
  }

  close(number: number): boolean {
    const entry = this.entries.find((e) => e.number === number);
    if (!entry || this.entries.length < 2) return false;
    this.entries = this.entries.filter((e) => e !== entry);
    const [other] = this.entries;
    if (this.inEffect === entry && other) this.select(other.number);
    entry.lent?.close();
    return true;
  }

  /** Gives back what .opendump opened, at the end of the session. */
  closeAll(): void {
    for (const { lent } of this.entries) lent?.close();
  }

  private async mask(session: DumpSession): Promise<void> {
    // most sessions hide nothing
    const { findSecrets } = await import('./findSecrets.ts');
    const found = findSecrets(session);
    this.secrets = {
      texts: [...this.secrets.texts, ...found.texts],
      variables: [...new Set([...this.secrets.variables, ...found.variables])],
    };
    this.redactor = new Redactor(this.secrets);
  }
}
