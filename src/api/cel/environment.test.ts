import { expect, test } from "bun:test";

import { formatText } from "../../lib/cel/format-text.ts";
import { DYN, INT, listType, mapType, STRING, structType } from "../../lib/cel/types.ts";
import { ArrayList, fromJson, typeName, type Value } from "../../lib/cel/values.ts";
import { celEnvironment, compileExpression, PER_CALL_LIMIT } from "./environment.ts";

const VARIABLES = [
  ["object", DYN],
  ["names", listType(STRING)],
  ["counts", mapType(STRING, INT)],
] as const;

const VALUES: Readonly<Record<string, unknown>> = {
  object: {
    metadata: { name: "web", labels: { app: "shop", "example.com/tier": "front" } },
    spec: { replicas: 3, ratio: 0.5, ports: [80, 443], empty: [], nothing: null },
  },
  names: ["a", "b", "c"],
  counts: { one: 1, two: 2 },
};

function evaluate(expression: string): unknown {
  const { program, problem } = compileExpression(expression, celEnvironment(VARIABLES));
  if (!program) return problem;
  const result = program.evaluate((name) => fromJson(VALUES[name]), PER_CALL_LIMIT);
  return result.error === undefined ? result.value : `error: ${result.error}`;
}

/** Each is true. */
const TRUE = `
1 + 2 * 3 == 7 && 7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1
1u + 2u == 3u && 2.5 * 2.0 == 5.0 && dyn(1) == 1.0 && dyn(1u) == 1 && 2.0 > 1 && 1 < 2u
"a" + "b" == "ab" && b"ab" == bytes("ab") && "é".size() == 1 && size("😀x") == 2
[1, 2] + [3] == [1, 2, 3] && 2 in [1, 2] && !(4 in [1, 2]) && "one" in counts
{"a": 1}.a == 1 && {"a": 1}["a"] == 1 && {1: "x"}[1] == "x" && [1, 2][1] == 2
object.metadata.name == "web" && object.spec.replicas == 3 && object.spec.ratio == 0.5
has(object.metadata.labels) && !has(object.metadata.annotations) && has(object.metadata.labels.app)
object.metadata.labels["example.com/tier"] == "front"
names.all(n, n.size() == 1) && names.exists(n, n == "b") && names.exists_one(n, n == "c") && !names.existsOne(n, n > "a")
names.map(n, n + "!") == ["a!", "b!", "c!"] && names.filter(n, n != "b") == ["a", "c"] && names.map(n, n > "a", n) == ["b", "c"]
counts.all(k, counts[k] > 0) && counts.map(k, k).size() == 2
[0, 1].exists(x, 1 / x == 1) && ![0, 1].all(x, 1 / x == 2)
false && object.missing == 1 || true
true || object.missing == 1
object.missing == 1 || true
(object.spec.replicas > 2 ? "many" : "few") == "many"
names.all(i, n, n == names[i]) && names.exists(i, n, i == 2 && n == "c") && counts.existsOne(k, v, v == 2)
names.transformList(i, n, string(i) + n) == ["0a", "1b", "2c"] && names.transformList(i, n, i > 0, n) == ["b", "c"]
names.transformMap(i, n, n) == {0: "a", 1: "b", 2: "c"} && counts.transformMapEntry(k, v, {v: k}) == {1: "one", 2: "two"}
object.?spec.?replicas.orValue(0) == 3 && object.?spec.?missing.orValue(7) == 7 && object.spec[?"missing"].hasValue() == false
optional.of(1).value() == 1 && !optional.none().hasValue() && optional.ofNonZeroValue("").or(optional.of("x")).value() == "x"
object.?spec.replicas.optMap(r, r * 2).orValue(0) == 6 && optional.of(1).optFlatMap(x, optional.of(x + 1)) == optional.of(2)
[?optional.of(1), ?optional.none()] == [1] && {?"a": optional.of(1), ?"b": optional.none()} == {"a": 1}
names.first().value() == "a" && names.last().value() == "c" && optional.unwrap([optional.of(1), optional.none()]) == [1]
type(1) == int && type("") == string && type([]) == list && type(object) == map && type(int) == type && type(null) == null_type
int("42") == 42 && int(2.9) == 2 && uint("7") == 7u && double("1.5") == 1.5 && string(1.0) == "1" && string(true) == "true"
string(duration("1h30m")) == "5400s" && duration("1.5s") == duration("1500ms") && duration("60s").getMinutes() == 1
timestamp("2026-01-02T03:04:05Z").getHours() == 3 && timestamp("2026-01-02T03:04:05.5+01:00") < timestamp("2026-01-02T03:04:05Z")
timestamp("2026-07-01T00:00:00Z").getHours("Europe/Berlin") == 2 && timestamp("2026-03-01T00:00:00Z").getDayOfYear() == 59
timestamp("2026-01-01T00:00:10Z") - timestamp("2026-01-01T00:00:00Z") == duration("10s") && int(timestamp("1970-01-01T00:00:10Z")) == 10
"abc".matches("^a.c$") && !"abc".matches("^b") && "hello".contains("ell") && "hello".startsWith("he") && "hello".endsWith("lo")
"hello".charAt(1) == "e" && "hello".indexOf("l") == 2 && "hello".lastIndexOf("l") == 3 && "hello".indexOf("l", 3) == 3
"hello".substring(1, 3) == "el" && "Hello".lowerAscii() == "hello" && "a".upperAscii() == "A" && " x ".trim() == "x"
"a,b,c".split(",") == ["a", "b", "c"] && "a,b,c".split(",", 2) == ["a", "b,c"] && "aXbX".replace("X", "-") == "a-b-" && "aXbX".replace("X", "-", 1) == "a-bX"
names.join("-") == "a-b-c" && "%s has %d, %.2f, %x, %s".format([dyn("x"), dyn(3), dyn(1.5), dyn(255), dyn([1])]) == "x has 3, 1.50, ff, [1]"
strings.quote("a\\n") == '"a\\\\n"'
[3, 1, 2].sort() == [1, 2, 3] && names.reverse() == ["c", "b", "a"] && [1, 1, 2].distinct() == [1, 2] && lists.range(3) == [0, 1, 2]
[[1], [2, 3]].flatten() == [1, 2, 3] && names.slice(1, 3) == ["b", "c"] && ["bb", "a"].sortBy(x, x.size()) == ["a", "bb"]
sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [1, 2]) && !sets.intersects([1], [2])
[1, 2, 3].sum() == 6 && [1, 3, 2].max() == 3 && ["b", "a"].min() == "a" && [1, 2].isSorted() && names.indexOf("b") == 1 && [1, 1].lastIndexOf(1) == 1
"abc 123".find("[0-9]+") == "123" && "1 a 2".findAll("[0-9]") == ["1", "2"] && "1 2 3".findAll("[0-9]", 2) == ["1", "2"] && "x".find("y") == ""
url("https://example.com:80/a b?k=1&k=2").getHost() == "example.com:80" && url("https://[::1]:80/").getHostname() == "::1" && isURL("/path") && !isURL("a")
url("https://example.com/path with spaces/").getEscapedPath() == "/path%20with%20spaces/" && url("/p?k=1&k=2").getQuery() == {"k": ["1", "2"]}
ip("10.0.0.1").family() == 4 && ip("::1").isLoopback() && isIP("1.2.3.4") && !isIP("1.2.3") && ip.isCanonical("::1") && string(ip("10.0.0.1")) == "10.0.0.1"
cidr("10.0.0.0/8").containsIP("10.1.2.3") && cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && cidr("10.1.2.3/8").masked() == cidr("10.0.0.0/8") && cidr("10.0.0.0/8").prefixLength() == 8
quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("1.5").add(quantity("500m")) == quantity("2") && isQuantity("1k") && !isQuantity("x") && quantity("2k").asInteger() == 2000
semver("1.2.3").isLessThan(semver("1.10.0")) && semver("1.0.0-a").compareTo(semver("1.0.0")) == -1 && semver("v1.0", true).minor() == 0 && !isSemver("v1.0")
format.dns1123Label().validate("My")[0].hasValue() && !format.dns1123Label().validate("my").hasValue() && format.named("uuid").hasValue() && !format.named("x").hasValue()
dyn(1) == 1 && dyn("a") != 1 && null == null && object.spec.nothing == null
'''multi
line''' == "multi\\nline" && r"\\d" == "\\\\d" && "\\u00e9" == "é" && '\\x41' == "A"
object.spec.ports.all(p, p > 0 && p <= 65535)
optional.of(optional.of(1)).value().value() == 1
`
  .trim()
  .split(/\n(?!line)/);

