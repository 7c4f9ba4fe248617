import { expect, test } from "bun:test";

import { Semaphore } from "./semaphore.ts";

test("Semaphore runs only so many at once, the urgent ones first, and goes on after failures", async () => {
  const semaphore = new Semaphore(2);
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    await end.promise;
    return name;
  };
  const failing = semaphore.run(work("a")).catch(String);
  const others = [semaphore.run(work("b")), semaphore.run(work("c")), semaphore.runFirst(work("urgent"))];
  expect(begun).toEqual(["a", "b"]);
  ends.get("a")?.reject(new Error("Broken"));
  expect(await failing).toContain("Broken");
  expect(begun).toEqual(["a", "b", "urgent"]);
  ends.get("b")?.resolve();
  await others[0];
  expect(begun).toEqual(["a", "b", "urgent", "c"]);
  ends.get("c")?.resolve();
  ends.get("urgent")?.resolve();
  expect(await Promise.all(others)).toEqual(["b", "c", "urgent"]);
});
