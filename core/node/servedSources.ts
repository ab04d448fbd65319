import type { SourceCandidate } from '../symbols/index.ts';
import { StillframeError } from '../errors/index.ts';
import { PendingFiles, type FileProgress } from './pendingFiles.ts';
import { WebClient, type WebClientOptions } from './webClient.ts';

/** No source file comes near this. Bytes. */
const SIZE_LIMIT = 16 * 1024 * 1024;

export interface ServedSourcesOptions extends WebClientOptions {
  /** asks http:// too: for a server on this machine */
  readonly plainHttp?: boolean;
  readonly onProgress?: (progress: FileProgress) => void;
}

/** Source files at web addresses that PDBs give. They stay in memory: nothing is written. */
export class ServedSources {
  private readonly client: WebClient;
  private readonly pending: PendingFiles<Uint8Array>;

  constructor(private readonly options: ServedSourcesOptions = {}) {
    this.client = new WebClient(options);
    this.pending = new PendingFiles(options.onProgress);
  }

  /** The file at an address, asked for when it is read. */
  candidate(url: string): SourceCandidate {
    return new ServedCandidate(url, () => this.read(url));
  }

  /** Throws `AwaitFirst` until it is there. */
  private read(url: string): { readonly made: Uint8Array } | { readonly failed: string } {
    if (!/^https:/i.test(url) && !this.options.plainHttp)
      return { failed: 'sources are asked for over https alone' };
    return this.pending.get(url, url.slice(url.lastIndexOf('/') + 1), async ({ signal, report }) => {
      const response = await this.client.get(url, signal);
      if (!response) throw new StillframeError('not-available', 'the server does not have it');
      const { bytes, cut } = await this.client.bytes(response, signal, SIZE_LIMIT);
      if (cut) throw new StillframeError('not-available', `it has more than ${SIZE_LIMIT} bytes`);
      report(bytes.length, bytes.length);
      return bytes;
    });
  }
}

class ServedCandidate implements SourceCandidate {
  /** whoever made the PDB chose the address: what comes from there is shown only where its checksum agrees */
  readonly recorded = true;
  failure: string | undefined;

  constructor(
    readonly place: string,
    private readonly fetched: () => { readonly made: Uint8Array } | { readonly failed: string },
  ) {}

  read(): Uint8Array | undefined {
    const file = this.fetched();
    if ('made' in file) return file.made;
    this.failure = file.failed;
    return undefined;
  }
}
