import { validateEndpointIp } from "../../endpoint-ip.ts";
import {
  checkOptional,
  checkFormat,
  checkPort,
  checkRequiredAndSupported,
  PORT_PROTOCOLS,
} from "../../field-checks.ts";
import { at, child, FieldErrors } from "../../field-errors.ts";
import { parseIp, validateIp, validateIpRange } from "../../ip-address.ts";
import { validateLabels } from "../../label-selector.ts";
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems, portNumberProblems } from "../../names.ts";
import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from "../../types/core-v1.ts";
import { validateClusterIps } from "./service-cluster-ips.ts";
import { isExternallyAccessible, isHeadless, needsHealthCheckPort } from "./service-facts.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
const TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
const MAX_AFFINITY_SECONDS = 24 * 60 * 60;
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

/** Upstream's validateService. */
export function validateService(service: Service, errors: FieldErrors, old?: Service): void {
  const spec = service.spec ?? {};
  validateAnnotations(service, errors);
  validateType(service, spec, errors);
  const names = new Set<string>();
  spec.ports?.forEach((port, index) =>
    validatePort(port, { isOneOfSeveral: (spec.ports?.length ?? 0) > 1, names }, at("spec.ports", index), errors),
  );
  validateLabels(spec.selector, "spec.selector", errors);
  validateAffinity(spec, errors);
  validateClusterIps(service, errors, old);
  validateExternalIps(spec, errors, old);
  checkRequiredAndSupported(spec.type, TYPES, "spec.type", errors);
  validatePortNumbers(spec, errors);
  validateSourceRanges(service, errors, old);
  validateLoadBalancerFields(spec, errors);
  validateTrafficPolicies(service, spec, errors);
}

function validateAnnotations({ metadata }: Service, errors: FieldErrors): void {
  const { [TOPOLOGY_MODE]: mode, [TOPOLOGY_HINTS]: hints } = metadata.annotations ?? {};
  if (mode === undefined || hints === undefined || mode === hints) return;
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  errors.invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, detail);
}

