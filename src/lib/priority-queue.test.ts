import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { PriorityQueue } from "./priority-queue.ts";

test("PriorityQueue gives out any items in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const queue = new PriorityQueue<number>((a, b) => a - b);
      for (const number of numbers) queue.push(number);
      const given = numbers.map(() => queue.pop());
      expect(given).toEqual(numbers.toSorted((a, b) => a - b));
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
