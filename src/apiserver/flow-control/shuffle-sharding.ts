import { createHash } from "node:crypto";

/** The number of a flow, evenly spread over 64 bits. */
export function flowHash(schema: string, distinguisher: string): bigint {
  return createHash("sha256").update(`${schema},${distinguisher}`).digest().readBigUInt64LE();
}

/**
 * The queues of a flow: `handSize` different ones of `queues`, decided by its hash alone. Two flows seldom share all of theirs, so a
 * noisy one leaves the others a free queue.
 */
export function dealtHand(hash: bigint, queues: number, handSize: number): readonly number[] {
  const hand: number[] = [];
  let rest = hash;
  for (let dealt = 0; dealt < Math.min(handSize, queues); dealt++) {
    const left = BigInt(queues - dealt);
    let card = Number(rest % left);
    rest /= left;
    // The card counts among those that are left: each that was dealt before and lies below moves it up by one.
    for (const other of hand.toSorted((a, b) => a - b)) if (other <= card) card++;
    hand.push(card);
  }
  return hand;
}
