/** The lab's image files against what their dumps and the processes themselves say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource, ByteReader } from '../../core/bytes/index.ts';
import { PeImage, parseCodeView } from '../../core/pe/index.ts';
import { corpusFile, corpusList, hasCorpus, sharedJson } from '../corpus.ts';
import { dumpModules } from './dumpImages.ts';

interface Truth {
  /** absent where the truth is of a series of dumps */
  readonly modules?: readonly { readonly base: string; readonly path: string; readonly size: number }[];
  readonly vftables?: Readonly<Record<string, string>>;
  readonly globals?: readonly { readonly name: string; readonly address: string; readonly size: number }[];
}

const open = (path: string): PeImage =>
  PeImage.fromFile(new BufferSource(readFileSync(corpusFile(path)), path));
const cases = hasCorpus ? corpusList('lab').filter((name) => !name.includes('.')) : [];
const fileName = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

describe.skipIf(!hasCorpus)('image files of the lab', () => {
  it('have the identity that the module lists of their dumps have', () => {
    let compared = 0;
    for (const name of cases) {
      const files = new Set(corpusList(`lab/${name}`));
      const dump = [...files].find((file) => file.endsWith('.dmp.gz') && !file.startsWith('wine-'));
      if (dump === undefined) continue;
      for (const module of dumpModules(corpusFile(`lab/${name}/${dump}`))) {
        const file = fileName(module.name);
        if (!files.has(file)) continue;
        const image = open(`lab/${name}/${file}`);
        const label = `${name} ${file}`;
        expect([image.timestamp, image.checksum, image.sizeOfImage], label).toEqual([
          module.timestamp,
          module.checksum,
          module.size,
        ]);
        expect(image.codeView, label).toEqual(parseCodeView(module.codeView));
        expect(image.codeView?.kind, label).toBe('rsds');
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(40);
  });

  it('have code where vftables point, and data where the process has its globals', () => {
    let tables = 0;
    let globals = 0;
    for (const name of cases.filter((c) => c.startsWith('x'))) {
      const truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
      const exe = truth.modules?.find((m) => m.path.endsWith('.exe'));
      if (!exe) continue;
      const image = open(`lab/${name}/${fileName(exe.path)}`);
      const rva = (address: string): number => Number(BigInt(address) - BigInt(exe.base));
      for (const { name: global, address, size } of truth.globals ?? []) {
        const at = rva(address);
        if (at <= 0 || at >= exe.size) continue;
        const section = image.sectionAt(at);
        expect(section?.name, `${name} ${global}`).toMatch(/^\.(data|rdata|bss|tls)$/);
        expect(image.sectionAt(at + size - 1), `${name} ${global}`).toBe(section);
        globals++;
      }
      for (const [object, address] of Object.entries(truth.vftables ?? {})) {
        const slot = image.read(rva(address), image.pointerSize);
        const target = slot && image.rvaOfAddress(new ByteReader(slot).pointer(0, image.pointerSize));
        expect(target === undefined ? undefined : image.sectionAt(target)?.name, `${name} ${object}`).toBe(
          '.text',
        );
        tables++;
      }
    }
    expect(tables).toBeGreaterThan(10);
    expect(globals).toBeGreaterThan(50);
  });
});
