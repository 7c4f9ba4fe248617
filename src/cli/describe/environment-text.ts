import { parseQuantity, quantityMilliValue } from "../../api/quantity.ts";
import type { Container, EnvFromSource, EnvVar, Pod, ResourceFieldSelector } from "../../api/types/core-v1.ts";
import type { DescribeText } from "./describe-text.ts";
import { labelLines } from "./values.ts";

/** The environment of a container; with its pod, fields of the pod are shown by their values. */
export function environmentSection(out: DescribeText, container: Container, pod: Pod | undefined): void {
  const { env = [], envFrom = [] } = container;
  if (envFrom.length > 0) out.line(2, "Environment Variables from:");
  for (const source of envFrom) out.line(3, ...envFromCells(source));
  out.line(2, "Environment:", ...(env.length === 0 ? ["<none>"] : []));
  for (const variable of env) variableLines(out, variable, container, pod);
}

function envFromCells({ configMapRef, secretRef, prefix }: EnvFromSource): readonly string[] {
  const source = configMapRef ?? secretRef;
  const kind = configMapRef ? "ConfigMap" : secretRef ? "Secret" : "";
  const from = prefix ? `${kind} with prefix '${prefix}'` : kind;
  return [source?.name ?? "", from, `Optional: ${source?.optional ?? false}`];
}

function variableLines(
  out: DescribeText,
  { name, value = "", valueFrom }: EnvVar,
  container: Container,
  pod?: Pod,
): void {
  const title = `${name}:`;
  if (!valueFrom) return out.multiline(3, title, value.split("\n"));
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) {
    const known = pod ? fieldValue(pod, fieldRef.fieldPath) : "";
    out.line(3, title, `${known} (${fieldRef.apiVersion ?? ""}:${fieldRef.fieldPath})`);
  } else if (resourceFieldRef) {
    out.line(3, title, `${resourceValue(resourceFieldRef, container)} (${resourceFieldRef.resource})`);
  } else if (secretKeyRef) {
    const from = `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>`;
    out.line(3, title, from, `Optional: ${secretKeyRef.optional ?? false}`);
  } else if (configMapKeyRef) {
    const from = `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>`;
    out.line(3, title, from, `Optional: ${configMapKeyRef.optional ?? false}`);
  }
}

/** Only of the metadata: what the rest of the pod says may change while it runs. */
function fieldValue({ metadata }: Pod, path: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)(?:\['(.+)'\])?$/.exec(path) ?? [];
  if (map === "labels" || map === "annotations") {
    const values = metadata[map];
    if (key !== undefined) return values?.[key] ?? "";
    return labelLines(values)
      .map((line) => line.replace(/=(.*)$/s, (_, value: string) => `=${JSON.stringify(value)}`))
      .join("\n");
  }
  if (path === "metadata.name") return metadata.name ?? "";
  if (path === "metadata.namespace") return metadata.namespace ?? "";
  return path === "metadata.uid" ? (metadata.uid ?? "") : "";
}

function resourceValue({ resource, divisor = "1" }: ResourceFieldSelector, { resources }: Container): string {
  const [list, ...rest] = resource.split(".");
  const name = rest.join(".");
  const quantity = (list === "limits" ? resources?.limits : resources?.requests)?.[name] ?? "0";
  const unit = quantityMilliValue(parseQuantity(divisor)) || 1000n;
  const value = quantityMilliValue(parseQuantity(quantity));
  const units = String((value + unit - 1n) / unit);
  return units === "0" && (resource === "limits.cpu" || resource === "limits.memory") ? "node allocatable" : units;
}
