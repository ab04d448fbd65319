import { readFileSync } from 'node:fs';
import { Decoder, DecoderOptions, Instruction } from 'iced-x86';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { instructionLength } from '../../core/unwind/x86/instructionX86.ts';
import { corpusFile, hasCorpus, shared } from '../corpus.ts';

function text(path: string): Uint8Array {
  const image = PeImage.fromFile(new BufferSource(readFileSync(path), path));
  const section = image.sections.find((s) => s.name === '.text');
  return image.readUpTo(section?.virtualAddress ?? 0, section?.virtualSize ?? 0);
}

/** Lengths of instructions one after another, as the disassembler library has them. */
function lengthsByIced(code: Uint8Array): { at: number; length: number }[] {
  const decoder = new Decoder(32, code, DecoderOptions.None);
  const instruction = new Instruction();
  const found: { at: number; length: number }[] = [];
  let at = 0;
  while (decoder.canDecode) {
    decoder.decodeOut(instruction);
    if (!instruction.isInvalid) found.push({ at, length: instruction.length });
    at += instruction.length;
  }
  decoder.free();
  instruction.free();
  return found;
}

describe.skipIf(!hasCorpus)('lengths of x86 instructions', () => {
  it.each([
    ['Wine’s ntdll', () => corpusFile('images/wine-8.0-x86/ntdll.dll.gz')],
    ['optimised code without frame pointers', () => shared('corpus/lab/x86-static-O2-fpo/RuntimeTest.exe')],
  ])('are those of a disassembler in %s', (_name, path) => {
    const code = text(path());
    const all = lengthsByIced(code);
    expect(all.length).toBeGreaterThan(5000);
    const wrong = all.filter(({ at, length }) => instructionLength(code, at) !== length);
    const shown = wrong.map(
      ({ at, length }) => `${Buffer.from(code.subarray(at, at + length)).toString('hex')}`,
    );
    expect(shown).toEqual([]);
  });
});
