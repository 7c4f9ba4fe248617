/** Brings raw values to scores of 0 to 100, as upstream's plugins do. All cut off what is behind the point. */

/** In proportion to the highest. */
export function highestIsBest(values: readonly number[]): readonly number[] {
  const highest = values.reduce((most, value) => (value > most ? value : most), 0);
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

/** Kinds of domains with many members weigh more, because each of them holds fewer pods. */
export const domainWeight = (domains: number): number => Math.log(domains + 2);

/** The least crowded is best; a node that cannot make anything even (undefined) is as bad as can be. */
export function evenIsBest(crowding: readonly (number | undefined)[]): readonly number[] {
  const known = crowding.filter((value) => value !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return crowding.map((value) =>
    value === undefined ? 0 : most === 0 ? 100 : Math.trunc((100 * (most + least - value)) / most),
  );
}
