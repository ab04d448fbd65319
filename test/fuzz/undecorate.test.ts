import { describe, expect, it } from 'vitest';
import { undecorate } from '../../core/symbols/index.ts';
import { seeded } from '../seeded.ts';

const SEEDS = [
  '??$forward@AEAUFFIValue@?1??call@FFIFunctionBinder@@CAHPEAUlua_State@@@Z@@std@@YAAEAU1?1??23@CAH0@Z@@Z',
  '?pSW@@3P6GHKPAX0PAU_tagSTACKFRAME@@0P6GH0K0KPAK@ZP6GPAX0K@ZP6GK0K@ZP6GK00PAU_tagADDRESS@@@Z@ZA',
  '??0?$Foo@U?$vector_c@H$00$01$0?1$0A@$0HPPPPPPP@@mpl@boost@@@@QAE@XZ',
  '??_R1A@?0A@EA@foo@@8',
  '?_dispatch@_impl_Engine@SalomeApp@@$R4CE@BA@PPPPPPPM@7AE_NAAVomniCallHandle@@@Z',
  '??__E?st@?$TS@H@ns@@2US@@A@@YAXXZ',
  '?f@?$MV@$I??_9X2@@$BA@AAA@3@@QEAAXXZ',
  '.?AV?$pair@Vzzz@BB4@AA@@V123@@std@@',
];

describe('undecorate, hostile names', () => {
  it('answers every mutation with a text', () => {
    const next = seeded(0x5eed);
    for (let i = 0; i < 30_000; i++) {
      const chars = [...(SEEDS[next(SEEDS.length)] ?? '')];
      for (let m = next(6); m >= 0; m--) {
        const at = next(chars.length);
        const kind = next(3);
        if (kind === 0) chars[at] = String.fromCharCode(33 + next(94));
        else if (kind === 1) chars.splice(at, 1 + next(4));
        else chars.splice(at, 0, ...chars.slice(next(chars.length)).slice(0, 12));
      }
      const name = chars.join('');
      expect(typeof undecorate(name, { nameOnly: i % 2 === 0 })).toBe('string');
    }
  });

  it.each([
    ['nested types', `?f@@YAX${'PA'.repeat(50_000)}H@Z`],
    ['nested templates', `?f@@YAX${'V?$a@'.repeat(10_000)}@Z`],
    ['nested scopes', `?x@${'?1??f@'.repeat(10_000)}`],
    ['dimensions', '?x@@3PAYPPPPPPPPPPPPPPPP@HA'],
    ['arguments', `?f@@YAX${'0'.repeat(60_000)}@Z`],
  ])('gives up on endless %s', (_, name) => {
    expect(undecorate(name)).toBe(name);
  });

  it('gives up where back references would double a name without end', () => {
    let name = '?f@@YAXP6AXUaaaaaaaaaa@@0000000000@Z';
    for (let i = 1; i < 10; i++) name += `P6AX${String(i).repeat(10)}@Z`;
    name += '@Z';
    expect(undecorate(name).length).toBeLessThan(0x20000);
  });
});
