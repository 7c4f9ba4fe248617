import { expect, test } from "bun:test";

import { templatePatch } from "./revision-history.ts";

test("A patch of a template has its fields in the order in which Go writes maps", () => {
  const container = { name: "app", image: "app:1", env: [{ value: "1", name: "A" }] };
  const patch = templatePatch({ spec: { containers: [container] }, metadata: { labels: { b: "1", a: "2" } } });
  expect(JSON.stringify(patch)).toBe(
    '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"a":"2","b":"1"}},' +
      '"spec":{"containers":[{"env":[{"name":"A","value":"1"}],"image":"app:1","name":"app"}]}}}}',
  );
});
