import type { KubeObject } from "../../api/resource-type.ts";
import type { MetaVersion } from "./representation.ts";

/** An object without all that only its own kind knows. */
export const partialMetadata = ({ metadata }: Readonly<KubeObject>, version: MetaVersion): KubeObject => ({
  kind: "PartialObjectMetadata",
  apiVersion: `meta.k8s.io/${version}`,
  metadata,
});
