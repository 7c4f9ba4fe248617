import { checkFormat } from "../../field-checks.ts";
import { child, type FieldErrors } from "../../field-errors.ts";
import { dnsLabelProblems, pathSegmentProblems } from "../../names.ts";
import { parseQuantity } from "../../quantity.ts";
import type { MetricIdentifier, MetricSpec, MetricTarget } from "../../types/autoscaling-v2.ts";
import { containerResourceNameProblems } from "../core/resource-name-problems.ts";
import { checkApiVersion, validateReference } from "./cross-version-reference.ts";

const TYPES = ["ContainerResource", "External", "Object", "Pods", "Resource"];
/** In the order in which upstream looks for them; only the first is looked at closer. */
const SOURCES = ["object", "external", "pods", "resource", "containerResource"] as const;

/** Upstream's validateMetricSpec. */
export function validateMetric(metric: MetricSpec, path: string, errors: FieldErrors): void {
  const typePath = child(path, "type");
  if (!metric.type) errors.required(typePath, "must specify a metric source type");
  if (!TYPES.includes(metric.type)) errors.notSupported(typePath, metric.type, TYPES);
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  const [first] = present;
  if (first) validateSource(metric, first, child(path, first), errors);

  const expected = SOURCES.find((source) => metric.type === source.charAt(0).toUpperCase() + source.slice(1));
  if (!expected) errors.notSupported(typePath, metric.type, TYPES);
  else if (metric[expected] === undefined) {
    errors.required(child(path, expected), "must populate information for the given metric source");
  }
  if (present.length === 1) return;
  for (const other of present.filter((source) => source !== expected)) {
    errors.forbidden(child(path, other), "must populate the given metric source only");
  }
}

function validateSource(metric: MetricSpec, source: (typeof SOURCES)[number], path: string, errors: FieldErrors): void {
  const { object, external, pods, resource, containerResource } = metric;
  const targetPath = child(path, "target");
  if (source === "object" && object) {
    validateReference(object.describedObject, child(path, "describedObject"), errors);
    checkApiVersion(object.describedObject, { allowsCore: true }, child(path, "describedObject"), errors);
    validateIdentifier(object.metric, child(path, "metric"), errors);
    validateTarget(object.target, targetPath, errors);
    requireEither(object.target, "must set either a target value or averageValue", targetPath, errors);
  } else if (source === "external" && external) {
    validateIdentifier(external.metric, child(path, "metric"), errors);
    validateTarget(external.target, targetPath, errors);
    requireEither(external.target, "must set either a target value for metric or a per-pod target", targetPath, errors);
    if (external.target.value !== undefined && external.target.averageValue !== undefined) {
      const detail = "may not set both a target value for metric and a per-pod target";
      errors.forbidden(child(targetPath, "value"), detail);
    }
  } else if (source === "pods" && pods) {
    validateIdentifier(pods.metric, child(path, "metric"), errors);
    validateTarget(pods.target, targetPath, errors);
    if (pods.target.averageValue === undefined) {
      errors.required(child(targetPath, "averageValue"), "must specify a positive target averageValue");
    }
  } else if (source === "resource" && resource) {
    if (!resource.name) errors.required(child(path, "name"), "must specify a resource name");
    validateUtilizationTarget(resource.target, targetPath, errors);
  } else if (containerResource) {
    const { name, container, target } = containerResource;
    if (!name) errors.required(child(path, "name"), "must specify a resource name");
    else checkFormat(name, containerResourceNameProblems(name), child(path, "name"), errors);
    if (!container) errors.required(child(path, "container"), "must specify a container");
    else checkFormat(container, dnsLabelProblems(container), child(path, "container"), errors);
    validateUtilizationTarget(target, targetPath, errors);
  }
}

function requireEither(target: MetricTarget, detail: string, path: string, errors: FieldErrors): void {
  if (target.value === undefined && target.averageValue === undefined) {
    errors.required(child(path, "averageValue"), detail);
  }
}

function validateUtilizationTarget(target: MetricTarget, path: string, errors: FieldErrors): void {
  const hasUtilization = target.averageUtilization !== undefined;
  const hasValue = target.averageValue !== undefined;
  validateTarget(target, path, errors);
  if (!hasUtilization && !hasValue) {
    errors.required(child(path, "averageUtilization"), "must set either a target raw value or a target utilization");
  }
  if (hasUtilization && hasValue) {
    errors.forbidden(child(path, "averageValue"), "may not set both a target raw value and a target utilization");
  }
}

function validateTarget(
  { type, value, averageValue, averageUtilization }: MetricTarget,
  path: string,
  errors: FieldErrors,
): void {
  if (!type) errors.required(child(path, "type"), "must specify a metric target type");
  if (!["Utilization", "Value", "AverageValue"].includes(type)) {
    errors.invalid(child(path, "type"), type, "must be either Utilization, Value, or AverageValue");
  }
  for (const [field, quantity] of Object.entries({ value, averageValue })) {
    if (quantity === undefined || parseQuantity(quantity).unscaled > 0n) continue;
    errors.invalid(child(path, field), quantity, "must be positive");
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.invalid(child(path, "averageUtilization"), averageUtilization, "must be greater than 0");
  }
}

function validateIdentifier({ name }: MetricIdentifier, path: string, errors: FieldErrors): void {
  if (!name) errors.required(child(path, "name"), "must specify a metric name");
  else checkFormat(name, pathSegmentProblems(name), child(path, "name"), errors);
}
