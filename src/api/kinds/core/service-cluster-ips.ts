import { isDualStack } from "../../endpoint-ip.ts";
import { checkOptional } from "../../field-checks.ts";
import { at, FieldErrors } from "../../field-errors.ts";
import { parseIp, validateIp } from "../../ip-address.ts";
import type { Service, ServiceSpec } from "../../types/core-v1.ts";
import { isHeadless, needsHealthCheckPort } from "./service-facts.ts";

const FAMILIES = ["IPv4", "IPv6"];
const FAMILY_POLICIES = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const SET_ONCE = "may not change once set";

/** clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy must fit together (ValidateServiceClusterIPsRelatedFields). */
export function validateClusterIps(service: Service, errors: FieldErrors, old?: Service): void {
  const spec = service.spec ?? {};
  if (spec.type === "ExternalName") return;
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (!clusterIP && clusterIPs.length > 0) {
    errors.invalid("spec.clusterIPs", clusterIPs, "must be empty when `clusterIP` is not specified");
  } else if (clusterIP && clusterIPs.length === 0) errors.required("spec.clusterIPs", "");
  else if (clusterIP && clusterIPs[0] !== clusterIP) {
    errors.invalid("spec.clusterIPs", clusterIPs, "first value must match `clusterIP`");
  }
  validateFamilies(ipFamilies, errors);
  checkOptional(ipFamilyPolicy, FAMILY_POLICIES, "spec.ipFamilyPolicy", errors);
  if (!areWellFormed(clusterIPs, errors, old)) return;
  if (clusterIPs.length > 1 && !isDualStack(clusterIPs)) {
    errors.invalid("spec.clusterIPs", clusterIPs, "may specify no more than one IP for each IP family");
  }
  if (!isHeadless(service)) validateFamilyOfEach(clusterIPs, ipFamilies, errors);
}

function validateFamilies(families: readonly string[], errors: FieldErrors): void {
  families.forEach((family, index) => {
    const path = at("spec.ipFamilies", index);
    checkOptional(family, FAMILIES, path, errors);
    if (families.indexOf(family) < index) errors.duplicate(path, family);
  });
}

/** False when an address or a misplaced "None" would make all that follows confusing. */
function areWellFormed(ips: readonly string[], errors: FieldErrors, old?: Service): boolean {
  const found = new FieldErrors();
  ips.forEach((ip, index) => {
    if (index === 0 && ip === "None") {
      if (ips.length > 1) found.invalid("spec.clusterIPs", ips, "'None' must be the first and only value");
    } else if (!old?.spec?.clusterIPs?.includes(ip)) validateIp(ip, at("spec.clusterIPs", index), found);
  });
  errors.errors.push(...found.errors);
  if (ips.length > 2) errors.invalid("spec.clusterIPs", ips, "may only hold up to 2 values");
  return found.isEmpty;
}

function validateFamilyOfEach(ips: readonly string[], families: readonly string[], errors: FieldErrors): void {
  ips.slice(0, families.length).forEach((ip, index) => {
    const family = families[index];
    const isIpv6 = parseIp(ip)?.family === 6;
    if ((family === "IPv4" && isIpv6) || (family === "IPv6" && !isIpv6)) {
      const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
      errors.invalid(at("spec.clusterIPs", index), ip, detail);
    }
  });
}

/** What of a Service stays once it is set (ValidateServiceUpdate). */
export function validateServiceUpdate(service: Service, old: Service, errors: FieldErrors): void {
  const spec = service.spec ?? {};
  const oldSpec = old.spec ?? {};
  if (spec.type !== "ExternalName" && oldSpec.type !== "ExternalName") {
    if (!isHeadless(service) || !isHeadless(old)) validateClusterIpChange(spec, oldSpec, errors);
    if (!isHeadless(service) && !isHeadless(old)) validateFamilyChange(spec, oldSpec, errors);
  }
  if (spec.type === "LoadBalancer" && oldSpec.type === "LoadBalancer") {
    if (spec.loadBalancerClass !== oldSpec.loadBalancerClass) {
      errors.invalid("spec.loadBalancerClass", spec.loadBalancerClass, SET_ONCE);
    }
  }
  if (needsHealthCheckPort(service) && needsHealthCheckPort(old)) {
    if (spec.healthCheckNodePort !== oldSpec.healthCheckNodePort) {
      errors.forbidden("spec.healthCheckNodePort", "field is immutable");
    }
  }
}

function validateClusterIpChange(spec: ServiceSpec, old: ServiceSpec, errors: FieldErrors): void {
  const ips = spec.clusterIPs ?? [];
  const oldIps = old.clusterIPs ?? [];
  const setOnce = (index: number): void => errors.invalid(at("spec.clusterIPs", index), spec.clusterIPs, SET_ONCE);
  if (ips.length === oldIps.length) {
    oldIps.forEach((ip, index) => ip !== ips[index] && setOnce(index));
    return;
  }
  const isReleased = ips.length < oldIps.length;
  if (isReleased && ips.length === 0) {
    errors.invalid("spec.clusterIPs[0]", spec.clusterIPs, "primary clusterIP can not be unset");
  }
  if (oldIps.length > 0 && ips.length > 0 && ips[0] !== oldIps[0]) setOnce(0);
  if (isReleased && ips.length === 1 && spec.ipFamilyPolicy !== "SingleStack") {
    const detail = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, detail);
  }
}

function validateFamilyChange(spec: ServiceSpec, old: ServiceSpec, errors: FieldErrors): void {
  const families = spec.ipFamilies ?? [];
  const oldFamilies = old.ipFamilies ?? [];
  const path = "spec.ipFamilies[0]";
  if (families.length === oldFamilies.length) {
    oldFamilies.forEach((family, index) => family !== families[index] && errors.invalid(path, families, SET_ONCE));
    return;
  }
  const isReleased = families.length < oldFamilies.length;
  // Upstream looks at the addresses here and below, not at the families.
  if (isReleased && !spec.clusterIPs?.length)
    errors.invalid(path, spec.ipFamilies, "primary ipFamily can not be unset");
  if (oldFamilies.length > 0 && families.length > 0 && families[0] !== oldFamilies[0]) {
    errors.invalid(path, spec.clusterIPs, SET_ONCE);
  }
  if (isReleased && families.length === 1 && spec.ipFamilyPolicy !== "SingleStack") {
    const detail = "must be set to 'SingleStack' when releasing the secondary ipFamily";
    errors.invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, detail);
  }
}
