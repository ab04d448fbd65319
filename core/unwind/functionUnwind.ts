import type { FpoData, FrameData, SymbolService } from '../symbols/index.ts';
import type { Machine, Module, Target } from '../target/index.ts';
import { arm64Tables, type Arm64Function } from './arm64/arm64Table.ts';
import { FpoOverrides } from './fpoOverrides.ts';
import { ModuleIndex } from './moduleIndex.ts';
import { functionTables } from './x64/functionTable.ts';
import type { RuntimeFunction, UnwindInfo } from './x64/unwindModel.ts';

/** What is known of how to unwind the function at an address: what `.fnent` shows. */
export type FunctionUnwind =
  | {
      readonly kind: 'x64';
      readonly module: Module;
      readonly record: RuntimeFunction;
      readonly info: UnwindInfo;
    }
  | { readonly kind: 'arm64'; readonly module: Module; readonly record: Arm64Function }
  | { readonly kind: 'fpo'; readonly module: Module; readonly record: FpoData; readonly override: boolean }
  | { readonly kind: 'frame data'; readonly module: Module; readonly record: FrameData };

export interface FunctionUnwindInput {
  readonly target: Target;
  readonly symbols?: SymbolService;
  readonly machine: Machine;
}

/** The unwind data of the function at an address in a module; undefined where there is none. */
export function functionUnwindAt(input: FunctionUnwindInput, address: bigint): FunctionUnwind | undefined {
  const { target, symbols, machine } = input;
  const entry = ModuleIndex.of(target).find(Number(address));
  if (!entry) return undefined;
  const { module } = entry;
  const rva = Number(address - module.base);
  const symbolsOf = (): ReturnType<SymbolService['of']> => symbols?.of(module);
  switch (machine.kind) {
    case 'x64': {
      const source = functionTables.of(entry, target.memory, symbolsOf);
      const record = typeof source === 'string' ? undefined : source.table.find(rva);
      const info = record && typeof source !== 'string' ? source.table.info(record) : undefined;
      return record && info && { kind: 'x64', module, record, info };
    }
    case 'arm64': {
      const source = arm64Tables.of(entry, target.memory, symbolsOf);
      const record = typeof source === 'string' ? undefined : source.table.find(rva);
      return record && { kind: 'arm64', module, record };
    }
    default: {
      const override = FpoOverrides.of(target).at(module, rva);
      if (override) return { kind: 'fpo', module, record: override, override: true };
      const unwind = symbolsOf()?.unwind;
      const frameData = unwind?.frameData?.(rva);
      if (frameData) return { kind: 'frame data', module, record: frameData };
      const fpo = unwind?.fpo?.(rva);
      return fpo && { kind: 'fpo', module, record: fpo, override: false };
    }
  }
}
