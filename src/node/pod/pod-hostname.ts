import type { Pod } from "../../api/types/core-v1.ts";

const LONGEST_HOSTNAME = 63;

/** The name a pod knows itself by, and the domain behind it when it has a subdomain. */
export function podHostname(
  { metadata, spec }: Readonly<Pod>,
  clusterDomain: string,
): { readonly hostname: string; readonly domain: string } {
  if (spec?.hostnameOverride !== undefined) return { hostname: fitting(spec.hostnameOverride), domain: "" };
  const domain = spec?.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : "";
  return { hostname: fitting(spec?.hostname || (metadata.name ?? "")), domain };
}

function fitting(name: string): string {
  return name.length <= LONGEST_HOSTNAME ? name : name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, "");
}
