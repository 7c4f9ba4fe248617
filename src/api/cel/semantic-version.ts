/** Semantic versions in expressions (apiserver/pkg/cel/library/semverlib.go). */
import { member, overload, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { BOOL, INT, STRING, structType } from "../../lib/cel/types.ts";
import { CelError, OpaqueValue } from "../../lib/cel/values.ts";

const SEMVER = structType("kubernetes.Semver");

interface SemanticVersion {
  readonly core: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
}

class SemverValue extends OpaqueValue {
  override readonly type = SEMVER;
  readonly version: SemanticVersion;

  constructor(version: SemanticVersion) {
    super();
    this.version = version;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compareVersions(this.version, other.version) === 0;
  }
}

const FORM =
  /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** The reason is returned as text. */
function parseVersion(text: string): SemanticVersion | string {
  if (text === "") return "Version string empty";
  const match = FORM.exec(text);
  if (!match) return problemOf(text);
  const [, major = "0", minor = "0", patch = "0", prerelease] = match;
  const identifiers = prerelease?.split(".") ?? [];
  const padded = identifiers.find((identifier) => /^0[0-9]+$/.test(identifier));
  if (padded !== undefined) {
    return `Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(padded)}`;
  }
  return { core: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease: identifiers };
}

function problemOf(text: string): string {
  const parts = text.split(".");
  if (parts.length < 3) return "No Major.Minor.Patch elements found";
  const names = ["Major", "Minor", "Patch"];
  const cores = [parts[0] ?? "", parts[1] ?? "", parts.slice(2).join(".").split(/[-+]/)[0] ?? ""];
  for (const [index, core] of cores.entries()) {
    if (!/^[0-9]+$/.test(core))
      return `Invalid character(s) found in ${names[index]?.toLowerCase()} number ${JSON.stringify(core)}`;
    if (core.length > 1 && core.startsWith("0")) {
      return `${names[index]} number must not contain leading zeroes ${JSON.stringify(core)}`;
    }
  }
  return `Invalid character(s) found in prerelease ${JSON.stringify(text)}`;
}

/** Without a leading v and zeros, and with the parts that were left out. */
function parseTolerant(text: string): SemanticVersion | string {
  const [major = "", minor, ...patch] = text.replace(/^v/, "").split(".");
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(patch.length > 0 ? [patch.join(".")] : [])].map(
    (part) => {
      if (part.length <= 1) return part;
      const trimmed = part.replace(/^0+/, "");
      return /^[0-9]/.test(trimmed) ? trimmed : `0${trimmed}`;
    },
  );
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? "")) {
    return "short version cannot contain PreRelease/Build meta data";
  }
  while (parts.length < 3) parts.push("0");
  return parseVersion(parts.join("."));
}

function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const [index, part] of a.core.entries()) {
    const other = b.core[index] ?? 0n;
    if (part !== other) return part < other ? -1 : 1;
  }
  // A release comes after its previews.
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0);
  }
  for (const [index, identifier] of a.prerelease.entries()) {
    const other = b.prerelease[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length === b.prerelease.length ? 0 : -1;
}

function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const [isANumber, isBNumber] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)];
  if (isANumber && isBNumber) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (isANumber !== isBNumber) return isANumber ? -1 : 1;
  return a < b ? -1 : 1;
}

function semverOf(parsed: SemanticVersion | string): SemverValue {
  if (typeof parsed === "string") throw new CelError(parsed);
  return new SemverValue(parsed);
}

const parsedAs = (text: string, isTolerant: boolean): SemanticVersion | string =>
  isTolerant ? parseTolerant(text) : parseVersion(text);

const comparison = (name: string, id: string, holds: (order: number) => boolean | bigint): FunctionDeclaration => ({
  name,
  overloads: [
    member(id, [SEMVER, SEMVER], name === "compareTo" ? INT : BOOL, (a: SemverValue, b: SemverValue) =>
      holds(compareVersions(a.version, b.version)),
    ),
  ],
});

const part = (name: string, index: 0 | 1 | 2): FunctionDeclaration => ({
  name,
  overloads: [member(`semver_${name}`, [SEMVER], INT, ({ version }: SemverValue) => version.core[index])],
});

export const SEMVER_FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: "semver",
    overloads: [
      overload("string_to_semver", [STRING], SEMVER, (text: string) => semverOf(parseVersion(text))),
      overload("string_bool_to_semver", [STRING, BOOL], SEMVER, (text: string, isTolerant: boolean) =>
        semverOf(parsedAs(text, isTolerant)),
      ),
    ],
  },
  {
    name: "isSemver",
    overloads: [
      overload("is_semver_string", [STRING], BOOL, (text: string) => typeof parseVersion(text) !== "string"),
      overload("is_semver_string_bool", [STRING, BOOL], BOOL, (text: string, isTolerant: boolean) => {
        return typeof parsedAs(text, isTolerant) !== "string";
      }),
    ],
  },
  comparison("isGreaterThan", "semver_is_greater_than", (order) => order > 0),
  comparison("isLessThan", "semver_is_less_than", (order) => order < 0),
  comparison("compareTo", "semver_compare_to", (order) => BigInt(order)),
  part("major", 0),
  part("minor", 1),
  part("patch", 2),
];
