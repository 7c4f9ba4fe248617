import { checkDnsLabel, checkDnsSubdomain, checkFormat } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { validateIp } from "../../../ip-address.ts";
import { dnsSubdomainWithUnderscoreProblems } from "../../../names.ts";
import type { HostAlias, PodDNSConfig, PodSpec } from "../../../types/core-v1.ts";

const MAX_NAMESERVERS = 3;
const MAX_SEARCH_PATHS = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const HOSTNAME_MAX_BYTES = 64;
const DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/** Names, DNS and the ports of the host. */
export function validatePodNetwork(spec: PodSpec, isPod: boolean, path: string, errors: FieldErrors): void {
  if (spec.hostNetwork) validateHostNetworkPorts(spec, isPod, child(path, "containers"), errors);
  validateDnsPolicy(spec.dnsPolicy, child(path, "dnsPolicy"), errors);
  validateDnsConfig(spec, child(path, "dnsConfig"), errors);
  validateHostnameOverride(spec, child(path, "hostnameOverride"), errors);
  if (spec.hostname) checkDnsLabel(spec.hostname, child(path, "hostname"), errors);
  if (spec.subdomain) checkDnsLabel(spec.subdomain, child(path, "subdomain"), errors);
  validateHostAliases(spec.hostAliases, child(path, "hostAliases"), errors);
}

function validateHostNetworkPorts(spec: PodSpec, isPod: boolean, path: string, errors: FieldErrors): void {
  spec.containers.forEach(({ ports }, index) => {
    ports?.forEach(({ hostPort = 0, containerPort }, portIndex) => {
      // In a template the port of the host may still be missing: pods get it by default.
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return;
      const portPath = at(child(at(path, index), "ports"), portIndex);
      errors.invalid(child(portPath, "hostPort"), hostPort, "must match `containerPort` when `hostNetwork` is true");
    });
  });
}

function validateDnsPolicy(policy: string | undefined, path: string, errors: FieldErrors): void {
  if (!policy) errors.required(path, "");
  else if (!DNS_POLICIES.includes(policy)) errors.notSupportedInOrder(path, policy, DNS_POLICIES);
}

function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, path: string, errors: FieldErrors): void {
  if (dnsPolicy === "None") {
    if (!dnsConfig) return errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
    if (!dnsConfig.nameservers?.length) {
      return errors.required(
        child(path, "nameservers"),
        "must provide at least one DNS nameserver when `dnsPolicy` is None",
      );
    }
  }
  if (!dnsConfig) return;
  validateNameservers(dnsConfig, child(path, "nameservers"), errors);
  validateSearches(dnsConfig, child(path, "searches"), errors);
  dnsConfig.options?.forEach(({ name }, index) => {
    if (!name) errors.required(at(child(path, "options"), index), "must not be empty");
  });
}

function validateNameservers({ nameservers = [] }: PodDNSConfig, path: string, errors: FieldErrors): void {
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.invalid(path, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`);
  }
  nameservers.forEach((server, index) => validateIp(server, at(path, index), errors));
}

function validateSearches({ searches = [] }: PodDNSConfig, path: string, errors: FieldErrors): void {
  if (searches.length > MAX_SEARCH_PATHS) {
    errors.invalid(path, searches, `must not have more than ${MAX_SEARCH_PATHS} search paths`);
  }
  if (searches.join(" ").length > MAX_SEARCH_CHARACTERS) {
    errors.invalid(
      path,
      searches,
      `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`,
    );
  }
  searches.forEach((search, index) => {
    if (search === ".") return;
    const name = search.replace(/\.$/, "");
    checkFormat(name, dnsSubdomainWithUnderscoreProblems(name), at(path, index), errors);
  });
}

function validateHostnameOverride(spec: PodSpec, path: string, errors: FieldErrors): void {
  const { hostnameOverride } = spec;
  if (hostnameOverride === undefined) return;
  if (spec.setHostnameAsFQDN) errors.forbidden(path, "may not be specified when setHostnameAsFQDN is true");
  if (spec.hostNetwork) errors.forbidden(path, "may not be specified when hostNetwork is true");
  if (Buffer.byteLength(hostnameOverride) > HOSTNAME_MAX_BYTES) errors.tooLong(path, HOSTNAME_MAX_BYTES);
  checkDnsSubdomain(hostnameOverride, path, errors);
}

function validateHostAliases(aliases: readonly HostAlias[] | undefined, path: string, errors: FieldErrors): void {
  aliases?.forEach(({ ip, hostnames }, index) => {
    validateIp(ip, child(at(path, index), "ip"), errors);
    hostnames?.forEach((name, nameIndex) =>
      checkDnsSubdomain(name, at(child(at(path, index), "hostnames"), nameIndex), errors),
    );
  });
}
