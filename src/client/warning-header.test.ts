import { expect, test } from "bun:test";

import { warningTexts } from "./warning-header.ts";

test.each([
  ['299 - "policy/v1beta1 is old"', ["policy/v1beta1 is old"]],
  ['299 - "one", 299 - "two"', ["one", "two"]],
  ['299 - "said \\"so\\", and \\\\"', ['said "so", and \\']],
  ['299 agent:80 "dated" "Sat, 21 Nov 2026 10:00:00 GMT"', ["dated"]],
  ['299 "an agent" "quoted"', ["quoted"]],
  ["nonsense", []],
])("warningTexts reads %s", (header, texts) => expect(warningTexts(header)).toEqual(texts));
