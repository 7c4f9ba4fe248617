/** Randomness that the platform's generator gives; the only place that asks it. */

/** A version 4 UUID: the form of Kubernetes uids. */
export function uuid(): string {
  return crypto.randomUUID();
}

/** Letters and digits that form no words, as Kubernetes uses them in generated names. */
const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** `length` characters for the end of a generated name. */
export function nameSuffix(length: number): string {
  return Array.from(
    crypto.getRandomValues(new Uint32Array(length)),
    (n) => NAME_ALPHABET[n % NAME_ALPHABET.length],
  ).join("");
}

/** A number in [0, 1). */
export function randomFraction(): number {
  return Math.random();
}
