import type { Command } from '../command.ts';
import { dt } from './dt.ts';

export const dtCommands: readonly Command[] = [dt];

// what ?? and dv need to print objects as dt does
export { buildView, type ViewOptions } from './buildView.ts';
export { NAME_WIDTH, printView } from './printView.ts';
export { inDefaultRadix, seenAsText } from './numberText.ts';
export type { DtElement, DtRow, DtStyle, DtView } from './model.ts';
export { addressText, summaryText, unsignedText, valueText, type ValueStyle } from './valueText.ts';
export { moduleOf, resolveName, splitName, type Found } from './resolveName.ts';
export { type StructureField, type StructureFields, structureFields } from './structureFields.ts';
export { valueSource, visualSource } from './valueSource.ts';
export { valueData, viewData } from './viewData.ts';
export { walkList, type WalkedList } from './walkList.ts';
