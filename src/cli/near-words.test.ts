import { expect, test } from "bun:test";

import { didYouMean } from "./near-words.ts";

test.each([
  ["podz", ["pods", "pod", "nodes"], "Did you mean pods, or pod?"],
  ["deploymnet", ["deployments", "deployment", "daemonset"], "Did you mean deployment?"],
  ["--namesapce", ["--namespace", "--name"], "Did you mean --namespace?"],
  ["svcs", ["services"], undefined],
  ["po", ["so", "no"], undefined],
])("%s", (typed, words, suggestion) => {
  expect(didYouMean(typed, words)).toBe(suggestion as never);
});
