import { NotAvailable } from '../../errors/index.ts';
import { command } from '../command.ts';

interface Cpuid {
  readonly count: number;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly vendor: string;
  readonly megahertz?: number;
}

export const cpuid = command<Cpuid>({
  name: '!cpuid',
  tier: 'B',
  syntax: ['!cpuid [Processor]'],
  summary: 'Shows vendor, family, model, stepping and speed of the processors.',
  run({ session }) {
    const info = session.target.dump?.systemInfo;
    if (!info) throw new NotAvailable('!cpuid needs the SystemInfoStream: this dump has none');
    // ProcessorRevision is model and stepping on x86 and x64 (minidumpapiset.h)
    return {
      count: info.numberOfProcessors,
      family: info.processorLevel,
      model: info.processorRevision >> 8,
      stepping: info.processorRevision & 0xff,
      vendor: info.cpu?.kind === 'x86' ? info.cpu.vendorId : '<unavailable>',
      megahertz: session.target.dump.miscInfo?.processorMaxMhz,
    };
  },
  print({ count, family, model, stepping, vendor, megahertz }, out, { args }) {
    out.line('CP  F/M/S  Manufacturer     MHz');
    const chosen = /^\d+$/.test(args)
      ? [Number(args)]
      : Array.from({ length: Math.min(count, 256) }, (_, i) => i);
    for (const i of chosen) {
      if (i >= count) continue;
      const kind = `${family},${model},${stepping}`;
      out.line(
        `${String(i).padStart(2)}  ${kind.padEnd(6)} ${vendor.padEnd(16)} ${megahertz ?? '<unavailable>'}`,
      );
    }
  },
  data: (model) => ({ ...model }),
});
