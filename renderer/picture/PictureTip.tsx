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
  tip,
  picture,
}: {
  readonly tip: Tip;
  readonly picture: Pick<Picture, 'width' | 'height' | 'magnification'>;
}) {
  const { magnification, width, height } = picture;
  const { x, y } = tip;
  const [left, top] = [x * magnification, y * magnification];
  const [right, bottom] = [(width - x) * magnification, (height - y) * magnification];
  return (
    <div
      className="picture-tip mono"
      role="tooltip"
      style={{
        ...(x < width / 2 ? { left: left + BESIDE } : { right: right + BESIDE }),
        ...(y < height / 2 ? { top: top + BESIDE } : { bottom: bottom + BESIDE }),
      }}
    >
      {tip.text}
    </div>
  );
}