function validateType(service: Service, spec: ServiceSpec, errors: FieldErrors): void {
  if (!spec.ports?.length && !isHeadless(service) && spec.type !== "ExternalName") errors.required("spec.ports", "");
  if ((spec.type === "LoadBalancer" || spec.type === "NodePort") && isHeadless(service)) {
    errors.invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${spec.type} services`);
  }
  if (spec.type !== "ExternalName") return;
  const detail = "may not be set for ExternalName services";
  if (spec.clusterIPs?.length) errors.forbidden("spec.clusterIPs", detail);
  if (spec.ipFamilies?.length) errors.forbidden("spec.ipFamilies", detail);
  if (spec.ipFamilyPolicy !== undefined) errors.forbidden("spec.ipFamilyPolicy", detail);
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.required("spec.externalName", "");
  else checkFormat(name, dnsSubdomainProblems(name), "spec.externalName", errors);
}

function validatePort(
  { name, port, protocol, targetPort, appProtocol }: ServicePort,
  { isOneOfSeveral, names }: { readonly isOneOfSeveral: boolean; readonly names: Set<string> },
  path: string,
  errors: FieldErrors,
): void {
  if (name) {
    checkFormat(name, dnsLabelProblems(name), child(path, "name"), errors);
    if (names.has(name)) errors.duplicate(child(path, "name"), name);
    names.add(name);
  } else if (isOneOfSeveral) errors.required(child(path, "name"), "");
  checkFormat(port, portNumberProblems(port), child(path, "port"), errors);
  checkRequiredAndSupported(protocol, PORT_PROTOCOLS, child(path, "protocol"), errors);
  checkPort(targetPort ?? 0, child(path, "targetPort"), errors);
  if (appProtocol !== undefined) {
    checkFormat(appProtocol, labelKeyProblems(appProtocol), child(path, "appProtocol"), errors);
  }
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec, errors: FieldErrors): void {
  const path = "spec.sessionAffinityConfig";
  checkRequiredAndSupported(sessionAffinity, ["ClientIP", "None"], "spec.sessionAffinity", errors);
  if (sessionAffinity === "None" && config) {
    errors.forbidden(path, "must not be set when session affinity is None");
  }
  if (sessionAffinity !== "ClientIP") return;
  const timeout = config?.clientIP?.timeoutSeconds;
  const detail = "when session affinity type is ClientIP";
  if (!config) errors.required(path, detail);
  else if (!config.clientIP) errors.required(`${path}.clientIP`, detail);
  else if (timeout === undefined) errors.required(`${path}.clientIP.timeoutSeconds`, detail);
  else if (timeout <= 0 || timeout > MAX_AFFINITY_SECONDS) {
    const range = `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`;
    errors.invalid(`${path}.clientIP.timeoutSeconds`, timeout, range);
  }
}

function validateExternalIps({ externalIPs = [] }: ServiceSpec, errors: FieldErrors, old?: Service): void {
  externalIPs.forEach((ip, index) => {
    const path = at("spec.externalIPs", index);
    const found = new FieldErrors();
    if (!old?.spec?.externalIPs?.includes(ip)) validateIp(ip, path, found);
    if (found.isEmpty) validateEndpointIp(ip, path, errors);
    errors.errors.push(...found.errors);
  });
}

function validatePortNumbers({ type, ports = [] }: ServiceSpec, errors: FieldErrors): void {
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  if (type === "ClusterIP") {
    ports.forEach(({ nodePort }, index) => {
      const detail = "may not be used when `type` is 'ClusterIP'";
      if (nodePort) errors.forbidden(`${at("spec.ports", index)}.nodePort`, detail);
    });
  }
  ports.forEach(({ nodePort, protocol }, index) => {
    if (!nodePort) return;
    const identity = `${protocol}/${nodePort}`;
    if (nodePorts.has(identity)) errors.duplicate(`${at("spec.ports", index)}.nodePort`, nodePort);
    nodePorts.add(identity);
  });
  ports.forEach(({ port, protocol }, index) => {
    const identity = `${protocol}/${port}`;
    // Upstream shows its internal type here.
    const shown = { Name: "", Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    if (numbers.has(identity)) errors.duplicate(at("spec.ports", index), shown);
    numbers.add(identity);
  });
}

/** Surrounding spaces are allowed: the values once came from an annotation. */
function validateSourceRanges({ spec, metadata }: Service, errors: FieldErrors, old?: Service): void {
  const ranges = spec?.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  if (ranges.length > 0) {
    const path = "spec.LoadBalancerSourceRanges";
    const oldRanges = new Set(old?.spec?.loadBalancerSourceRanges?.map((range) => range.trim()));
    if (spec?.type !== "LoadBalancer") errors.forbidden(path, ONLY_LOAD_BALANCER);
    ranges.forEach((range, index) => {
      if (!oldRanges.has(range.trim())) validateIpRange(range.trim(), at(path, index), errors);
    });
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${SOURCE_RANGES}]`;
    if (spec?.type !== "LoadBalancer") errors.forbidden(path, ONLY_LOAD_BALANCER);
    if (old?.metadata.annotations?.[SOURCE_RANGES] === annotation || annotation.trim() === "") return;
    for (const range of annotation.trim().split(",")) validateIpRange(range.trim(), path, errors);
  }
}

