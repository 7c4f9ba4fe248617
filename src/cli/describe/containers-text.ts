import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  Pod,
  ResourceRequirements,
} from "../../api/types/core-v1.ts";
import type { DescribeText } from "./describe-text.ts";
import { environmentSection } from "./environment-text.ts";
import { probeText } from "./probe-text.ts";
import { boolText, quantities, timeText } from "./values.ts";

export interface ContainersOfPod {
  readonly statuses: readonly ContainerStatus[];
  readonly pod: Pod;
}

/** Containers of a pod with what became of them, or of a template, one step further in and without. */
export function containersSection(
  out: DescribeText,
  title: string,
  containers: readonly Container[],
  of: ContainersOfPod | "template",
): void {
  const isTemplate = of === "template";
  out.line(0, `${isTemplate ? "  " : ""}${title}:${containers.length === 0 ? " <none>" : ""}`);
  for (const container of containers) {
    const status = isTemplate ? undefined : of.statuses.find(({ name }) => name === container.name);
    out.line(1, `${isTemplate ? " " : ""}${container.name}:`);
    basics(out, container, status);
    wordLines(out, "Command:", container.command);
    wordLines(out, "Args:", container.args);
    if (status) stateLines(out, status);
    resourcesSection(out, 2, container.resources);
    if (container.livenessProbe) out.line(2, "Liveness:", probeText(container.livenessProbe));
    if (container.readinessProbe) out.line(2, "Readiness:", probeText(container.readinessProbe));
    if (container.startupProbe) out.line(2, "Startup:", probeText(container.startupProbe));
    environmentSection(out, container, isTemplate ? undefined : of.pod);
    mountLines(out, container);
  }
}

function basics(out: DescribeText, container: Container, status: ContainerStatus | undefined): void {
  if (status) out.line(2, "Container ID:", status.containerID ?? "");
  out.line(2, "Image:", container.image ?? "");
  if (status) out.line(2, "Image ID:", status.imageID);
  const ports = container.ports ?? [];
  portLine(out, "Port", ports, (port) => port.containerPort);
  portLine(out, "Host Port", ports, (port) => port.hostPort ?? 0);
  const seccomp = container.securityContext?.seccompProfile;
  if (!seccomp) return;
  out.line(2, "SeccompProfile:", seccomp.type);
  if (seccomp.type === "Localhost") out.line(3, "LocalhostProfile:", seccomp.localhostProfile ?? "");
}

function portLine(
  out: DescribeText,
  title: string,
  ports: readonly ContainerPort[],
  number: (port: ContainerPort) => number,
): void {
  const texts = ports.map((port) => `${number(port)}/${port.protocol ?? ""}${port.name ? ` (${port.name})` : ""}`);
  out.line(2, `${title}${texts.length > 1 ? "s" : ""}:`, texts.join(", ") || "<none>");
}

function wordLines(out: DescribeText, title: string, words: readonly string[] | undefined): void {
  if (!words || words.length === 0) return;
  out.line(2, title);
  for (const line of words.flatMap((word) => word.split("\n"))) out.line(3, line);
}

export function resourcesSection(out: DescribeText, level: number, resources: ResourceRequirements | undefined): void {
  const { limits = {}, requests = {} } = resources ?? {};
  if (Object.keys(limits).length > 0) out.line(level, "Limits:");
  quantities(out, level + 1, limits);
  if (Object.keys(requests).length > 0) out.line(level, "Requests:");
  quantities(out, level + 1, requests);
}

function stateLines(out: DescribeText, status: ContainerStatus): void {
  stateSection(out, "State", status.state ?? {});
  if (status.lastState?.terminated) stateSection(out, "Last State", status.lastState);
  out.line(2, "Ready:", boolText(status.ready));
  out.line(2, "Restart Count:", status.restartCount);
}

function stateSection(out: DescribeText, title: string, { running, waiting, terminated }: ContainerState): void {
  if (running) {
    out.line(2, `${title}:`, "Running");
    out.line(3, "Started:", timeText(running.startedAt));
  } else if (!waiting && terminated) {
    out.line(2, `${title}:`, "Terminated");
    if (terminated.reason) out.line(3, "Reason:", terminated.reason);
    if (terminated.message) out.line(3, "Message:", terminated.message);
    out.line(3, "Exit Code:", terminated.exitCode);
    if (terminated.signal) out.line(3, "Signal:", terminated.signal);
    out.line(3, "Started:", timeText(terminated.startedAt));
    out.line(3, "Finished:", timeText(terminated.finishedAt));
  } else {
    out.line(2, `${title}:`, "Waiting");
    if (waiting?.reason) out.line(3, "Reason:", waiting.reason);
  }
}

function mountLines(out: DescribeText, { volumeMounts = [], volumeDevices = [] }: Container): void {
  out.line(2, "Mounts:", ...(volumeMounts.length === 0 ? ["<none>"] : []));
  const mounts = volumeMounts.toSorted((left, right) => (left.mountPath < right.mountPath ? -1 : 1));
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const flags = [readOnly === true ? "ro" : "rw", ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])];
    out.line(3, `${mountPath} from ${name} (${flags.join(",")})`);
  }
  if (volumeDevices.length === 0) return;
  out.line(2, "Devices:");
  const devices = volumeDevices.toSorted((left, right) => (left.devicePath < right.devicePath ? -1 : 1));
  for (const { devicePath, name } of devices) out.line(3, `${devicePath} from ${name}`);
}