test.each(TRUE)("CEL: %s", (expression) => {
  expect(evaluate(expression)).toBe(true);
});

test.each([
  ["1 / 0", "division by zero"],
  ["1 % 0", "modulus by zero"],
  ["9223372036854775807 + 1", "integer overflow"],
  ["0u - 1u", "unsigned integer overflow"],
  ["object.missing", "no such key: missing"],
  ["names[3]", "index out of bounds: 3"],
  ["dyn(1) + dyn('a')", "no such overload"],
  ["optional.none().value()", "optional.none() dereference"],
  ["'abc'.substring(4)", "index out of range: 4"],
  ["quantity('x')", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ["[].max() == 1", "max called on empty list"],
  ["int('x')", 'strconv.ParseInt: parsing "x": invalid syntax'],
])("CEL: %s ends with: %s", (expression, error) => {
  expect(evaluate(expression)).toBe(`error: ${error}`);
});

test.each([
  ["foo", "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^"],
  ["foo()", "ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo()\n | ...^"],
  [
    "1 + 'a'",
    "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | ..^",
  ],
  ["names.foo", "ERROR: <input>:1:6: type 'list(string)' does not support field selection\n | names.foo\n | .....^"],
  [
    "names.contains('a')",
    "ERROR: <input>:1:15: found no matching overload for 'contains' applied to 'list(string).(string)'\n | names.contains('a')\n | ..............^",
  ],
  [
    "1 +",
    "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 1 +\n | ...^",
  ],
  ["names.all(1, true)", "ERROR: <input>:1:11: argument must be a simple name\n | names.all(1, true)\n | ..........^"],
  ["has(names)", "ERROR: <input>:1:5: invalid argument to has() macro\n | has(names)\n | ....^"],
  ["'a'.matches('(')", "ERROR: <input>:1:13: invalid matches argument\n | 'a'.matches('(')\n | ............^"],
  ["duration('x')", "ERROR: <input>:1:10: invalid duration argument\n | duration('x')\n | .........^"],
  ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
  ["namespace", "ERROR: <input>:1:1: reserved identifier: namespace\n | namespace\n | ^"],
  ["1 && true", "ERROR: <input>:1:1: expected type 'bool' but found 'int'\n | 1 && true\n | ^"],
])("CEL refuses %s", (expression, problem) => {
  expect(evaluate(expression)).toBe(problem);
});

test("An evaluation ends when it costs more than its limit", () => {
  const { program } = compileExpression(
    "lists.range(1000).all(a, lists.range(1000).all(b, a + b >= 0))",
    celEnvironment([]),
  );
  const result = program?.evaluate(() => undefined, PER_CALL_LIMIT);
  expect(result?.error).toBe("operation cancelled: actual cost limit exceeded");
});

test("Costs are those of upstream's cost model", () => {
  const cost = (expression: string): number | undefined =>
    compileExpression(expression, celEnvironment(VARIABLES)).program?.evaluate(
      (name) => fromJson(VALUES[name]),
      PER_CALL_LIMIT,
    ).cost;
  expect(cost("object.spec.replicas")).toBe(3);
  expect(cost("has(object.spec)")).toBe(1);
  expect(cost("object.spec.replicas == 3")).toBe(4);
  expect(cost("'abcdefghijklmnopqrstuvwxyz'.contains('abc')")).toBe(3);
  expect(cost("names[0]")).toBe(2);
});

test("A struct has only its declared fields", () => {
  const environment = celEnvironment(
    [["self", structType("object")]],
    new Map([["object", new Map([["replicas", INT]])]]),
  );
  expect(compileExpression("self.replicas > 1", environment).problem).toBeUndefined();
  expect(compileExpression("self.replica > 1", environment).problem).toBe(
    "ERROR: <input>:1:5: undefined field 'replica'\n | self.replica > 1\n | ....^",
  );
});

test("format shows values of every type", () => {
  expect(formatText("%s %s", new ArrayList([fromJson({ a: 1 }), null]))).toBe('{"a":1} null');
  const values: readonly Value[] = [1n, 1, "", true, null];
  expect(values.map(typeName)).toEqual(["int", "double", "string", "bool", "null_type"]);
});
