import { useCallback, useState, type RefCallback } from 'react';

/** Characters of the probe: more than one, since browsers round a box to a fraction of a pixel. */
const PROBE_CHARACTERS = 10;

/** The width of a character of the face that the probe, an element with ten of them, is set in; 0 until measured. */
export function useCharacterWidth(): { ref: RefCallback<HTMLElement>; width: number } {
  const [width, setWidth] = useState(0);
  const ref = useCallback((probe: HTMLElement | null) => {
    if (!probe) return;
    const measure = (): void => setWidth(probe.getBoundingClientRect().width / PROBE_CHARACTERS);
    measure();
    // the bundled face may still be on its way, and a person may choose another size
    const watching = new ResizeObserver(measure);
    watching.observe(probe);
    return () => watching.disconnect();
  }, []);
  return { ref, width };
}
