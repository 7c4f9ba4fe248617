import { expect, test } from "bun:test";

import { readableLine } from "./log-text.ts";

test.each([
  ['{"time":"2026-11-21T09:00:00Z","level":"info","msg":"started","port":8080}', "INFO started port=8080"],
  [
    '{"severity":"ERROR","message":"cannot write","path":"/a b","error":{"code":5}}',
    'ERROR cannot write path="/a b" error={"code":5}',
  ],
  ['{"msg":"tab\\there"}', "tab\there"],
  ['{"a":1}', '{"a":1}'],
  ["{not json}", "{not json}"],
  ["plain", "plain"],
  ["", ""],
])("readableLine of %s", (line, expected) => {
  expect(readableLine(line)).toBe(expected);
});
