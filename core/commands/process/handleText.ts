import { accessNames } from '../../process/index.ts';
import type { Target } from '../../target/index.ts';

/** A handle as the dump's HandleDataStream has it. */
export type HandleRecord = NonNullable<Target['dump']>['handles'][number];

/** Bits of !handle's second argument. */
export const HandleFlag = { type: 1, basic: 2, name: 4, object: 8 } as const;

/** The debugger's own word for a handle whose type the writer could not learn. */
export function typeOf(handle: HandleRecord): string {
  return handle.typeName === '' ? 'None' : handle.typeName;
}

/** The lines of one handle: its number, and what `flags` ask for. */
export function handleLines(handle: HandleRecord, flags: number, pointerSize: 4 | 8): string[] {
  const lines = [`Handle ${handle.handle.toString(16).padStart(pointerSize * 2, '0')}`];
  const row = (title: string, value: string): number => lines.push(`  ${title.padEnd(14)}${value}`);
  if (flags & HandleFlag.type) row('Type', typeOf(handle));
  if (flags & HandleFlag.basic) {
    const { standard, specific } = accessNames(handle.typeName, handle.grantedAccess);
    row('Attributes', prefixed(handle.attributes));
    row('GrantedAccess', `${prefixed(handle.grantedAccess)}:`);
    lines.push(`         ${standard.join(',') || 'None'}`);
    if (specific.length > 0) lines.push(`         ${specific.join(',')}`);
    row('HandleCount', String(handle.handleCount));
    row('PointerCount', String(handle.pointerCount));
  }
  if (flags & HandleFlag.name) row('Name', handle.objectName === '' ? '<none>' : handle.objectName);
  if (flags & HandleFlag.object) {
    const details = handle.objectInfo.flatMap(({ detail }) => detailLines(detail));
    if (details.length === 0) lines.push('  No object specific information available');
    else lines.push('  Object specific information', ...details.map((line) => `    ${line}`));
  }
  return lines;
}

type Detail = HandleRecord['objectInfo'][number]['detail'];

/** Wording as public transcripts have it for events, mutants and threads; sections and semaphores follow their style. */
function detailLines(detail: Detail): string[] {
  switch (detail?.kind) {
    case 'event':
      return [
        `Event Type ${detail.type === 'notification' ? 'Manual Reset' : 'Auto Reset'}`,
        `Event is ${detail.signaled ? 'Set' : 'Waiting'}`,
      ];
    case 'mutant':
      return [
        `Mutex is ${detail.currentCount > 0 ? 'Free' : 'Owned'}`,
        ...(detail.abandoned ? ['Mutex is Abandoned'] : []),
      ];
    case 'mutantOwner':
      return [`Mutant Owner ${detail.processId.toString(16)}.${detail.threadId.toString(16)}`];
    case 'semaphore':
      return [`Semaphore Count ${detail.currentCount}`, `Semaphore Limit ${detail.maximumCount}`];
    case 'section':
      return [
        `Section base address ${prefixed(detail.baseAddress)}`,
        `Section attributes ${prefixed(detail.allocationAttributes)}`,
        `Section max size ${prefixed(detail.maximumSize)}`,
      ];
    case 'thread':
      return [
        `Thread Id   ${detail.processId.toString(16)}.${detail.threadId.toString(16)}`,
        `Priority    ${detail.priority}`,
        `Base Priority ${detail.basePriority}`,
      ];
    default:
      return [];
  }
}

/** `%#x`: zero has no prefix. */
function prefixed(value: number | bigint): string {
  return BigInt(value) === 0n ? '0' : `0x${value.toString(16)}`;
}
