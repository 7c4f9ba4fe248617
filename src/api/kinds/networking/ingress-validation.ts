import { checkFormat, checkRequired } from "../../field-checks.ts";
import { at, child, FieldErrors } from "../../field-errors.ts";
import { parseLooseIp, validateIp } from "../../ip-address.ts";
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
  portNameProblems,
  portNumberProblems,
  wildcardSubdomainProblems,
} from "../../names.ts";
import type { TypedLocalObjectReference } from "../../types/core-v1.ts";
import type {
  HTTPIngressPath,
  HTTPIngressRuleValue,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressTLS,
} from "../../types/networking-v1.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

/** What older rules let in may stay. */
interface Allowances {
  readonly badSecretNames: boolean;
  readonly badWildcardRules: boolean;
}

/** Upstream's ValidateIngressCreate and ValidateIngressUpdate. */
export function validateIngress({ metadata, spec = {} }: Ingress, errors: FieldErrors, old?: Ingress): void {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  const allowances = allowancesOf(old);
  if (rules.length === 0 && !defaultBackend) {
    errors.invalid("spec", spec.rules, "either `defaultBackend` or `rules` must be specified");
  }
  if (defaultBackend) validateBackend(defaultBackend, "spec.defaultBackend", errors);
  rules.forEach((rule, index) => validateRule(rule, allowances, at("spec.rules", index), errors));
  tls.forEach((each, index) => validateTls(each, allowances, at("spec.tls", index), errors));
  if (ingressClassName !== undefined) {
    checkFormat(ingressClassName, dnsSubdomainProblems(ingressClassName), "spec.ingressClassName", errors);
  }
  const annotation = metadata.annotations?.[CLASS_ANNOTATION];
  if (!old && annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName) {
    // Without "metadata.": Kubernetes does this too.
    const detail = "must match `ingressClassName` when both are specified";
    errors.invalid(`annotations.${CLASS_ANNOTATION}`, annotation, detail);
  }
}

function allowancesOf(old: Ingress | undefined): Allowances {
  const { tls = [], rules = [] } = old?.spec ?? {};
  return {
    badSecretNames: tls.some(({ secretName }) => secretName && dnsSubdomainProblems(secretName).length > 0),
    badWildcardRules: rules.some(({ host, http }) => {
      const found = new FieldErrors();
      if (host?.includes("*") && http) validateHttp(http, "", found);
      return !found.isEmpty;
    }),
  };
}

function validateRule({ host, http }: IngressRule, allowances: Allowances, path: string, errors: FieldErrors): void {
  const isWildcard = host?.includes("*") ?? false;
  if (host) {
    if (parseLooseIp(host)) errors.invalid(child(path, "host"), host, "must be a DNS name, not an IP address");
    checkFormat(host, hostProblems(host), child(path, "host"), errors);
  }
  if (http && !(isWildcard && allowances.badWildcardRules)) validateHttp(http, child(path, "http"), errors);
}

const hostProblems = (host: string): readonly string[] =>
  host.includes("*") ? wildcardSubdomainProblems(host) : dnsSubdomainProblems(host);

function validateTls(
  { hosts = [], secretName }: IngressTLS,
  allowances: Allowances,
  path: string,
  errors: FieldErrors,
): void {
  hosts.forEach((host, index) => checkFormat(host, hostProblems(host), at(child(path, "hosts"), index), errors));
  if (!secretName || allowances.badSecretNames) return;
  checkFormat(secretName, dnsSubdomainProblems(secretName), child(path, "secretName"), errors);
}

function validateHttp({ paths: given }: HTTPIngressRuleValue, path: string, errors: FieldErrors): void {
  const paths = given ?? [];
  if (paths.length === 0) errors.required(child(path, "paths"), "");
  paths.forEach((each, index) => validatePath(each, at(child(path, "paths"), index), errors));
}

function validatePath(
  { path: file = "", pathType, backend }: HTTPIngressPath,
  path: string,
  errors: FieldErrors,
): void {
  const filePath = child(path, "path");
  if (!pathType) return errors.required(child(path, "pathType"), "pathType must be specified");
  if (!PATH_TYPES.includes(pathType)) errors.notSupported(child(path, "pathType"), pathType, PATH_TYPES);
  else if (pathType !== "ImplementationSpecific" || file !== "") {
    if (!file.startsWith("/")) errors.invalid(filePath, file, "must be an absolute path");
  }
  if (pathType === "Exact" || pathType === "Prefix") {
    for (const sequence of ["//", "/./", "/../", "%2f", "%2F"]) {
      if (file.includes(sequence)) errors.invalid(filePath, file, `must not contain '${sequence}'`);
    }
    for (const end of ["/..", "/."]) {
      if (file.endsWith(end)) errors.invalid(filePath, file, `cannot end with '${end}'`);
    }
  }
  validateBackend(backend, child(path, "backend"), errors);
}

function validateBackend({ resource, service }: IngressBackend, path: string, errors: FieldErrors): void {
  if (resource && service) errors.invalid(path, "", "cannot set both resource and service backends");
  else if (resource) validateReference(resource, child(path, "resource"), errors);
  else if (service) validateServiceBackend(service, path, errors);
  else errors.invalid(path, "", "resource or service backend is required");
}

function validateServiceBackend({ name, port = {} }: IngressServiceBackend, path: string, errors: FieldErrors): void {
  checkRequired(name, dnsLabelProblems, child(path, "service.name"), errors);
  if (port.name && port.number) errors.invalid(path, "", "cannot set both port name & port number");
  else if (port.name) checkFormat(port.name, portNameProblems(port.name), child(path, "service.port.name"), errors);
  else if (port.number) {
    checkFormat(port.number, portNumberProblems(port.number), child(path, "service.port.number"), errors);
  } else errors.required(path, "port name or number is required");
}

/** Something in the same namespace, or a parameter object of an ingress class. */
export function validateReference(
  { apiGroup, kind, name }: TypedLocalObjectReference,
  path: string,
  errors: FieldErrors,
): void {
  // Without a group the field is null.
  if (typeof apiGroup === "string")
    checkFormat(apiGroup, dnsSubdomainProblems(apiGroup), child(path, "apiGroup"), errors);
  checkRequired(kind, pathSegmentProblems, child(path, "kind"), errors);
  checkRequired(name, pathSegmentProblems, child(path, "name"), errors);
}

export function validateIngressStatus({ status }: Ingress, old: Ingress, errors: FieldErrors): void {
  const oldIps = new Set(old.status?.loadBalancer?.ingress?.map(({ ip }) => ip));
  status?.loadBalancer?.ingress?.forEach(({ ip, hostname }, index) => {
    const path = at("status.loadBalancer.ingress", index);
    if (ip && !oldIps.has(ip)) validateIp(ip, child(path, "ip"), errors);
    if (!hostname) return;
    checkFormat(hostname, dnsSubdomainProblems(hostname), child(path, "hostname"), errors);
    if (parseLooseIp(hostname)) {
      errors.invalid(child(path, "hostname"), hostname, "must be a DNS name, not an IP address");
    }
  });
}
