import type { FpoData, FrameData, StackWin } from '../../symbols/index.ts';

/** What kv prints of a frame's record: `FPO: [2,0,0]`: parameters and locals in dwords, saved registers. */
export function fpoNote(records: {
  readonly frameData?: FrameData;
  readonly fpo?: FpoData;
  readonly stackWin?: StackWin;
}): string | undefined {
  const { frameData, fpo, stackWin } = records;
  if (fpo) {
    const numbers = `[${fpo.parameters >> 2},${fpo.locals >> 2},${fpo.savedRegisterCount}]`;
    if (fpo.frame === 'trap') return 'FPO: TrapFrame';
    if (fpo.frame === 'tss') return 'FPO: TaskGate';
    if (fpo.seh) return 'FPO: [SEH]';
    if (fpo.frame === 'nonfpo') return 'FPO: [Non-Fpo]';
    return fpo.usesBp ? `FPO: [Uses EBP] ${numbers}` : `FPO: ${numbers}`;
  }
  const record = frameData ?? stackWin;
  if (!record) return undefined;
  if (frameData?.seh) return 'FPO: [SEH]';
  const usesFrame = record.program?.includes('$T0 $ebp') ?? false;
  if (usesFrame) return 'FPO: [Non-Fpo]';
  return `FPO: [${record.parameters >> 2},${record.locals >> 2},${record.savedRegisters >> 2}]`;
}
