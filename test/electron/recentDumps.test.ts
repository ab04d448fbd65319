import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { RecentDumps } from '../../electron/recentDumps.ts';

describe('the list of recent dumps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-'));
  const file = join(folder, 'recentDumps.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const dump = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, '');
    return path;
  };

  it('has each dump once, the last one first, ten at most, also when the program starts again', () => {
    const recent = new RecentDumps(file);
    const paths = Array.from({ length: 12 }, (_, i) => dump(`${i}.dmp`));
    for (const path of [...paths, paths[5] ?? '']) recent.add(path);
    const wanted = [5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map((i) => paths[i]);
    expect(recent.list()).toEqual(wanted);
    expect(new RecentDumps(file).list()).toEqual(wanted);
  });

  it('keeps what is gone for now: a drive may be away, and opening it says what is the matter', () => {
    const recent = new RecentDumps(file);
    recent.add(join(folder, 'gone.dmp'));
    expect(recent.list()[0]).toBe(join(folder, 'gone.dmp'));
  });

  it.each(['{', '7', '[7]', JSON.stringify(['x'.repeat(40_000)])])(
    'begins anew where the file is %.9s',
    (text) => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      writeFileSync(file, text);
      expect(new RecentDumps(file).list()).toEqual([]);
      expect(warned).toHaveBeenCalled();
      warned.mockRestore();
    },
  );
});
