import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { OrderedMap } from "./ordered-map.ts";

/** Few letters, so that prefixes, neighbours and repetitions are common. */
const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "￿"), maxLength: 5 });
const change = fc.record({ key, isDeletion: fc.boolean() });

test("OrderedMap answers as a sorted array does", () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 200 }),
      key,
      fc.option(key, { nil: undefined }),
      fc.nat(20),
      (changes, prefix, after, limit) => {
        const map = new OrderedMap<number>();
        const model = new Map<string, number>();
        for (const [index, step] of changes.entries()) {
          if (step.isDeletion) expect(map.delete(step.key)).toBe(model.delete(step.key));
          else {
            map.set(step.key, index);
            model.set(step.key, index);
          }
        }
        const sorted = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect([...map.entries()]).toEqual(sorted);
        expect(map.size).toBe(model.size);
        for (const [name, value] of model) expect(map.get(name)).toBe(value);
        expect(map.get("absent")).toBeUndefined();

        const within = sorted.filter(([name]) => name.startsWith(prefix) && (after === undefined || name > after));
        const values = within.map(([, value]) => value);
        expect(map.valuesWithPrefix(prefix, after)).toEqual(values);
        expect(map.valuesWithPrefix(prefix, after, limit)).toEqual(values.slice(0, limit));
        expect(map.countWithPrefix(prefix, after)).toBe(values.length);
      },
    ),
  );
});

test("OrderedMap keeps order over many chunks, whatever the order of insertion and deletion", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `/${String(i % 20).padStart(2, "0")}/${(i * 7919) % 20_000}`);
  const sorted = names.toSorted();
  const ascending = new OrderedMap<string>();
  for (const name of sorted) ascending.set(name, name);
  const scattered = new OrderedMap<string>();
  for (const name of names) scattered.set(name, name);
  const built = OrderedMap.fromSorted(sorted, sorted);

  for (const map of [ascending, scattered, built]) {
    expect(map.valuesWithPrefix("")).toEqual(sorted);
    expect(map.valuesWithPrefix("/07/")).toEqual(sorted.filter((name) => name.startsWith("/07/")));
    expect(map.countWithPrefix("/07/", "/07/5")).toBe(
      sorted.filter((name) => name.startsWith("/07/") && name > "/07/5").length,
    );
    for (const [index, name] of names.entries()) if (index % 3 > 0) expect(map.delete(name)).toBe(true);
    expect(map.valuesWithPrefix("")).toEqual(names.filter((_, index) => index % 3 === 0).toSorted());
    for (const name of names) map.delete(name);
    expect([...map.entries()]).toEqual([]);
    map.set("again", "again");
    expect(map.get("again")).toBe("again");
  }
});
