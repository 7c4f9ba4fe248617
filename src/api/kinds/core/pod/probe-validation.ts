import { checkFormat, checkNotEmpty, checkNotNegative, checkPort, checkSupported } from "../../../field-checks.ts";
import { child, type FieldErrors } from "../../../field-errors.ts";
import { headerNameProblems } from "../../../names.ts";
import type {
  Container,
  GRPCAction,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  PodSpec,
  Probe,
  SleepAction,
} from "../../../types/core-v1.ts";
import { LINUX_SIGNALS, WINDOWS_SIGNALS } from "./stop-signals.ts";

type PodContext = Pick<PodSpec, "os" | "terminationGracePeriodSeconds">;

/** The probes and hooks of a container that keeps running. */
export function validateLifetime(container: Container, pod: PodContext, path: string, errors: FieldErrors): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle) validateLifecycle(lifecycle, pod, child(path, "lifecycle"), errors);
  if (livenessProbe) {
    validateProbe(livenessProbe, child(path, "livenessProbe"), errors);
    checkSuccessThreshold(livenessProbe, child(path, "livenessProbe"), errors);
  }
  if (readinessProbe) {
    validateProbe(readinessProbe, child(path, "readinessProbe"), errors);
    if (readinessProbe.terminationGracePeriodSeconds !== undefined) {
      errors.invalid(
        child(child(path, "readinessProbe"), "terminationGracePeriodSeconds"),
        readinessProbe.terminationGracePeriodSeconds,
        "must not be set for readinessProbes",
      );
    }
  }
  if (startupProbe) {
    validateProbe(startupProbe, child(path, "startupProbe"), errors);
    checkSuccessThreshold(startupProbe, child(path, "startupProbe"), errors);
  }
}

function checkSuccessThreshold({ successThreshold }: Probe, path: string, errors: FieldErrors): void {
  if (successThreshold !== 1) errors.invalid(child(path, "successThreshold"), successThreshold ?? 0, "must be 1");
}

function validateProbe(probe: Probe, path: string, errors: FieldErrors): void {
  validateHandler(probe, undefined, path, errors);
  for (const field of PROBE_NUMBERS) checkNotNegative(probe[field], child(path, field), errors);
  const gracePeriod = probe.terminationGracePeriodSeconds;
  if (gracePeriod !== undefined && gracePeriod <= 0) {
    errors.invalid(child(path, "terminationGracePeriodSeconds"), gracePeriod, "must be greater than 0");
  }
}

const PROBE_NUMBERS = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

function validateLifecycle(lifecycle: Lifecycle, pod: PodContext, path: string, errors: FieldErrors): void {
  const { postStart, preStop, stopSignal } = lifecycle;
  const gracePeriod = pod.terminationGracePeriodSeconds;
  if (postStart) validateHandler(postStart, gracePeriod, child(path, "postStart"), errors);
  if (preStop) validateHandler(preStop, gracePeriod, child(path, "preStop"), errors);
  if (stopSignal !== undefined) validateStopSignal(stopSignal, pod.os, child(path, "stopSignal"), errors);
}

function validateStopSignal(signal: string, os: PodSpec["os"], path: string, errors: FieldErrors): void {
  if (!os) errors.forbidden(path, "may not be set for containers with empty `spec.os.name`");
  else if (os.name === "windows") checkSupported(signal, WINDOWS_SIGNALS, path, errors);
  else if (os.name === "linux") checkSupported(signal, LINUX_SIGNALS, path, errors);
}

type Handler = LifecycleHandler & { readonly grpc?: GRPCAction | undefined };

/** Exactly one way of acting; each further one is forbidden and not looked into. */
function validateHandler(handler: Handler, gracePeriod: number | undefined, path: string, errors: FieldErrors): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const given: { readonly name: string; readonly validate: (actionPath: string) => void }[] = [];
  if (exec) {
    given.push({
      name: "exec",
      validate: (actionPath) => {
        if (!exec.command?.length) errors.required(child(actionPath, "command"), "");
      },
    });
  }
  if (httpGet) given.push({ name: "httpGet", validate: (actionPath) => validateHttpGet(httpGet, actionPath, errors) });
  if (tcpSocket) {
    given.push({
      name: "tcpSocket",
      validate: (actionPath) => checkPort(tcpSocket.port, child(actionPath, "port"), errors),
    });
  }
  if (grpc) {
    given.push({
      name: "grpc",
      validate: (actionPath) => checkPort(grpc.port, child(actionPath, "port"), errors),
    });
  }
  if (sleep)
    given.push({ name: "sleep", validate: (actionPath) => validateSleep(sleep, gracePeriod, actionPath, errors) });

  const [first, ...others] = given;
  if (!first) return errors.required(path, "must specify a handler type");
  first.validate(child(path, first.name));
  for (const { name } of others) errors.forbidden(child(path, name), "may not specify more than 1 handler type");
}

function validateHttpGet(
  { path: urlPath, port, scheme, httpHeaders }: HTTPGetAction,
  path: string,
  errors: FieldErrors,
): void {
  checkNotEmpty(urlPath, child(path, "path"), errors);
  checkPort(port, child(path, "port"), errors);
  checkSupported(scheme, ["HTTP", "HTTPS"], child(path, "scheme"), errors);
  for (const { name } of httpHeaders ?? [])
    checkFormat(name, headerNameProblems(name), child(path, "httpHeaders"), errors);
}

function validateSleep(
  { seconds }: SleepAction,
  gracePeriod: number | undefined,
  path: string,
  errors: FieldErrors,
): void {
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return;
  errors.invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`);
}
