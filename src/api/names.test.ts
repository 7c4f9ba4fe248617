import { describe, expect, test } from "bun:test";

import {
  cIdentifierProblems,
  configMapKeyProblems,
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  envVarNameProblems,
  generateNameProblems,
  headerNameProblems,
  labelKeyProblems,
  labelValueProblems,
  nameProblems,
  pathSegmentProblems,
  percentProblems,
  portNameProblems,
  portNumberProblems,
  unixIdProblems,
} from "./names.ts";

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const CASES: Record<string, { of: (value: string) => readonly string[]; values: Record<string, readonly string[]> }> = {
  dnsLabelProblems: {
    of: dnsLabelProblems,
    values: {
      a: [],
      "web-0": [],
      "0": [],
      ["a".repeat(63)]: [],
      "": [LABEL],
      "a.b": ["must not contain dots"],
      A: [LABEL],
      a_b: [LABEL],
      "-a": [LABEL],
      "a-": [LABEL],
      "a\n": [LABEL],
      ["a".repeat(64)]: ["must be no more than 63 characters"],
      [`${"a".repeat(63)}_`]: ["must be no more than 63 characters", LABEL],
    },
  },
  dnsSubdomainProblems: {
    of: dnsSubdomainProblems,
    values: {
      "a.b-c.d": [],
      "a..b": [SUBDOMAIN],
      ".a": [SUBDOMAIN],
      "a.": [SUBDOMAIN],
      é: [SUBDOMAIN],
      ["a".repeat(254)]: ["must be no more than 253 characters"],
    },
  },
  dns1035LabelProblems: {
    of: dns1035LabelProblems,
    values: {
      "a-1": [],
      "1a": [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    },
  },
  pathSegmentProblems: {
    of: pathSegmentProblems,
    values: {
      "system:node": [],
      "": [],
      ".": ["may not be '.'"],
      "..": ["may not be '..'"],
      "...": [],
      "a/b%c": ["may not contain '/'", "may not contain '%'"],
    },
  },
  labelKeyProblems: {
    of: labelKeyProblems,
    values: {
      app: [],
      "app.kubernetes.io/name": [],
      "A_b.C-d": [],
      "": ["name part must be non-empty", LABEL_NAME],
      "/a": ["prefix part must be non-empty"],
      "A.com/a": [`prefix part ${SUBDOMAIN}`],
      "a.com/": ["name part must be non-empty", LABEL_NAME],
      ["a".repeat(64)]: ["name part must be no more than 63 bytes"],
      [`${"a".repeat(254)}/b`]: ["prefix part must be no more than 253 bytes"],
      "a/b/c": [
        `a valid label key ${LABEL_NAME.slice("name part ".length)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      ],
      "a b": [LABEL_NAME],
    },
  },
  labelValueProblems: {
    of: labelValueProblems,
    values: {
      "": [],
      v1: [],
      "a b": [LABEL_VALUE],
      "-a": [LABEL_VALUE],
      ["a".repeat(64)]: ["must be no more than 63 bytes"],
    },
  },
  cIdentifierProblems: {
    of: cIdentifierProblems,
    values: {
      _a1: [],
      "1a": [
        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')",
      ],
    },
  },
  envVarNameProblems: {
    of: envVarNameProblems,
    values: {
      PATH: [],
      "1 a:b": [],
      "": ["environment variable name must be non-empty"],
      "a=b": ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
      "a\tb": ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
      é: ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
    },
  },
  configMapKeyProblems: {
    of: configMapKeyProblems,
    values: {
      "app.properties": [],
      ".env": [],
      ".": ["must not be '.'"],
      "..": ["must not be '..'"],
      "..data": ["must not start with '..'"],
      "a/b": [
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
    },
  },
  portNameProblems: {
    of: portNameProblems,
    values: {
      http: [],
      "": [
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        "must contain at least one letter (a-z)",
      ],
      "80": ["must contain at least one letter (a-z)"],
      "-a--b": ["must not contain consecutive hyphens", "must not begin or end with a hyphen"],
      abcdefghijklmnop: ["must be no more than 15 characters"],
      HTTP: [
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        "must contain at least one letter (a-z)",
      ],
    },
  },
  percentProblems: {
    of: percentProblems,
    values: {
      "25%": [],
      "25": [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    },
  },
  headerNameProblems: {
    of: headerNameProblems,
    values: {
      "X-A": [],
      X_A: [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ],
    },
  },
};

for (const [name, { of, values }] of Object.entries(CASES)) {
  describe(name, () => {
    for (const [value, problems] of Object.entries(values)) {
      test(`of ${JSON.stringify(value.length > 40 ? `${value.slice(0, 10)}... (${value.length})` : value)}`, () => {
        expect(of(value)).toEqual(problems);
      });
    }
  });
}

test("portNumberProblems and unixIdProblems name their inclusive range", () => {
  expect(portNumberProblems(1)).toEqual([]);
  expect(portNumberProblems(65535)).toEqual([]);
  expect(portNumberProblems(0)).toEqual(["must be between 1 and 65535, inclusive"]);
  expect(portNumberProblems(65536)).toEqual(["must be between 1 and 65535, inclusive"]);
  expect(unixIdProblems(0)).toEqual([]);
  expect(unixIdProblems(2147483648)).toEqual(["must be between 0 and 2147483647, inclusive"]);
});

test("nameProblems follows the format of the kind and leaves own formats alone", () => {
  expect(nameProblems("a.b", "dns-subdomain")).toEqual([]);
  expect(nameProblems("a.b", "dns-label")).toEqual(["must not contain dots"]);
  expect(nameProblems("system:a", "path-segment")).toEqual([]);
  expect(nameProblems("anything / at all", "own")).toEqual([]);
});

test("generateNameProblems accepts a prefix that ends with a dash", () => {
  expect(generateNameProblems("web-", "dns-label")).toEqual([]);
  expect(generateNameProblems("web.", "dns-subdomain")).toEqual([SUBDOMAIN]);
  expect(generateNameProblems(".", "path-segment")).toEqual([]);
  expect(generateNameProblems("-", "dns-label")).toEqual([LABEL]);
});
