// Where a pointer is on a map, which the style sheet may draw larger ("zoom").

/** Pixels from the left upper corner of an element, as the element counts them. */
export function within(element: HTMLElement, { clientX, clientY }: MouseEvent): [number, number] {
  const frame = element.getBoundingClientRect();
  const scale = element.offsetWidth ? frame.width / element.offsetWidth : 1;
  return [(clientX - frame.left) / scale, (clientY - frame.top) / scale];
}
