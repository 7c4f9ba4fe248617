import type { KubeObject } from "../../api/resource-type.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { claimNamesOf } from "../../api/volume-claims.ts";
import type { Snapshot } from "../snapshot.ts";

/** The pods that draw from a claim. */
export const podsUsing = ({ metadata }: KubeObject, snapshot: Snapshot): readonly Pod[] =>
  snapshot.list(pods, metadata.namespace).filter((pod) => claimNamesOf(pod).includes(metadata.name ?? ""));