function validateLoadBalancerFields(spec: ServiceSpec, errors: FieldErrors): void {
  const { type, allocateLoadBalancerNodePorts, loadBalancerClass } = spec;
  const isLoadBalancer = type === "LoadBalancer";
  if (!isLoadBalancer && allocateLoadBalancerNodePorts !== undefined) {
    errors.forbidden("spec.allocateLoadBalancerNodePorts", ONLY_LOAD_BALANCER);
  }
  // Without "spec.": Kubernetes does this too.
  if (isLoadBalancer && allocateLoadBalancerNodePorts === undefined)
    errors.required("allocateLoadBalancerNodePorts", "");
  if (loadBalancerClass === undefined) return;
  if (!isLoadBalancer) errors.forbidden("spec.loadBalancerClass", ONLY_LOAD_BALANCER);
  else checkFormat(loadBalancerClass, labelKeyProblems(loadBalancerClass), "spec.loadBalancerClass", errors);
}

const POLICIES = ["Cluster", "Local"];
const TRAFFIC_DISTRIBUTIONS = ["PreferClose", "PreferSameZone", "PreferSameNode"];

function validateTrafficPolicies(service: Service, spec: ServiceSpec, errors: FieldErrors): void {
  const { type = "", externalTrafficPolicy, internalTrafficPolicy, trafficDistribution } = spec;
  if (isExternallyAccessible(service)) {
    checkRequiredAndSupported(externalTrafficPolicy, POLICIES, "spec.externalTrafficPolicy", errors);
  } else if (externalTrafficPolicy) {
    const detail = "may only be set for externally-accessible services";
    errors.invalid("spec.externalTrafficPolicy", externalTrafficPolicy, detail);
  }
  validateHealthCheckPort(service, errors);
  if (internalTrafficPolicy !== undefined)
    checkOptional(internalTrafficPolicy, POLICIES, "spec.internalTrafficPolicy", errors);
  else if (["NodePort", "LoadBalancer", "ClusterIP"].includes(type)) errors.required("spec.internalTrafficPolicy", "");
  if (trafficDistribution !== undefined && !TRAFFIC_DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.notSupportedInOrder("spec.trafficDistribution", trafficDistribution, TRAFFIC_DISTRIBUTIONS);
  }
}

function validateHealthCheckPort(service: Service, errors: FieldErrors): void {
  const path = "spec.healthCheckNodePort";
  const port = service.spec?.healthCheckNodePort ?? 0;
  if (needsHealthCheckPort(service)) {
    if (port === 0) errors.required(path, "");
    else checkFormat(port, portNumberProblems(port), path, errors);
  } else if (port !== 0) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.invalid(path, port, detail);
  }
}

/** Upstream's ValidateLoadBalancerStatus. */
export function validateServiceStatus({ spec, status }: Service, old: Service, errors: FieldErrors): void {
  const ingresses = status?.loadBalancer?.ingress ?? [];
  const path = "status.loadBalancer.ingress";
  if (spec?.type !== "LoadBalancer" && ingresses.length > 0) {
    return errors.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
  }
  const oldIps = new Set(old.status?.loadBalancer?.ingress?.map(({ ip }) => ip));
  ingresses.forEach((ingress, index) => validateIngress(ingress, oldIps, at(path, index), errors));
}

function validateIngress(
  { ip, ipMode, hostname }: LoadBalancerIngress,
  oldIps: ReadonlySet<string | undefined>,
  path: string,
  errors: FieldErrors,
): void {
  if (ip && !oldIps.has(ip)) validateIp(ip, child(path, "ip"), errors);
  if (ip && ipMode === undefined) errors.required(child(path, "ipMode"), "must be specified when `ip` is set");
  else if (!ip && ipMode !== undefined) {
    errors.forbidden(child(path, "ipMode"), "may not be specified when `ip` is not set");
  } else checkOptional(ipMode, ["Proxy", "VIP"], child(path, "ipMode"), errors);
  validateIngressHostname(hostname, child(path, "hostname"), errors);
}

function validateIngressHostname(hostname: string | undefined, path: string, errors: FieldErrors): void {
  if (!hostname) return;
  checkFormat(hostname, dnsSubdomainProblems(hostname), path, errors);
  if (parseIp(hostname)) errors.invalid(path, hostname, "must be a DNS name, not an IP address");
}
