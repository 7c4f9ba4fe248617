import type { Container, Pod, ProjectedVolumeSource } from "./types/core-v1.ts";

/** Objects in a pod's namespace that it draws from. */
export interface PodReferences {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

export function podReferences({ spec }: Readonly<Pod>): PodReferences {
  const configMaps = new Set<string | undefined>();
  const secrets = new Set<string | undefined>();
  const containers: readonly Pick<Container, "env" | "envFrom">[] = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  for (const { env = [], envFrom = [] } of containers) {
    for (const { configMapRef, secretRef } of envFrom) {
      configMaps.add(configMapRef?.name);
      secrets.add(secretRef?.name);
    }
    for (const { valueFrom } of env) {
      configMaps.add(valueFrom?.configMapKeyRef?.name);
      secrets.add(valueFrom?.secretKeyRef?.name);
    }
  }
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    configMaps.add(configMap?.name);
    secrets.add(secret?.secretName);
    for (const source of sourcesOf(projected)) {
      configMaps.add(source.configMap?.name);
      secrets.add(source.secret?.name);
    }
  }
  for (const { name } of spec?.imagePullSecrets ?? []) secrets.add(name);
  return { configMaps: named(configMaps), secrets: named(secrets) };
}

const sourcesOf = (projected: ProjectedVolumeSource | undefined) => projected?.sources ?? [];

const named = (names: ReadonlySet<string | undefined>): Set<string> =>
  new Set([...names].filter((name) => name !== undefined && name !== "").map(String));
