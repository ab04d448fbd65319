/** Pixels of one notch of a wheel, and lines of one. */
const NOTCH_PIXELS = 100;
const NOTCH_LINES = 3;
/** Notches that one event counts for at most: a flick on a touch pad must not lose the place. */
const MAX_NOTCHES = 3;

/** How much nearer a wheel's event brings a picture: above 1 towards the person. Touch pads send parts of a notch. */
export function zoomFactor(
  event: { readonly deltaY: number; readonly deltaMode: number },
  step: number,
): number {
  const notches = event.deltaY / (event.deltaMode === 0 ? NOTCH_PIXELS : NOTCH_LINES);
  return step ** -Math.max(-MAX_NOTCHES, Math.min(MAX_NOTCHES, notches));
}
