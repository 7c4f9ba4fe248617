/**
 * The formats of names, keys and values. Every function gives the list of what is wrong, in upstream's wording
 * (apimachinery/pkg/util/validation and pkg/api/validate/content); an empty list means the value is well formed.
 */
import type { NameFormat } from "./kind.ts";

export type Problems = readonly string[];

const NONE: Problems = [];

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_WITH_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const SUBDOMAIN_WITH_UNDERSCORE = `${LABEL_WITH_UNDERSCORE}(\\.${LABEL_WITH_UNDERSCORE})*`;
const DNS_1035_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?";
const LABEL_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${LABEL_KEY})?`;
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const C_IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";
const CONFIG_KEY = "[-._a-zA-Z0-9]+";
const HEADER_NAME = "[-A-Za-z0-9]+";
const PERCENT = "[0-9]+%";
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

const LABEL_REGEX = whole(LABEL);
const SUBDOMAIN_REGEX = whole(SUBDOMAIN);
const SUBDOMAIN_WITH_UNDERSCORE_REGEX = whole(SUBDOMAIN_WITH_UNDERSCORE);
const DNS_1035_LABEL_REGEX = whole(DNS_1035_LABEL);
const LABEL_KEY_REGEX = whole(LABEL_KEY);
const LABEL_VALUE_REGEX = whole(LABEL_VALUE);
const WILDCARD_REGEX = whole(WILDCARD);
const C_IDENTIFIER_REGEX = whole(C_IDENTIFIER);
const CONFIG_KEY_REGEX = whole(CONFIG_KEY);
const HEADER_NAME_REGEX = whole(HEADER_NAME);
const PERCENT_REGEX = whole(PERCENT);
const HTTP_PATH_REGEX = whole(HTTP_PATH);
const PORT_NAME_CHARACTERS = /^[-a-z0-9]+$/;
/** Printable ASCII but for `=`. */
const RELAXED_ENV_NAME = /^[ -<>-~]*$/;

const LABEL_MAX_BYTES = 63;
const SUBDOMAIN_MAX_BYTES = 253;
const PORT_NAME_MAX_BYTES = 15;

const SUBDOMAIN_EXPLAINED = explained(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  "example.com",
);
const LABEL_KEY_EXPLAINED = explained(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_KEY,
  "MyName",
  "my.name",
  "123-abc",
);

/** A DNS-1123 label: `web-0`. */
export function dnsLabelProblems(value: string): Problems {
  const fits = byteLength(value) <= LABEL_MAX_BYTES;
  if (fits && LABEL_REGEX.test(value)) return NONE;
  const problems = fits ? [] : [tooLong(LABEL_MAX_BYTES)];
  if (LABEL_REGEX.test(value)) return problems;
  return [
    ...problems,
    SUBDOMAIN_REGEX.test(value)
      ? "must not contain dots"
      : explained(
          "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
          LABEL,
          "my-name",
          "123-abc",
        ),
  ];
}

/** A DNS-1123 subdomain: `example.com`. */
export function dnsSubdomainProblems(value: string): Problems {
  return problemsOf(value, SUBDOMAIN_REGEX, SUBDOMAIN_EXPLAINED, tooLong(SUBDOMAIN_MAX_BYTES), SUBDOMAIN_MAX_BYTES);
}

/** As `dnsSubdomainProblems`, but `_tcp.example.com` is well formed too. */
export function dnsSubdomainWithUnderscoreProblems(value: string): Problems {
  return problemsOf(
    value,
    SUBDOMAIN_WITH_UNDERSCORE_REGEX,
    explained(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
      SUBDOMAIN_WITH_UNDERSCORE,
      "example.com",
    ),
    tooLong(SUBDOMAIN_MAX_BYTES),
    SUBDOMAIN_MAX_BYTES,
  );
}

/** `*.example.com`. */
export function wildcardSubdomainProblems(value: string): Problems {
  return problemsOf(
    value,
    WILDCARD_REGEX,
    explained(
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
      WILDCARD,
      "*.example.com",
    ),
    tooLong(SUBDOMAIN_MAX_BYTES),
    SUBDOMAIN_MAX_BYTES,
  );
}

/** A DNS-1035 label, which starts with a letter: names of Services. */
export function dns1035LabelProblems(value: string): Problems {
  return problemsOf(
    value,
    DNS_1035_LABEL_REGEX,
    explained(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      DNS_1035_LABEL,
      "my-name",
      "abc-123",
    ),
    tooLong(LABEL_MAX_BYTES),
    LABEL_MAX_BYTES,
  );
}

/** What a name may be when only the path of its URL limits it. */
export function pathSegmentProblems(name: string): Problems {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return pathSegmentPrefixProblems(name);
}

function pathSegmentPrefixProblems(name: string): Problems {
  return ["/", "%"]
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** The key of a label, annotation or finalizer: a name with an optional domain before it. */
export function labelKeyProblems(key: string): Problems {
  const slash = key.indexOf("/");
  if (slash === -1) return labelNameProblems(key);
  const name = key.slice(slash + 1);
  if (name.includes("/")) {
    return [
      `a valid label key ${LABEL_KEY_EXPLAINED} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems = [...labelPrefixProblems(key.slice(0, slash)), ...labelNameProblems(name)];
  return problems.length === 0 ? NONE : problems;
}

function labelPrefixProblems(prefix: string): Problems {
  if (prefix === "") return ["prefix part must be non-empty"];
  return problemsOf(
    prefix,
    SUBDOMAIN_REGEX,
    `prefix part ${SUBDOMAIN_EXPLAINED}`,
    `prefix part ${tooManyBytes(SUBDOMAIN_MAX_BYTES)}`,
    SUBDOMAIN_MAX_BYTES,
  );
}

