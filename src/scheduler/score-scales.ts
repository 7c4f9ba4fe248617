/** Brings raw values to scores of 0 to 100, as upstream's plugins do. All cut off what is behind the point. */

/** In proportion to the highest. */
export function highestIsBest(values: readonly number[]): readonly number[] {
  const highest = Math.max(0, ...values);
  return values.map((value) => (highest === 0 ? 0 : Math.trunc((100 * value) / highest)));
}

export function lowestIsBest(values: readonly number[]): readonly number[] {
  return highestIsBest(values).map((score) => 100 - score);
}

/** The lowest is 0, the highest 100; values may be negative. */
export function betweenExtremes(values: readonly number[]): readonly number[] {
  const lowest = Math.min(...values);
  const difference = Math.max(...values) - lowest;
  return values.map((value) => (difference === 0 ? 0 : Math.trunc((100 * (value - lowest)) / difference)));
}
