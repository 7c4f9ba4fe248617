/**
 * Compares names of API versions: v2 is newer than v1, v1 than v1beta2, v1beta1 than v1alpha5, and all of them than a name of
 * another form (apimachinery/pkg/version/helpers.go). Positive: `a` is newer.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = parsed(a);
  const right = parsed(b);
  if (!left && !right) return a < b ? 1 : -1;
  if (!left) return -1;
  if (!right) return 1;
  return left.stability - right.stability || left.major - right.major || left.minor - right.minor;
}

const STABILITY: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

function parsed(name: string) {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name);
  if (!match) return undefined;
  const [, major, stage = "", minor = "0"] = match;
  return { major: Number(major), stability: STABILITY[stage] ?? 2, minor: Number(minor) };
}
