import { jsonEqual } from "../../../lib/json/json-value.ts";
import type { CustomResourceDefinitionSpec, CustomResourceDefinitionVersion } from "../../types/apiextensions-v1.ts";

/**
 * A spec as upstream validates it: what all versions have in common stands once, above them, so that is where errors are
 * reported (Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec).
 */
export interface HoistedSpec {
  readonly spec: CustomResourceDefinitionSpec;
  readonly common: Pick<CustomResourceDefinitionVersion, PerVersion>;
  /** Without what is in `common`. */
  readonly versions: readonly CustomResourceDefinitionVersion[];
}

const PER_VERSION = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"] as const;
type PerVersion = (typeof PER_VERSION)[number];

export function hoistedSpec(spec: CustomResourceDefinitionSpec): HoistedSpec {
  const [first, ...others] = spec.versions;
  let common: HoistedSpec["common"] = {};
  let { versions } = spec;
  if (!first) return { spec, common, versions };
  for (const key of PER_VERSION) {
    if (others.some((other) => !jsonEqual(other[key], first[key]))) continue;
    common = { ...common, [key]: first[key] };
    versions = versions.map((version) => ({ ...version, [key]: undefined }));
  }
  return { spec, common, versions };
}
