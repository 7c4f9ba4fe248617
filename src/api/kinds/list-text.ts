import type { ObjectMeta } from "../types/meta-v1.ts";

/** `a,b,c + 2 more...`: cells name the first few and count the others. */
export function firstAndMore(items: readonly string[], shown: number): string {
  const first = items.slice(0, shown).join(",");
  return items.length > shown ? `${first} + ${items.length - shown} more...` : first;
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function hostPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Where a load balancer is reached, each place once and in order. */
export function ingressAddresses(
  ingress: readonly { readonly ip?: string | undefined; readonly hostname?: string | undefined }[] = [],
): string[] {
  const addresses = ingress.map(({ ip, hostname }) => ip || (hostname ?? ""));
  return [...new Set(addresses.filter((address) => address !== ""))].toSorted();
}

/** Classes that are used where none is named say so. */
export function nameAndDefault(
  { name = "", annotations = {} }: ObjectMeta,
  defaultAnnotations: readonly string[],
): string {
  return defaultAnnotations.some((annotation) => annotations[annotation] === "true") ? `${name} (default)` : name;
}
