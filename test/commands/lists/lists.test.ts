import { describe, expect, it } from 'vitest';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';
import { MACHINES } from '../../../core/target/index.ts';
import { fakeTarget } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';

interface Truth {
  readonly node_list: readonly { readonly addr: string; readonly value: number }[];
  readonly item_list: readonly { readonly addr: string; readonly link: string; readonly id: number }[];
  readonly globals: readonly { readonly name: string; readonly address: string; readonly value: string }[];
}

describe.skipIf(!hasCorpus).each(['x64-dll-O0', 'x86-static-O0'])('lists of %s', (lab) => {
  const truth = hasCorpus ? sharedJson<Truth>(`corpus/lab/${lab}/truth.json.gz`) : undefined;
  const nodes = truth?.node_list ?? [];
  const items = truth?.item_list ?? [];
  const head = truth?.globals.find((g) => g.name === 'g_items_head')?.address ?? '';

  it('!list follows a field to its null, and a LIST_ENTRY around to its head', async () => {
    const engine = await openLab(lab, 'full');
    const { lines, data } = await runLine(
      engine,
      '!list -t RuntimeTest!Node.next -x ".echo" -a "node" poi(RuntimeTest!g_list_head)',
    );
    expect(lines).toEqual(nodes.flatMap(({ addr }) => [`${addr} node`, '']));
    expect(data).toMatchObject({ elements: nodes.map((n) => n.addr) });
    const first = items[0]?.addr ?? '';
    const ring = await runLine(
      engine,
      `!list "-t RuntimeTest!ListItem.link.Flink -e -m 6 -x \\"dt RuntimeTest!ListItem id @$extret\\" ${first}"`,
    );
    const echoed = 'dt RuntimeTest!ListItem id @$extret';
    expect(ring.lines).toEqual(
      items.flatMap(({ id }) => [echoed, expect.stringMatching(`id +: 0n${id}$`), '']),
    );
  });

  it('dl, !dflink and !dblink show the words of each entry; !validatelist finds its links sound', async () => {
    const engine = await openLab(lab, 'full');
    const links = items.map((item) => item.link);
    const forward = await runLine(engine, `!dflink ${head}`);
    expect(forward.data).toMatchObject({ entries: [head, ...links], end: 'loop' });
    const backward = await runLine(engine, `!dblink ${head} 3`);
    expect(backward.data).toMatchObject({ entries: [head, ...links.slice(-2).reverse()], end: 'count' });
    const all = await runLine(engine, `dl ${head} 20 2`);
    expect((all.data as { entries: { address: string }[] }).entries.map((e) => e.address)).toEqual([
      head,
      ...links,
    ]);
    expect((await runLine(engine, `!validatelist ${head}`)).lines).toEqual([
      'Found list end after 6 entries',
    ]);
    // a node's `next` is no Flink: what is behind it does not point back
    const broken = await runLine(engine, `!validatelist ${nodes[0]?.addr}`);
    expect(broken.data).toMatchObject({ valid: false, fault: { kind: 'blink' } });
  });
});

describe('!slist', () => {
  it('prints header and entries as the documentation has them', async () => {
    const s = new TestSession(
      fakeTarget({
        memory: {
          '0x1000': 'e8432600 0a000a00',
          '0x2643e8': 'c0422600 0a000000 5369676e 61747572',
          '0x2642c0': '00000000 09000000 5369676e 61747572',
        },
      }),
    );
    expect(await s.lines('!slist 1000')).toEqual([
      'SLIST HEADER:',
      '   +0x000 Alignment          : a000a002643e8',
      '   +0x000 Next               : 2643e8',
      '   +0x004 Depth              : a',
      '   +0x006 Sequence           : a',
      '',
      'SLIST CONTENTS:',
      '002643e8  002642c0 0000000a 6e676953 72757461',
      '002642c0  00000000 00000009 6e676953 72757461',
      "The header's Depth is 10, the list has 2 entries",
    ]);
  });

  it('stops where a list runs into itself, and reads the 64-bit header', async () => {
    // Depth 1, Sequence 2; NextEntry 0x2000 with HeaderType set
    const memory = {
      '0x1000': '0100020000000000 0120000000000000',
      '0x2000': '0020000000000000 0000000000000000',
    };
    const { data } = await new TestSession(fakeTarget({ machine: MACHINES.x64, memory })).run('!slist 1000');
    expect(data).toMatchObject({ depth: 1, sequence: 2, next: '0x2000', entries: ['0x2000'], end: 'loop' });
  });
});

describe('!rtlavl', () => {
  it('lists the elements of a tree in their order', async () => {
    // RTL_AVL_TABLE at 1000 with the root 3000, its children 2000 and 4000
    const table = '00000000 00000000 00300000 00000000 00000000 00000000 03000000';
    const leaf = '00000000 00000000 00000000 00000000';
    const memory = {
      '0x1000': table,
      '0x2000': leaf,
      '0x3000': '00000000 00200000 00400000 00000000',
      '0x4000': leaf,
    };
    expect(await new TestSession(fakeTarget({ memory })).lines('!rtlavl 1000')).toEqual([
      'node 00002000 data 00002010',
      'node 00003000 data 00003010',
      'node 00004000 data 00004010',
      '3 elements found, NumberGenericTableElements is 3',
    ]);
  });
});
