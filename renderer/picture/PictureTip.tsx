import type { Picture } from './usePicture.ts';

/** Pixels between the pointer and its tip. */
const BESIDE = 14;

export interface Tip {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** What is under the pointer, beside it on the side where there is room. */
export function PictureTip({
  tip: { x, y, text },
  picture: { width, height },
}: {
  readonly tip: Tip;
  readonly picture: Pick<Picture, 'width' | 'height'>;
}) {
  return (
    <div
      className="picture-tip mono"
      role="tooltip"
      style={{
        ...(x < width / 2 ? { left: x + BESIDE } : { right: width - x + BESIDE }),
        ...(y < height / 2 ? { top: y + BESIDE } : { bottom: height - y + BESIDE }),
      }}
    >
      {text}
    </div>
  );
}
