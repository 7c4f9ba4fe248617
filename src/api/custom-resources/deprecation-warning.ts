import type { CustomResourceDefinitionSpec, CustomResourceDefinitionVersion } from "../types/apiextensions-v1.ts";
import { compareVersions } from "./version-order.ts";

/** What clients that use an old version are told: in the words of the definition, or where to go instead. */
export function deprecationWarning(
  { group, names, versions }: CustomResourceDefinitionSpec,
  version: CustomResourceDefinitionVersion,
): string | undefined {
  if (!version.deprecated) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const [newest] = versions
    .filter(({ served, deprecated, name }) => served && !deprecated && compareVersions(version.name, name) < 0)
    .toSorted((a, b) => compareVersions(b.name, a.name));
  const text = `${group}/${version.name} ${names.kind} is deprecated`;
  return newest ? `${text}; use ${group}/${newest.name} ${names.kind}` : text;
}
