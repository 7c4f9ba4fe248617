import { expect, test } from "bun:test";

import { jsonInteger } from "../../../lib/json/exact-integer.ts";
import { UserError } from "../../../lib/user-error.ts";
import { goTemplatePrinter } from "./go-template-printer.ts";

const object = {
  kind: "Pod",
  n: 3,
  f: 1.5,
  big: jsonInteger(9_007_199_254_740_993n),
  yes: true,
  nothing: null,
  list: ["a", "b", "c"],
  empty: [],
  map: { b: 2, a: 1 },
  spec: { containers: [{ name: "x", ports: [80, 81] }, { name: "y" }] },
};

const printed = (template: string, allowsMissing = true): string =>
  goTemplatePrinter(template, { allowsMissing })(object);

test.each([
  ["{{.kind}}", "Pod"],
  ["a {{.kind}} b", "a Pod b"],
  ["{{.n}} {{.f}} {{.big}} {{.yes}} {{.list}} {{.map}}", "3 1.5 9007199254740993 true [a b c] map[a:1 b:2]"],
  ["{{.nope}} {{.nope.deeper}} {{.nothing}}", "<no value> <no value> <no value>"],
  ["a {{- .kind -}}  b", "aPodb"],
  ["{{/* a note */}}x{{- /* trimmed */ -}} y", "xy"],
  ["{{\"a\\tb\"}} {{`raw\\t`}} {{'a'}} {{0x10}} {{-2}} {{1.5}}", "a\tb raw\\t 97 16 -2 1.5"],
  ["{{range .list}}[{{.}}]{{end}}", "[a][b][c]"],
  ["{{range $i, $e := .list}}{{$i}}{{$e}}{{end}}", "0a1b2c"],
  ["{{range $e := .list}}{{$e}}{{end}}", "abc"],
  ["{{range $k, $v := .map}}{{$k}}={{$v}} {{end}}", "a=1 b=2 "],
  ["{{range .empty}}x{{else}}none{{end}}", "none"],
  ["{{range .nope}}x{{else}}none{{end}}", "none"],
  ['{{range .list}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', "ac"],
  ['{{range .list}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', "a"],
  ["{{range .n}}{{.}}{{end}}", "012"],
  ["{{range .spec.containers}}{{.name}}:{{range .ports}}{{.}},{{end}} {{end}}", "x:80,81, y: "],
  ["{{if .yes}}a{{else}}b{{end}}", "a"],
  ["{{if .nope}}a{{else if .yes}}b{{else}}c{{end}}", "b"],
  ['{{if .empty}}a{{else}}b{{end}}{{if 0}}a{{end}}{{if ""}}a{{end}}', "b"],
  ["{{with .spec}}{{range .containers}}{{.name}}{{end}}{{end}}", "xy"],
  ["{{with .nope}}a{{else}}b{{end}}{{with $x := .kind}}{{$x}}{{.}}{{end}}", "bPodPod"],
  ["{{$x := 1}}{{if .yes}}{{$x = 2}}{{end}}{{$x}}", "2"],
  ["{{$x := 1}}{{if .yes}}{{$x := 2}}{{end}}{{$x}}", "1"],
  ["{{range .list}}{{$.kind}}{{end}}", "PodPodPod"],
  ["{{$s := .spec}}{{(index $s.containers 1).name}}", "y"],
  ['{{.kind | printf "%s-%s" "a" | len}}', "5"],
  ['{{len .list}} {{len .map}} {{len .kind}} {{len "é"}}', "3 2 3 2"],
  [
    '{{index .list 1}} {{index .map "a"}} {{index .spec.containers 0 "name"}} {{index .map "nope"}}',
    "b 1 x <no value>",
  ],
  ["{{slice .list 1 2}} {{slice .kind 1}}", "[b] od"],
  ["{{and .yes .kind}} {{and .nope .kind}} {{or .nope .kind}} {{not .yes}}", "Pod <no value> Pod false"],
  ["{{and .nope (index .list 9)}}", "<no value>"],
  [
    '{{eq .kind "a" "Pod"}} {{ne .n 4}} {{lt .n 4}} {{le .n 3}} {{gt .n 3}} {{ge .n 3}}',
    "true true true true false true",
  ],
  ['{{lt "a" "b"}} {{eq .nope nil}}'.replace(" {{eq .nope nil}}", ""), "true"],
  ['{{print 1 2 "a" 3}}{{println "x" 1}}', "1 2a3x 1\n"],
  [
    '{{printf "%v|%5d|%-5s|%05d|%q|%t|%.2f|%x|%T|%%" .list .n "ab" 42 "q\\"" true .f "hi" .n}}',
    '[a b c]|    3|ab   |00042|"q\\""|true|1.50|6869|int64|%',
  ],
  ['{{printf "%d" "a"}} {{printf "%s"}} {{printf "x" 1}}', "%!d(string=a) %!s(MISSING) x%!(EXTRA int64=1)"],
  [
    '{{html "<a b=\'c\'>&"}} {{js "it\'s <"}} {{urlquery "a b&c"}}',
    "&lt;a b=&#39;c&#39;&gt;&amp; it\\'s \\u003C a+b%26c",
  ],
  ['{{exists . "spec" "containers"}} {{exists . "spec" "nope"}} {{exists .list 5}}', "true false false"],
  ['{{base64decode "aGVsbG8="}}', "hello"],
  ['{{define "part"}}<{{.}}>{{end}}{{template "part" .kind}}{{template "part"}}', "<Pod><<no value>>"],
  ['{{block "b" .kind}}[{{.}}]{{end}}', "[Pod]"],
])("goTemplatePrinter carries out %s", (template, expected) => expect(printed(template)).toBe(expected));

