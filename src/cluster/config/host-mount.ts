import { isAbsolute, normalize } from "node:path";

import type { HostMount } from "../../node/volumes/host-mount.ts";

/** `SOURCE:TARGET`: pods find the folder SOURCE of this machine under the path TARGET of their node. Undefined for what is none. */
export function parseHostMount(text: string): HostMount | undefined {
  const parts = text.split(":");
  const [source = "", target = ""] = parts;
  if (parts.length !== 2 || source === "" || !isAbsolute(target) || normalize(target) === "/") return undefined;
  return { source, target: normalize(target).replace(/(?<=.)\/$/, "") };
}

export const hostMountText = ({ source, target }: HostMount): string => `${source}:${target}`;
