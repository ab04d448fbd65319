import type { StackFrameModel } from '../../core/protocol/index.ts';

/** How a frame was found (cli.md has the names), in words. */
const FOUND: Readonly<Record<string, string>> = {
  context: 'the registers of the context',
  'frame data': 'found by the frame data of its symbols',
  fpo: 'found by the FPO data of its symbols',
  'unwind info': 'found by the unwind data of its image',
  'frame pointer':
    'found by the chain of frame pointers: right where the code keeps one, else frames may be missing',
  leaf: 'found as a leaf function: nothing describes its code, the return address was taken from the top of the stack',
  inline: 'inlined into the next frame',
  scan: 'found by a scan of the stack for what looks like a return address: a guess',
};

/** How a frame was found, where that means that it may be wrong. */
const GUESSED = new Set(['scan', 'frame pointer', 'leaf']);

/** Whether a frame may be wrong by the way it was found. */
export function isGuessed({ how, index }: StackFrameModel): boolean {
  return index > 0 && GUESSED.has(how);
}

/** `RuntimeTest.c:209`, or nothing. */
export function shortSource({ source }: Pick<StackFrameModel, 'source'>): string {
  return source ? `${source.file.split(/[\\/]/).at(-1) ?? ''}:${source.line}` : '';
}

/** The whole path and line. */
export function longSource({ source }: Pick<StackFrameModel, 'source'>): string {
  return source ? `${source.file} @ ${source.line}` : '';
}

/** What is known of a frame, a line each. */
export function frameTip(frame: StackFrameModel): string {
  const { text, how, warning, inline } = frame;
  return [
    text,
    longSource(frame),
    frame.guessedName && `named after the nearest export: ${frame.module ?? ''} has no better symbols`,
    frame.arguments && `called with ${frame.arguments}`,
    inline ? FOUND.inline : (FOUND[how] ?? `found by ${how}`),
    warning === 'no unwind information' && 'no unwind information: the frames below it may be wrong',
    warning === 'no module' && 'no module holds it',
  ]
    .filter((line) => line !== undefined && line !== '' && line !== false)
    .join('\n');
}
