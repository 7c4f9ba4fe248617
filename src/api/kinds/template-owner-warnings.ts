import { dnsLabelProblems } from "../names.ts";
import type { KubeObject } from "../resource-type.ts";
import type { PodTemplateSpec } from "../types/core-v1.ts";
import { podTemplateWarnings } from "./core/pod-warnings.ts";

/** What is odd about the template at `path` of an object; at updates only when what the object wants has changed. */
export function templateOwnerWarnings(
  object: KubeObject,
  old: KubeObject | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
): string[] {
  if (!template || (old && old.metadata.generation === object.metadata.generation)) return [];
  return podTemplateWarnings(template, path);
}

/** Names of owners become part of the names of their pods, which are names of hosts. */
export function ownerNameWarnings({ metadata: { name = "" } }: KubeObject, old: KubeObject | undefined): string[] {
  const problems = old ? [] : dnsLabelProblems(name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`,
  ];
}
