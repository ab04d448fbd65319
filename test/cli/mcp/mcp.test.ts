import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandValidators } from '../../schemas/commandValidators.ts';
import { PROGRAM, stillframe } from '../run.ts';

const DUMP = resolve('dumps/runtime-test-mt.dmp');
const page = z.object({
  ok: z.boolean(),
  text: z.string(),
  result: z.string().optional(),
  next: z.number().optional(),
  lines: z.object({ from: z.number(), to: z.number(), total: z.number() }).optional(),
  // of one command an object, of several a list
  data: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown()).transform(() => undefined)])
    .optional(),
  dataSchema: z.string().optional(),
  dataOmitted: z.string().optional(),
  errors: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
});

/** The official client against the built program. */
describe('stillframe mcp', () => {
  const client = new Client({ name: 'test', version: '1' });
  let folder = '';
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<z.infer<typeof page>> =>
    page.parse((await client.callTool({ name, arguments: args })).structuredContent);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-mcp-'));
    copyFileSync('dumps/sample.dmp', join(folder, 'other.dmp'));
    writeFileSync(join(folder, 'broken.dmp'), 'nothing');
    symlinkSync(resolve('dumps/sample.dmp'), join(folder, 'link.dmp'));
    await client.connect(
      new StdioClientTransport({ command: 'node', args: [PROGRAM, 'mcp', DUMP, '--allow', folder] }),
    );
  });
  afterAll(async () => {
    await client.close();
    rmSync(folder, { recursive: true });
  });

  it('offers its tools, with what goes in and what comes out', async () => {
    const { tools } = await client.listTools();
    expect(tools.map((t) => t.name)).toEqual([
      ...['open_dump', 'run_command', 'read_more', 'triage', 'stack', 'types', 'heap', 'ownership'],
    ]);
    for (const tool of tools) {
      expect(tool.outputSchema, tool.name).toBeDefined();
      expect(tool.annotations?.readOnlyHint, tool.name).toBe(true);
    }
  });

  it('answers with text and data', async () => {
    const stack = await call('stack', { frames: 2 });
    expect(stack.text).toContain('ntdll!RtlAllocateHeap');
    expect(stack.data?.frames).toHaveLength(2);
    expect((await call('types', { type: 'ntdll!_PEB', address: '0x7ffd4000' })).text).toMatch(
      /\+0x018 ProcessHeap +: 0x00240000 Void/,
    );
    expect((await call('heap')).data?.heaps).toHaveLength(3);
    expect((await call('heap', { address: '3486e8' })).data?.heap).toBe('0x340000');
    expect((await call('ownership', { address: '0x3486e8' })).data).toMatchObject({
      mayFree: ['RuntimeTest'],
    });
    expect((await call('ownership')).data?.mayFree).toEqual({
      RuntimeTest: ['RuntimeTest'],
      RuntimeDll: ['RuntimeDll'],
    });
    expect((await call('triage')).ok).toBe(true);
  });

  it('names the schema of its data, which it has as a resource', async () => {
    const offered = (await client.listResources()).resources.map((r) => r.uri);
    for (const [tool, args] of [
      ['stack', { frames: 2 }],
      ['stack', { thread: 'all' }],
      ['types', { type: 'ntdll!_PEB', address: '0x7ffd4000' }],
      ['heap', {}],
      ['heap', { address: '3486e8' }],
      ['heap', { address: '340000', whole: true }],
      ['ownership', {}],
      ['ownership', { address: '3486e8' }],
      ['ownership', { misuse: true }],
      ['triage', {}],
      ['triage', { hang: true }],
      ['run_command', { command: 'lm' }],
      ['run_command', { command: '.for (r $t0=0; @$t0<2; r $t0=@$t0+1) { r eax }' }],
      ['run_command', { command: 'k -?' }],
    ] as const) {
      const { data, dataSchema = '' } = await call(tool, args);
      expect(offered).toContain(dataSchema);
      const [content] = (await client.readResource({ uri: dataSchema })).contents;
      const schema = JSON.parse(content && 'text' in content ? content.text : '') as { $id: string };
      const { byId } = commandValidators();
      expect(byId(schema.$id)?.(data), `${tool} ${JSON.stringify(args)}`).toBe(true);
    }
  });

  it('gives long output by pages, without running it again', async () => {
    const first = await call('run_command', { command: '.help', limit: 10 });
    expect(first.text.split('\n')).toHaveLength(10);
    expect(first.lines).toMatchObject({ from: 0, to: 10 });
    let { next } = first;
    let text = first.text;
    while (next !== undefined) {
      const more: z.infer<typeof page> = await call('read_more', {
        result: first.result,
        from: next,
        limit: 40,
      });
      text += `\n${more.text}`;
      next = more.next;
    }
    const { out } = await stillframe(['-z', DUMP, '--json', '-c', '.help']);
    expect(text).toBe((JSON.parse(out) as { text: string }).text);
    expect((await call('read_more', { result: 'r9999', from: 0 })).errors?.[0]?.code).toBe('not-available');
  });

  it('keeps what was typed, and what the tools do apart', async () => {
    await call('run_command', { command: '.frame 3' });
    await call('run_command', { command: 'n 10' });
    await call('triage');
    await call('stack', { thread: 'all' });
    await call('ownership', { misuse: true });
    const { text } = await call('run_command', { command: '.frame' });
    expect(text).toMatch(/^03 /m);
  });

  it('opens what is allowed, and nothing else', async () => {
    const other = await call('open_dump', { path: join(folder, 'other.dmp') });
    expect(other.text).toMatch(/Windows/);
    expect((await call('open_dump', { path: join(folder, 'broken.dmp') })).errors?.[0]?.code).toBe(
      'not-a-dump',
    );
    const outside = [
      resolve('dumps/sample.dmp'),
      '/etc/passwd',
      join(folder, '../x.dmp'),
      join(folder, 'link.dmp'),
    ];
    for (const path of outside) {
      const { ok, errors } = await call('open_dump', { path });
      expect(ok, path).toBe(false);
      expect(errors?.[0]?.message, path).toMatch(/no such file among those that may be opened/);
    }
    expect((await call('stack', { dump: DUMP, frames: 1 })).text).toContain('RtlAllocateHeap');
  });

  it('runs nothing that reaches beyond the dump', async () => {
    for (const command of [
      '.sympath srv*https://example.org/x',
      '.symfix',
      '.open /etc/passwd',
      '~*e .sympath+ /tmp',
      'k;.exepath /tmp',
    ]) {
      const { text } = await call('run_command', { command });
      expect(text, command).toContain('is not run here: ');
    }
    expect((await call('run_command', { command: '.symfix' })).errors?.[0]?.code).toBe('not-available');
    const injected = await client.callTool({ name: 'types', arguments: { type: '_PEB;.sympath x' } });
    expect(injected.isError).toBe(true);
  });
});

describe('stillframe mcp, started wrongly', () => {
  it('says so', async () => {
    expect(await stillframe(['mcp'])).toMatchObject({ code: 2 });
    expect(await stillframe(['mcp', 'no-such.dmp'])).toMatchObject({ code: 3 });
  });
});
