import { booleanFlag, durationFlag, type FlagValues, integerFlag, stringFlag } from "../flags/flag.ts";
import { selectorFlag } from "../flags/shared-flags.ts";
import { podRunningTimeoutFlag } from "../pods/find-pod.ts";

const POD_TIMEOUT_MS = 20_000;

export const logFlags = {
  "all-containers": booleanFlag("Get all containers' logs in the pod(s)."),
  "all-pods": booleanFlag("Get logs from all pod(s). Sets prefix to true."),
  cluster: stringFlag(
    "Alone: the log of the local cluster itself. With a value (--cluster=NAME), the name of the kubeconfig cluster to use.",
    { bare: "" },
  ),
  container: stringFlag("Print the logs of this container", { short: "c" }),
  follow: booleanFlag("Specify if the logs should be streamed.", { short: "f" }),
  "ignore-errors": booleanFlag("If watching / following pod logs, allow for any errors that occur to be non-fatal"),
  "insecure-skip-tls-verify-backend": booleanFlag(
    "Skip verifying the identity of the kubelet that logs are requested from.",
  ),
  "limit-bytes": integerFlag("Maximum bytes of logs to return. Defaults to no limit."),
  "max-log-requests": integerFlag(
    "Specify maximum number of concurrent logs to follow when using by a selector. Defaults to 5.",
    { default: 5 },
  ),
  name: stringFlag("With --cluster: which local cluster"),
  "pod-running-timeout": podRunningTimeoutFlag(POD_TIMEOUT_MS),
  prefix: booleanFlag("Prefix each log line with the log source (pod name and container name)"),
  previous: booleanFlag("If true, print the logs for the previous instance of the container in a pod if it exists.", {
    short: "p",
  }),
  selector: selectorFlag,
  since: durationFlag(
    "Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of since-time / since may be used.",
  ),
  "since-time": stringFlag(
    "Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since may be used.",
  ),
  tail: integerFlag(
    "Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise 10, if a selector is provided.",
    { default: -1 },
  ),
  timestamps: booleanFlag("Include timestamps on each line in the log output"),
};

export type LogFlagValues = FlagValues<typeof logFlags>;
