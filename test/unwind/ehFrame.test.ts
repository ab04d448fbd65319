import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { findDescription, parseEhFrame } from '../../core/unwind/dwarf/ehFrame.ts';
import { rulesAt, type FrameRules } from '../../core/unwind/dwarf/frameRules.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';

const OBJDUMP = 'llvm-objdump-19';
const hasObjdump = spawnSync(OBJDUMP, ['--version']).status === 0;

/** `0x7bc0c631: CFA=reg4+8: reg5=[CFA-8], reg8=[CFA-4]` */
interface Row {
  readonly address: number;
  readonly text: string;
}

function rowsByObjdump(path: string): Row[] {
  const run = spawnSync(OBJDUMP, ['--dwarf=frames', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return [...run.stdout.matchAll(/^ {2}0x([0-9a-f]+): (CFA=.*)$/gm)].map((m) => ({
    address: parseInt(m[1] ?? '', 16),
    text: m[2] ?? '',
  }));
}

/** Rules in objdump's words; expressions only by their kind, because their text depends on the printer. */
function ruleText({ cfa, registers }: FrameRules): string {
  const base =
    'expression' in cfa ? 'expression' : `reg${cfa.register}${cfa.offset === 0 ? '' : `+${cfa.offset}`}`;
  const rules = [...registers]
    .sort(([a], [b]) => a - b)
    .map(([register, rule]) => {
      switch (rule.kind) {
        case 'offset':
          return `reg${register}=[CFA${rule.offset < 0 ? '' : '+'}${rule.offset}]`;
        case 'same':
          return `reg${register}=same`;
        case 'expression':
          return `reg${register}=[expression]`;
        default:
          return `reg${register}=${rule.kind}`;
      }
    });
  return `CFA=${base}${rules.length ? ': ' : ''}${rules.join(', ')}`;
}

function normal(text: string): string {
  return text
    .replace(/CFA=DW_OP_[^:]*(?=:|$)/, 'CFA=expression')
    .replace(/=\[DW_OP_[^\]]*\]/g, '=[expression]');
}

describe.skipIf(!hasCorpus || !hasObjdump)('.eh_frame of 32-bit images, as llvm-objdump reads it', () => {
  it.each(['ntdll', 'kernel32', 'kernelbase'])('gives the rules of every row of %s', (name) => {
    const path = corpusFile(`images/wine-8.0-x86/${name}.dll.gz`);
    const image = PeImage.fromFile(new BufferSource(readFileSync(path), path));
    // the name does not fit the header: in a loaded image it is `/4`
    const section = image.sections.find((s) => s.name === '/4' || s.name === '.eh_frame');
    const rva = section?.virtualAddress ?? 0;
    const base = Number(image.imageBase);
    const descriptions = parseEhFrame(image.readUpTo(rva, section?.virtualSize ?? 0), rva, base) ?? [];
    const rows = rowsByObjdump(path);
    expect(rows.length).toBeGreaterThan(3000);
    const wrong = rows.filter(({ address, text }) => {
      const description = findDescription(descriptions, address - base);
      const rules = description && rulesAt(description, address - base);
      return !rules || ruleText(rules) !== normal(text);
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
