import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { PodSpec, Sysctl } from "../../../types/core-v1.ts";

const SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const NAME = `^(${SEGMENT}[\\./])*${SEGMENT}$`;
const NAME_REGEX = new RegExp(NAME);
const NAME_MAX_BYTES = 253;

type HostNamespaces = Pick<PodSpec, "hostNetwork" | "hostIPC">;

export function validateSysctls(
  sysctls: readonly Sysctl[] | undefined,
  host: HostNamespaces,
  path: string,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  sysctls?.forEach(({ name }, index) => {
    const namePath = child(at(path, index), "name");
    if (!name) {
      errors.required(namePath, "");
    } else if (name.length > NAME_MAX_BYTES || !NAME_REGEX.test(name)) {
      errors.invalid(namePath, name, `must have at most ${NAME_MAX_BYTES} characters and match regex ${NAME}`);
    } else if (names.has(name)) {
      errors.duplicate(namePath, name);
    }
    names.add(name);
    const namespace = namespaceOf(name);
    if (host.hostNetwork && namespace === "net") {
      errors.invalid(namePath, name, "may not be specified when 'hostNetwork' is true");
    } else if (host.hostIPC && namespace === "ipc") {
      errors.invalid(namePath, name, "may not be specified when 'hostIPC' is true");
    }
  });
}

/** The kernel namespace that a parameter belongs to. */
function namespaceOf(sysctl: string): "ipc" | "net" | undefined {
  const name = dotted(sysctl);
  if (name.startsWith("net.")) return "net";
  const isIpc = name === "kernel.sem" || /^(?:kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name);
  return isIpc ? "ipc" : undefined;
}

/** With slashes as separators, dots are part of the words. */
function dotted(sysctl: string): string {
  const separator = /[./]/.exec(sysctl)?.[0];
  if (separator !== "/") return sysctl;
  return sysctl.replace(/[./]/g, (character) => (character === "/" ? "." : "/"));
}
