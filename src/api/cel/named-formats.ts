/** Named formats of strings in expressions (apiserver/pkg/cel/library/format.go). */
import { member, overload, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { parseTimestamp } from "../../lib/cel/time-text.ts";
import { listType, optionalType, STRING, structType } from "../../lib/cel/types.ts";
import { ArrayList, OpaqueValue, Optional } from "../../lib/cel/values.ts";
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelKeyProblems,
  labelValueProblems,
  type Problems,
} from "../names.ts";
import { urlProblem } from "./url.ts";

const FORMAT = structType("kubernetes.NamedFormat");

export class FormatValue extends OpaqueValue {
  override readonly type = FORMAT;
  readonly name: string;
  readonly problems: (text: string) => Problems;
  /** What a check costs, as if it were a regular expression of this length. */
  readonly regexSize: number;

  constructor(name: string, problems: (text: string) => Problems, regexSize: number) {
    super();
    this.name = name;
    this.problems = problems;
    this.regexSize = regexSize;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && other.name === this.name;
  }
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const DATE_TIME_PATTERN_LENGTH = 71;
const UUID_PATTERN_LENGTH = 70;

/** A prefix may end in a dash, because something follows it. */
const ofPrefix = (problems: (text: string) => Problems) => (text: string) =>
  problems(text.length > 1 ? text.replace(/-$/, "a") : text);

const unless = (holds: (text: string) => boolean, problem: string) => (text: string) => (holds(text) ? [] : [problem]);

const isDate = (text: string): boolean => /^[0-9]{4}-/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== undefined;
const isDateTime = (text: string): boolean =>
  parseTimestamp(text.replace(/[ t]/, "T").replace(/z$/, "Z")) !== undefined;

const FORMATS: ReadonlyMap<string, FormatValue> = new Map([
  ["dns1123Label", new FormatValue("DNS1123Label", dnsLabelProblems, 30)],
  ["dns1123Subdomain", new FormatValue("DNS1123Subdomain", dnsSubdomainProblems, 60)],
  ["dns1035Label", new FormatValue("DNS1035Label", dns1035LabelProblems, 30)],
  ["qualifiedName", new FormatValue("QualifiedName", labelKeyProblems, 60)],
  ["dns1123LabelPrefix", new FormatValue("DNS1123LabelPrefix", ofPrefix(dnsLabelProblems), 30)],
  ["dns1123SubdomainPrefix", new FormatValue("DNS1123SubdomainPrefix", ofPrefix(dnsSubdomainProblems), 60)],
  ["dns1035LabelPrefix", new FormatValue("DNS1035LabelPrefix", ofPrefix(dns1035LabelProblems), 30)],
  ["labelValue", new FormatValue("LabelValue", labelValueProblems, 40)],
  [
    "uri",
    new FormatValue(
      "URI",
      (text) => {
        const problem = urlProblem(text);
        return problem === undefined ? [] : [problem];
      },
      1103,
    ),
  ],
  [
    "uuid",
    new FormatValue(
      "uuid",
      unless((text) => UUID.test(text), "does not match the UUID format"),
      UUID_PATTERN_LENGTH,
    ),
  ],
  [
    "byte",
    new FormatValue(
      "byte",
      unless((text) => BASE64.test(text), "invalid base64"),
      84,
    ),
  ],
  ["date", new FormatValue("date", unless(isDate, "invalid date"), DATE_TIME_PATTERN_LENGTH)],
  ["datetime", new FormatValue("datetime", unless(isDateTime, "invalid datetime"), DATE_TIME_PATTERN_LENGTH)],
]);

export const FORMAT_FUNCTIONS: readonly FunctionDeclaration[] = [
  ...[...FORMATS].map(([name, format]): FunctionDeclaration => ({
    name: `format.${name}`,
    overloads: [overload(`format.${name}`, [], FORMAT, () => format)],
  })),
  {
    name: "format.named",
    overloads: [
      overload("format-named", [STRING], optionalType(FORMAT), (name: string) => new Optional(FORMATS.get(name))),
    ],
  },
  {
    name: "validate",
    overloads: [
      member(
        "format-validate",
        [FORMAT, STRING],
        optionalType(listType(STRING)),
        (format: FormatValue, text: string) => {
          const problems = format.problems(text);
          return new Optional(problems.length === 0 ? undefined : new ArrayList(problems));
        },
      ),
    ],
  },
];
