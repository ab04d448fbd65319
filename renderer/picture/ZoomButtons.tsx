interface ZoomButtonsProps {
  /** what the first button shows: `Whole heap` */
  readonly whole: string;
  onWhole(): void;
  /** above 1: nearer */
  onZoom(factor: number): void;
}

/** One press of a button: two notches of a wheel and more. */
const STEP = 2;

/** Zoom for those who have no wheel; the keys are in the hints. */
export function ZoomButtons({ whole, onWhole, onZoom }: ZoomButtonsProps) {
  return (
    <span className="picture-buttons">
      <button type="button" className="button" title={`${whole} (0)`} onClick={onWhole}>
        {whole}
      </button>
      <button
        type="button"
        className="button"
        aria-label="Zoom in"
        title="Zoom in (+ or wheel)"
        onClick={() => onZoom(STEP)}
      >
        +
      </button>
      <button
        type="button"
        className="button"
        aria-label="Zoom out"
        title="Zoom out (- or wheel)"
        onClick={() => onZoom(1 / STEP)}
      >
        −
      </button>
    </span>
  );
}
