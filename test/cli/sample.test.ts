import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeSample } from '../../dumps/sample.ts';
import { json, SAMPLE } from './run.ts';

describe('the bundled sample', () => {
  it('is what its generator makes', async () => {
    expect(Buffer.from(await makeSample()).equals(readFileSync(SAMPLE))).toBe(true);
  });

  it('answers the first questions of a session', async () => {
    const [threads, modules, peb, teb, stack] = await json(SAMPLE, '~;lm;!peb;!teb;k;q');
    expect(threads?.data).toMatchObject({
      threads: [
        { index: 0, id: '0xb5c', teb: '0x7ffdf000', current: true, event: true },
        { index: 1, id: '0xb60', teb: '0x7ffde000', name: 'price feed', current: false, event: false },
      ],
    });
    expect(modules?.data).toMatchObject({
      modules: [{ start: '0x400000', name: 'cart' }, { name: 'kernel32' }, { name: 'ntdll' }],
    });
    expect(peb?.text).toContain('CommandLine:  \'"C:\\Shop\\cart.exe" --customer 4711\'');
    expect(peb?.text).toContain('        SHOP_MODE=live');
    expect(teb?.text).toContain('LastErrorValue:       2');
    const frames = (stack?.data?.frames ?? []) as { function?: string; module?: string }[];
    expect(frames.map((f) => `${f.module}!${f.function}`)).toEqual([
      'cart!UpdateTotal',
      'cart!Checkout',
      'cart!main',
      'cart!mainCRTStartup',
      'kernel32!BaseThreadInitThunk',
      'ntdll!RtlpUserThreadStart',
      'ntdll!RtlUserThreadStart',
    ]);
  });
});
