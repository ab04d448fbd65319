/** What the benchmarks of PDBs measure, as a program of its own: `pdbChild <question> <pdb> [rvas file]`. */
import { readFileSync } from 'node:fs';
import type { ByteSource } from '../../core/bytes/index.ts';
import { FileSource, symbolPages } from '../../core/node/index.ts';
import { openPdb, PdbSymbols } from '../../core/symbols/pdb/index.ts';
import { undecorate } from '../../core/symbols/undecorate/index.ts';

const [question = '', path = '', input = ''] = process.argv.slice(2);
const rssBefore = process.memoryUsage().rss;
const started = performance.now();
const file = FileSource.open(path);
let bytesRead = 0;
const counted: ByteSource = {
  name: file.name,
  size: file.size,
  read(offset, length) {
    const bytes = file.read(offset, length);
    bytesRead += bytes.length;
    return bytes;
  },
};
// as the store of a session opens it
const symbols = new PdbSymbols(
  openPdb(symbolPages().wrap(counted), { undecorate: (name) => undecorate(name, { nameOnly: true }) }),
);
const openedWith = bytesRead;
let answered = 0;

function ask(rva: number): void {
  const symbol = symbols.nearest(rva);
  const line = symbols.lineAt(rva);
  const sites = symbols.inlineSitesAt(rva);
  answered += (symbol?.name.length ?? 0) + (line?.line ?? 0) + sites.length;
}

switch (question) {
  case 'first': {
    const rva = Number(input);
    const [symbol] = symbols.at(rva);
    const next = symbols.next(rva);
    answered = symbol && next ? symbol.name.length + next.rva : 0;
    break;
  }
  case 'many':
    for (const rva of readFileSync(input, 'utf8').trim().split('\n')) ask(Number(rva));
    break;
  case 'match':
    for (const symbol of symbols.match(input)) answered += symbol.rva > 0 ? 1 : 0;
    break;
}
const { rss } = process.memoryUsage();
process.stdout.write(
  JSON.stringify({
    answered,
    milliseconds: performance.now() - started,
    openedWith: openedWith / file.size,
    read: bytesRead / file.size,
    mebibytes: (Math.max(rss, process.resourceUsage().maxRSS * 1024) - rssBefore) / 1048576,
  }),
);
