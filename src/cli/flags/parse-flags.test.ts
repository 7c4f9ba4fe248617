import { expect, test } from "bun:test";

import { arrayFlag, booleanFlag, durationFlag, integerFlag, listFlag, stringFlag } from "./flag.ts";
import { parseFlags } from "./parse-flags.ts";

const flags = {
  all: booleanFlag("", { short: "A" }),
  watch: booleanFlag("", { short: "w" }),
  output: stringFlag("", { short: "o" }),
  columns: listFlag("", { short: "L" }),
  env: arrayFlag("", { short: "e" }),
  tail: integerFlag("", { default: -1 }),
  timeout: durationFlag(""),
  "dry-run": stringFlag("", { default: "none", bare: "unchanged" }),
};

const values = (...args: string[]) => parseFlags(args, flags).values;

test("parseFlags gives defaults for flags that are not there", () => {
  expect(parseFlags(["pods"], flags)).toEqual({
    values: { all: false, watch: false, output: "", columns: [], env: [], tail: -1, timeout: 0, "dry-run": "none" },
    args: ["pods"],
    argsBeforeDash: -1,
    given: new Set(),
    wantsHelp: false,
  });
});

test.each<[string[], Partial<ReturnType<typeof values>>]>([
  [["--output=yaml"], { output: "yaml" }],
  [["--output", "yaml"], { output: "yaml" }],
  [["-oyaml"], { output: "yaml" }],
  [["-o=yaml"], { output: "yaml" }],
  [["-o", "yaml"], { output: "yaml" }],
  [["-wAo", "yaml"], { watch: true, all: true, output: "yaml" }],
  [["-w=false", "--all=1"], { watch: false, all: true }],
  [["--output=a", "--output=b"], { output: "b" }],
  [["-L", "a,b", "-Lc"], { columns: ["a", "b", "c"] }],
  [["-e", "A=1,2", "-e", "B=3"], { env: ["A=1,2", "B=3"] }],
  [["--tail", "-5"], { tail: -5 }],
  [["--timeout=1m30s"], { timeout: 90_000 }],
  [["--dry-run"], { "dry-run": "unchanged" }],
  [["--dry-run=server"], { "dry-run": "server" }],
])("parseFlags reads %j", (args, expected) => expect(values(...args)).toMatchObject(expected));

test("parseFlags takes flags anywhere, and nothing behind -- for a flag", () => {
  const { args, argsBeforeDash, values: found } = parseFlags(["pod", "-w", "x", "--", "ls", "-o", "a"], flags);
  expect({ args, argsBeforeDash, watch: found.watch, output: found.output }).toEqual({
    args: ["pod", "x", "ls", "-o", "a"],
    argsBeforeDash: 2,
    watch: true,
    output: "",
  });
});

test("parseFlags takes a lone dash for an argument", () => expect(parseFlags(["-"], flags).args).toEqual(["-"]));

test("parseFlags knows which flags were given, whatever their value", () => {
  expect([...parseFlags(["--tail=-1", "-w=false"], flags).given]).toEqual(["tail", "watch"]);
});

test.each([["-h"], ["--help"]])("parseFlags sees that %s wants help", (flag) =>
  expect(parseFlags([flag], flags).wantsHelp).toBe(true),
);

test.each([
  [["--nope"], "unknown flag: --nope"],
  [["--toString"], "unknown flag: --toString"],
  [["-z"], "unknown shorthand flag: 'z' in -z"],
  [["-wz"], "unknown shorthand flag: 'z' in -z"],
  [["--output"], "flag needs an argument: --output"],
  [["-o"], "flag needs an argument: 'o' in -o"],
  [["--=x"], "bad flag syntax: --=x"],
  [["-w=maybe"], `invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax`],
  [["--tail=x"], `invalid argument "x" for "--tail" flag: strconv.ParseInt: parsing "x": invalid syntax`],
  [["--timeout=5"], `invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"`],
  [["--timeout=5y"], `invalid argument "5y" for "--timeout" flag: time: unknown unit "y" in duration "5y"`],
])("parseFlags refuses %j as pflag does", (args, message) => expect(() => parseFlags(args, flags)).toThrow(message));
