/** The features that a filter leaves: those whose bits, in base 64, are set. */
export function shown<T>(features: T[], bits: string): T[] {
  const bytes = atob(bits);
  return features.filter((_, index) => bytes.charCodeAt(index >> 3) & (128 >> (index & 7)));
}
