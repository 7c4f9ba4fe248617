import { expect, test } from "bun:test";

import { lineFilter, rowFilter } from "./row-filter.ts";
import { feedRow } from "./table-rows.ts";

const aPod = (name: string, app: string, status = "Running") =>
  feedRow({ metadata: { name, namespace: "default", labels: { app } } }, [name, "1/1", status, "0", "5m"]);

const rows = [aPod("web-0", "web"), aPod("web-1", "web", "CrashLoopBackOff"), aPod("database-0", "db")];

test.each([
  ["", ["web-0", "web-1", "database-0"]],
  ["WEB", ["web-0", "web-1"]],
  ["crash", ["web-1"]],
  ["^default web-[0-4]", ["web-0", "web-1"]],
  ["^web", ["web-0", "web-1"]],
  ["!^web", ["database-0"]],
  ["web-(", []],
  ["!web", ["database-0"]],
  ["-l app=db", ["database-0"]],
  ["-l app in (web)", ["web-0", "web-1"]],
  ["-f dbs0", ["database-0"]],
  ["!", ["web-0", "web-1", "database-0"]],
])("the filter %p lets %p through", (text, names) => {
  const { matches } = rowFilter(text);
  expect(rows.filter((row) => matches?.(row)).map(({ name }) => name)).toEqual(names);
});

test("a label selector that is none says why", () => {
  expect(rowFilter("-l app in web")).toMatchObject({ problem: expect.stringContaining("web") });
});

test("lineFilter knows text, regular expressions and their opposite", () => {
  const lines = ["GET /a 200", "GET /b 500"];
  expect(lines.filter(lineFilter("5\\d\\d$"))).toEqual(["GET /b 500"]);
  expect(lines.filter(lineFilter("!500"))).toEqual(["GET /a 200"]);
});
