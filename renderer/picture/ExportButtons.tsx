interface ExportButtonsProps {
  readonly onPng: () => void;
  readonly onCsv: () => void;
}

/** At the end of a picture's bar: the picture as an image, and the table behind it as a file. */
export function ExportButtons({ onPng, onCsv }: ExportButtonsProps) {
  return (
    <span className="picture-bar-end">
      <button type="button" className="button" onClick={onPng}>
        PNG
      </button>{' '}
      <button type="button" className="button" onClick={onCsv}>
        CSV
      </button>
    </span>
  );
}
