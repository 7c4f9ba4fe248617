/** What the labels of a namespace say about the security of its pods (pod-security-admission/api/helpers.go). */
import { FieldErrors } from "../../../api/field-errors.ts";

export type Level = "privileged" | "baseline" | "restricted";

/** A minor version of Kubernetes 1.x. */
export type PolicyVersion = number | "latest";

export interface LevelVersion {
  readonly level: Level;
  readonly version: PolicyVersion;
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const LEVELS: readonly Level[] = ["privileged", "baseline", "restricted"];
const PREFIX = "pod-security.kubernetes.io/";
const VERSION = /^v1\.([0-9]|[1-9][0-9]*)$/;
const UNRESTRICTED: LevelVersion = { level: "privileged", version: "latest" };

export const levelVersionText = ({ level, version }: LevelVersion): string =>
  `${level}:${version === "latest" ? version : `v1.${version}`}`;

export const isStricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);

export const isSamePolicy = (a: LevelVersion, b: LevelVersion): boolean =>
  a.level === b.level && a.version === b.version;

export const isFullyPrivileged = ({ enforce, audit, warn }: Policy): boolean =>
  [enforce, audit, warn].every(({ level }) => level === "privileged");

/** Always a policy; what cannot be read counts as the strictest where it is enforced, and is reported. */
export function policyOf(
  labels: Readonly<Record<string, string>> = {},
  errors: FieldErrors = new FieldErrors(),
): Policy {
  const mode = (name: string, fallback: Level): LevelVersion & { hasLevel: boolean; hasVersion: boolean } => {
    const level = labels[PREFIX + name];
    const version = labels[`${PREFIX}${name}-version`];
    return {
      level: levelOf(level, PREFIX + name, fallback, errors),
      version: versionOf(version, `${PREFIX}${name}-version`, errors),
      hasLevel: level !== undefined,
      hasVersion: version !== undefined,
    };
  };
  const enforce = mode("enforce", "restricted");
  const audit = mode("audit", "privileged");
  const warn = mode("warn", "privileged");
  const isEnforced = LEVELS.some((level) => level === labels[`${PREFIX}enforce`]);
  // Who enforces a level and says nothing of warnings is warned at that level too: of the templates of workloads.
  const warnsAsEnforced = !warn.hasLevel && isEnforced && isStricter(enforce.level, warn.level);
  return {
    enforce: { level: enforce.level, version: enforce.version },
    audit: { level: audit.level, version: audit.version },
    warn: {
      level: warnsAsEnforced ? enforce.level : warn.level,
      version: warnsAsEnforced && !warn.hasVersion ? enforce.version : warn.version,
    },
  };
}

function levelOf(text: string | undefined, path: string, fallback: Level, errors: FieldErrors): Level {
  if (text === undefined) return UNRESTRICTED.level;
  const level = LEVELS.find((each) => each === text);
  if (level === undefined) errors.invalid(path, text, `must be one of ${LEVELS.join(", ")}`);
  return level ?? fallback;
}

function versionOf(text: string | undefined, path: string, errors: FieldErrors): PolicyVersion {
  if (text === undefined || text === "latest") return "latest";
  const minor = VERSION.exec(text)?.[1];
  if (minor === undefined) errors.invalid(path, text, 'must be "latest" or "v1.x"');
  return minor === undefined ? "latest" : Number(minor);
}
