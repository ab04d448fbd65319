/** Opens the menu of a row's first address at the menu key or Shift+F10; false for other keys, and rows without one. */
export function openRowMenu(
  event: { readonly key: string; readonly shiftKey: boolean },
  row: Element | null | undefined,
): boolean {
  if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return false;
  const place = row?.querySelector('.place');
  if (!place) return false;
  const { left, bottom } = place.getBoundingClientRect();
  const at = { clientX: left, clientY: bottom, bubbles: true, cancelable: true };
  place.dispatchEvent(new MouseEvent('contextmenu', at));
  return true;
}
