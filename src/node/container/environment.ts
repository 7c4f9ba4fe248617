import type { ConfigMap, Container, EnvVar, EnvVarSource, Pod, Secret, Service } from "../../api/types/core-v1.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { type DownwardContext, fieldValue, resourceValue } from "./downward-values.ts";
import { serviceEnvironment } from "./service-environment.ts";
import { expandVariables } from "./variable-expansion.ts";

/** What an environment draws from. */
export interface EnvironmentSources extends DownwardContext {
  readonly services: readonly Service[];
  /** Undefined: there is none of that name in the pod's namespace. */
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

/**
 * The environment of a container, in the order of its declaration. Throws ContainerConfigError, in the kubelet's words, for a source that is missing
 * and not optional.
 */
export function environment(
  pod: Readonly<Pod>,
  container: Container,
  sources: EnvironmentSources,
): Map<string, string> {
  const services = serviceEnvironment(sources.services, {
    namespace: pod.metadata.namespace ?? "",
    enableServiceLinks: pod.spec?.enableServiceLinks ?? true,
  });
  const variables = new Map<string, string>();
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const values = configMapRef
      ? wholeConfigMap(configMapRef, sources)
      : secretRef
        ? wholeSecret(secretRef, sources)
        : {};
    for (const [key, value] of Object.entries(values)) variables.set(prefix + key, value);
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, pod, container, sources, (name) => variables.get(name) ?? services.get(name));
    if (value !== undefined) variables.set(variable.name, value);
  }
  for (const [name, value] of services) if (!variables.has(name)) variables.set(name, value);
  return variables;
}

/** Undefined: an optional source is missing, and the variable with it. */
function variableValue(
  { value, valueFrom }: EnvVar,
  pod: Readonly<Pod>,
  container: Container,
  sources: EnvironmentSources,
  valueOf: (name: string) => string | undefined,
): string | undefined {
  if (value !== undefined && value !== "") return expandVariables(value, valueOf);
  return valueFrom ? sourceValue(valueFrom, pod, container, sources) : "";
}

function sourceValue(
  { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: EnvVarSource,
  pod: Readonly<Pod>,
  container: Container,
  sources: EnvironmentSources,
): string | undefined {
  if (fieldRef) return fieldValue(fieldRef, pod, sources);
  if (resourceFieldRef) return resourceValue(resourceFieldRef, pod, container, sources);
  if (configMapKeyRef) {
    const { name = "", key, optional = false } = configMapKeyRef;
    const found = wholeConfigMap({ name, optional }, sources)[key];
    if (found !== undefined || optional) return found;
    throw new ContainerConfigError(`couldn't find key ${key} in ConfigMap ${pod.metadata.namespace}/${name}`);
  }
  if (secretKeyRef) {
    const { name = "", key, optional = false } = secretKeyRef;
    const found = wholeSecret({ name, optional }, sources)[key];
    if (found !== undefined || optional) return found;
    throw new ContainerConfigError(`couldn't find key ${key} in Secret ${pod.metadata.namespace}/${name}`);
  }
  return "";
}

interface Reference {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

function wholeConfigMap({ name = "", optional }: Reference, sources: EnvironmentSources): Record<string, string> {
  const configMap = sources.configMap(name);
  if (!configMap && !optional) throw new ContainerConfigError(`configmap "${name}" not found`);
  return configMap?.data ?? {};
}

function wholeSecret({ name = "", optional }: Reference, sources: EnvironmentSources): Record<string, string> {
  const secret = sources.secret(name);
  if (!secret && !optional) throw new ContainerConfigError(`secret "${name}" not found`);
  return Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}
