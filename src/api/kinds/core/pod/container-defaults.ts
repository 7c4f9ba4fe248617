import { parseQuantity, formatQuantity, quantityMilliValue, milliQuantity } from "../../../quantity.ts";
import type {
  Container,
  EnvVar,
  EphemeralContainer,
  HTTPGetAction,
  ObjectFieldSelector,
  Probe,
  ResourceFieldSelector,
  ResourceRequirements,
} from "../../../types/core-v1.ts";
import type { Quantity } from "../../../types/meta-v1.ts";
import { defaultPullPolicy } from "./image-pull-policy.ts";

/** Of containers of every sort: running, init and ephemeral (pkg/apis/core/v1/defaults.go). */
export function containerDefaults(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? "");
  container.terminationMessagePath ||= "/dev/termination-log";
  container.terminationMessagePolicy ||= "File";
  for (const port of container.ports ?? []) port.protocol ||= "TCP";
  for (const variable of container.env ?? []) envDefaults(variable);
  resourceDefaults((container.resources ??= {}));
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) probeDefaults(probe);
  }
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (hook?.httpGet) httpGetDefaults(hook.httpGet);
  }
}

export function fieldRefDefaults(selector: ObjectFieldSelector | undefined): void {
  if (selector) selector.apiVersion ||= "v1";
}

/** Go writes the divisor even when it is not set. */
export function resourceFieldRefDefaults(selector: ResourceFieldSelector | undefined): void {
  if (selector) selector.divisor ??= "0";
}

/** Rounds what is finer than a thousandth up. */
export function resourceDefaults({ limits, requests }: ResourceRequirements): void {
  resourceListDefaults(limits);
  resourceListDefaults(requests);
}

export function resourceListDefaults(list: Record<string, Quantity> | undefined): void {
  for (const name in list) {
    const quantity = list[name];
    if (quantity === undefined || !isFinerThanMilli(String(quantity))) continue;
    const amount = parseQuantity(quantity);
    list[name] = formatQuantity(milliQuantity(quantityMilliValue(amount), amount.format));
  }
}

/** Requests that a container does not state are its limits; for pods only, not for templates. */
export function requestsFromLimits(container: Container): void {
  const { limits } = (container.resources ??= {});
  if (!limits) return;
  container.resources.requests = { ...limits, ...container.resources.requests };
}

const isFinerThanMilli = (canonical: string): boolean => /[nu]$|e-/.test(canonical);

function envDefaults({ valueFrom }: EnvVar): void {
  fieldRefDefaults(valueFrom?.fieldRef);
  resourceFieldRefDefaults(valueFrom?.resourceFieldRef);
  if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
}

function probeDefaults(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) httpGetDefaults(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= "";
}

function httpGetDefaults(action: HTTPGetAction): void {
  action.path ||= "/";
  action.scheme ||= "HTTP";
}
