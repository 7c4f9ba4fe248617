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

const LONGEST_FQDN = 64;

/** What the kernel calls the pod: its full name when it asks for that. */
export function kernelHostname(pod: Readonly<Pod>, clusterDomain: string): string {
  const { hostname, domain } = podHostname(pod, clusterDomain);
  if (!pod.spec?.setHostnameAsFQDN || domain === "") return hostname;
  const full = `${hostname}.${domain}`;
  if (full.length <= LONGEST_FQDN) return full;
  throw new Error(
    `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${LONGEST_FQDN} characters is the max, ${full.length} characters requested)`,
  );
}

function fitting(name: string): string {
  return name.length <= LONGEST_HOSTNAME ? name : name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, "");
}
