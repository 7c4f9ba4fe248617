import { semanticEqual } from "../../../semantic-equal.ts";
import type { AppArmorProfile, Pod } from "../../../types/core-v1.ts";
import { containersWithPaths } from "./pod-containers.ts";

const PREFIX = "container.apparmor.security.beta.kubernetes.io/";
const LOCALHOST_PREFIX = "localhost/";

/** How a container's profile was given before it had a field. */
export const appArmorAnnotation = (containerName: string): string => PREFIX + containerName;

export const isAppArmorAnnotation = (key: string): boolean => key.startsWith(PREFIX);

/** Undefined when the annotation names no profile. */
export function appArmorProfile(annotation: string): AppArmorProfile | undefined {
  if (annotation === "unconfined") return { type: "Unconfined" };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  const localhostProfile = annotation.startsWith(LOCALHOST_PREFIX) ? annotation.slice(LOCALHOST_PREFIX.length) : "";
  return localhostProfile.trim() === "" ? undefined : { type: "Localhost", localhostProfile };
}

/** In what the two forms differ, if they do. */
export function appArmorMismatch(
  annotation: string,
  { type, localhostProfile }: AppArmorProfile,
): "type" | "profile" | undefined {
  switch (type) {
    case "Unconfined":
      return annotation === "unconfined" ? undefined : "type";
    case "RuntimeDefault":
      return annotation === "runtime/default" ? undefined : "type";
    case "Localhost":
      if (!annotation.startsWith(LOCALHOST_PREFIX)) return "type";
      return annotation.slice(LOCALHOST_PREFIX.length) === localhostProfile ? undefined : "profile";
    default:
      return undefined;
  }
}

/** Copies profiles from annotations to the fields that replaced them. */
export function mergeAppArmorAnnotations({ metadata, spec }: Pod): void {
  if (!spec || spec.os?.name === "windows") return;
  for (const { container } of containersWithPaths(spec, "spec")) {
    const annotation = metadata.annotations?.[appArmorAnnotation(container.name)];
    if (annotation === undefined || container.securityContext?.appArmorProfile) continue;
    const profile = appArmorProfile(annotation);
    if (!profile || semanticEqual(profile, spec.securityContext?.appArmorProfile)) continue;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}