test.each([
  ["{{foo}}", 'template: output:1: function "foo" not defined'],
  ["{{if}}", "template: output:1: missing value for if"],
  ["{{}}", "template: output:1: missing value for command"],
  ["{{range .list}}", "template: output:1: unexpected EOF"],
  ["{{end}}", "template: output:1: unexpected {{end}}"],
  ["{{.kind", "template: output:1: unclosed action"],
  ['\n{{"a}}', "template: output:2: unterminated quoted string"],
  ["{{$x}}", 'template: output:1: undefined variable "$x"'],
  ["{{(.kind}}", "template: output:1: unclosed left paren"],
  ["{{break}}", "template: output:1: {{break}} outside {{range}}"],
])("goTemplatePrinter refuses to read %j", (template, problem) =>
  expect(() => printed(template)).toThrow(`error parsing template ${template}, ${problem}`),
);

test.each([
  ["{{.kind.x}}", '1:7: executing "output" at <.kind.x>: can\'t evaluate field x in type interface {}'],
  ["{{index .list 5}}", '1:2: executing "output" at <index .list 5>: error calling index: index out of range: 5'],
  ["{{len .n}}", '1:2: executing "output" at <len .n>: error calling len: len of type int64'],
  ["{{eq .n}}", '1:2: executing "output" at <eq .n>: error calling eq: missing argument for comparison'],
  ['{{lt .n "a"}}', '1:2: executing "output" at <lt .n "a">: error calling lt: incompatible types for comparison'],
  ["{{not}}", '1:2: executing "output" at <not>: wrong number of args for not: want 1 got 0'],
  ["\n {{range .kind}}{{end}}", '2:10: executing "output" at <.kind>: range can\'t iterate over Pod'],
  ['{{template "x"}}', '1:2: executing "output" at <{{template "x"}}>: template "x" not defined'],
  ['{{base64decode "!"}}', "error calling base64decode: base64 decode failed: illegal base64 data at input byte 0"],
])("goTemplatePrinter fails on %j", (template, problem) => expect(() => printed(template)).toThrow(problem));

test("goTemplatePrinter can insist on keys", () => {
  expect(() => printed("{{.spec.nope}}", false)).toThrow('map has no entry for key "nope"');
});

test("goTemplatePrinter puts help for debugging on the standard output", () => {
  try {
    printed("{{.kind.x}}");
    throw new Error("It did not fail");
  } catch (error) {
    expect(error instanceof UserError && error.output).toContain(
      "Printing more information for debugging the template:",
    );
  }
});
