import { FieldErrors, at } from "../../api/field-errors.ts";
import type { Service, ServiceSpec } from "../../api/types/core-v1.ts";

const FAMILY = "IPv4";
const OTHER_FAMILY = "IPv6";
const FAMILY_POLICY = "spec.ipFamilyPolicy";

/**
 * Fills in ipFamilyPolicy and ipFamilies for a cluster that has IPv4 only, and says what of them it cannot give
 * (initIPFamilyFields in pkg/registry/core/service/storage/alloc.go).
 */
export function setIpFamilies(service: Service, old: Readonly<Service> | undefined, errors: FieldErrors): void {
  const spec = (service.spec ??= {});
  if (spec.type === "ExternalName") return;
  const isFree = spec.clusterIP === "None" && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.spec?.ipFamilyPolicy ?? (isFree ? "RequireDualStack" : "SingleStack");
  if (old) releaseSecondFamily(spec, old.spec ?? {});
  checkPolicy(spec, errors);
  inferFamilies(spec, errors);
  if (!errors.isEmpty) return;
  if (isFree) {
    // Whoever lists endpoints by hand may list those of both families, whatever the cluster has.
    spec.ipFamilies ??= [FAMILY];
    if (spec.ipFamilies.length === 1 && spec.ipFamilyPolicy !== "SingleStack") {
      spec.ipFamilies = [...spec.ipFamilies, spec.ipFamilies[0] === FAMILY ? OTHER_FAMILY : FAMILY];
    }
    return;
  }
  if (spec.ipFamilyPolicy === "RequireDualStack") {
    errors.invalid(FAMILY_POLICY, spec.ipFamilyPolicy, "this cluster is not configured for dual-stack services");
  }
  spec.ipFamilies?.forEach((family, index) => {
    if (family !== FAMILY) errors.invalid(at("spec.ipFamilies", index), family, "not configured on this cluster");
  });
  if (!spec.ipFamilies?.length) spec.ipFamilies = [FAMILY];
}

/** To ask for one family is to give up the second, unless it was also changed. */
function releaseSecondFamily(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.ipFamilyPolicy !== "SingleStack") return;
  if (isSame(spec.clusterIPs, old.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1);
  if (isSame(spec.ipFamilies, old.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
}

const isSame = (a: readonly string[] = [], b: readonly string[] = []): boolean => a.join() === b.join();

function checkPolicy({ ipFamilyPolicy, clusterIPs, ipFamilies }: ServiceSpec, errors: FieldErrors): void {
  if (ipFamilyPolicy !== "SingleStack") return;
  const needed = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if (clusterIPs?.length === 2) errors.invalid(FAMILY_POLICY, ipFamilyPolicy, `${needed} cluster IPs are specified`);
  if (ipFamilies?.length === 2) errors.invalid(FAMILY_POLICY, ipFamilyPolicy, `${needed} IP families are specified`);
}

/** Addresses that somebody chose say which families are meant. */
function inferFamilies(spec: ServiceSpec, errors: FieldErrors): void {
  const families = spec.ipFamilies ?? [];
  const ips = spec.clusterIPs?.[0] === "None" ? [] : (spec.clusterIPs ?? []);
  for (const [index, ip] of ips.entries()) {
    if (index < families.length) continue;
    const family = ip.includes(":") ? OTHER_FAMILY : FAMILY;
    if (family === FAMILY) spec.ipFamilies = [...families, family];
    else errors.invalid(at("spec.clusterIPs", index), ips, `${family} is not configured on this cluster`);
  }
}