function labelNameProblems(name: string): Problems {
  const problems = problemsOf(
    name,
    LABEL_KEY_REGEX,
    `name part ${LABEL_KEY_EXPLAINED}`,
    `name part ${tooManyBytes(LABEL_MAX_BYTES)}`,
    LABEL_MAX_BYTES,
  );
  return name === "" ? ["name part must be non-empty", ...problems] : problems;
}

export function labelValueProblems(value: string): Problems {
  return problemsOf(
    value,
    LABEL_VALUE_REGEX,
    explained(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      LABEL_VALUE,
      "MyValue",
      "my_value",
      "12345",
    ),
    tooManyBytes(LABEL_MAX_BYTES),
    LABEL_MAX_BYTES,
  );
}

export function cIdentifierProblems(value: string): Problems {
  if (C_IDENTIFIER_REGEX.test(value)) return NONE;
  return [
    explained(
      "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
      C_IDENTIFIER,
      "my_name",
      "MY_NAME",
      "MyName",
    ),
  ];
}

/** Since 1.34 (RelaxedEnvironmentVariableValidation) an environment variable may have any printable ASCII name without `=`. */
export function envVarNameProblems(value: string): Problems {
  if (value === "") return ["environment variable name must be non-empty"];
  if (RELAXED_ENV_NAME.test(value)) return NONE;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret, which becomes the name of a file. */
export function configMapKeyProblems(value: string): Problems {
  const problems = problemsOf(
    value,
    CONFIG_KEY_REGEX,
    explained(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
      CONFIG_KEY,
      "key.name",
      "KEY_NAME",
      "key-name",
    ),
    tooLong(SUBDOMAIN_MAX_BYTES),
    SUBDOMAIN_MAX_BYTES,
  );
  if (!value.startsWith(".")) return problems;
  if (value === "." || value === "..") return [...problems, `must not be '${value}'`];
  return value.startsWith("..") ? [...problems, "must not start with '..'"] : problems;
}

/** An IANA service name: `http`. */
export function portNameProblems(value: string): Problems {
  const problems: string[] = [];
  if (byteLength(value) > PORT_NAME_MAX_BYTES) problems.push(tooLong(PORT_NAME_MAX_BYTES));
  if (!PORT_NAME_CHARACTERS.test(value)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(value)) problems.push("must contain at least one letter (a-z)");
  if (value.includes("--")) problems.push("must not contain consecutive hyphens");
  if (value.startsWith("-") || value.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

export const portNumberProblems = (port: number): Problems => rangeProblems(port, 1, 65535);

/** Of a user or a group: what the container runtimes accept. */
export const unixIdProblems = (id: number): Problems => rangeProblems(id, 0, 2 ** 31 - 1);

export function rangeProblems(value: number, min: number, max: number): Problems {
  return min <= value && value <= max ? NONE : [`must be between ${min} and ${max}, inclusive`];
}

/** `25%`. */
export function percentProblems(value: string): Problems {
  if (PERCENT_REGEX.test(value)) return NONE;
  return [explained("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, "1%", "93%")];
}

export function headerNameProblems(value: string): Problems {
  if (HEADER_NAME_REGEX.test(value)) return NONE;
  return [
    explained("a valid HTTP header must consist of alphanumeric characters or '-'", HEADER_NAME, "X-Header-Name"),
  ];
}

/** What follows the domain in `acme.io/foo`. */
export function httpPathProblems(value: string): Problems {
  if (HTTP_PATH_REGEX.test(value)) return NONE;
  return [explained("Invalid path", HTTP_PATH)];
}

/** What is wrong with the name of an object of a kind. `own` is left to the kind. */
export function nameProblems(name: string, format: NameFormat): Problems {
  switch (format) {
    case "dns-subdomain":
      return dnsSubdomainProblems(name);
    case "dns-label":
      return dnsLabelProblems(name);
    case "dns-1035-label":
      return dns1035LabelProblems(name);
    case "path-segment":
      return pathSegmentProblems(name);
    case "own":
      return NONE;
  }
}

/** What is wrong with `metadata.generateName`: the start of a name, which may end with a dash. */
export function generateNameProblems(prefix: string, format: NameFormat): Problems {
  if (format === "path-segment") return pathSegmentPrefixProblems(prefix);
  // Kubernetes masks the character before the dash too, so "a--" passes here and fails or not by the name it becomes.
  const masked = prefix.length > 1 && prefix.endsWith("-") ? `${prefix.slice(0, -2)}a` : prefix;
  return nameProblems(masked, format);
}

/** "must consist of X (e.g. 'a',  or 'b', regex used for validation is 'r')": the odd commas are upstream's. */
function explained(message: string, regex: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${regex}')`;
  const list = examples.map((example) => `'${example}', `).join(" or ");
  return `${message} (e.g. ${list}regex used for validation is '${regex}')`;
}

function problemsOf(value: string, regex: RegExp, wrongForm: string, tooLongText: string, maxBytes: number): Problems {
  const fits = byteLength(value) <= maxBytes;
  const matches = regex.test(value);
  if (fits && matches) return NONE;
  return [...(fits ? [] : [tooLongText]), ...(matches ? [] : [wrongForm])];
}

/** Upstream counts bytes in both but says so only where the newer package is used. */
const tooLong = (maxBytes: number): string => `must be no more than ${maxBytes} characters`;
const tooManyBytes = (maxBytes: number): string => `must be no more than ${maxBytes} bytes`;

const byteLength = (value: string): number => Buffer.byteLength(value);
