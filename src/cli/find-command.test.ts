import { expect, test } from "bun:test";

import { findCommand } from "./find-command.ts";

test.each([
  [["get", "pods"], { name: "get", rest: ["pods"] }],
  [["-n", "web", "get", "pods"], { name: "get", rest: ["-n", "web", "pods"] }],
  [["--namespace=web", "get"], { name: "get", rest: ["--namespace=web"] }],
  [["--insecure-skip-tls-verify", "get"], { name: "get", rest: ["--insecure-skip-tls-verify"] }],
  [["--version"], undefined],
  [["--", "get"], undefined],
])("findCommand looks past flags and their values in %j", (args, found) => expect(findCommand(args)).toEqual(found));
