import { arrayFlag, booleanFlag, durationFlag, type FlagValues, integerFlag, stringFlag } from "./flag.ts";

/** The flags that every command for objects takes: which server, as whom, in which namespace. */
export const connectionFlags = {
  as: stringFlag(
    "Username to impersonate for the operation. User could be a regular user or a service account in a namespace.",
  ),
  "as-group": arrayFlag(
    "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
  ),
  "as-uid": stringFlag("UID to impersonate for the operation."),
  "as-user-extra": arrayFlag(
    "User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.",
  ),
  "cache-dir": stringFlag("Default cache directory: nothing is cached, since discovery takes two requests"),
  "certificate-authority": stringFlag("Path to a cert file for the certificate authority"),
  "client-certificate": stringFlag("Path to a client certificate file for TLS"),
  "client-key": stringFlag("Path to a client key file for TLS"),
  cluster: stringFlag("The name of the kubeconfig cluster to use"),
  context: stringFlag("The name of the kubeconfig context to use"),
  "disable-compression": booleanFlag("If true, opt-out of response compression for all requests to the server"),
  "insecure-skip-tls-verify": booleanFlag(
    "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
  ),
  kuberc: stringFlag(
    "Path to the kuberc file to use for preferences. This can be disabled by exporting KUBECTL_KUBERC=false feature gate or turning off the feature KUBERC=off.",
  ),
  kubeconfig: stringFlag("Path to the kubeconfig file to use for CLI requests."),
  "log-flush-frequency": durationFlag("Maximum number of seconds between log flushes", {
    default: 5000,
    isHidden: true,
  }),
  "match-server-version": booleanFlag("Require server version to match client version"),
  namespace: stringFlag("If present, the namespace scope for this CLI request", { short: "n" }),
  password: stringFlag("Password for basic authentication to the API server", { isHidden: true }),
  profile: stringFlag("Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace)", {
    default: "none",
    isHidden: true,
  }),
  "profile-output": stringFlag("Name of the file to write the profile to", {
    default: "profile.pprof",
    isHidden: true,
  }),
  "request-timeout": stringFlag(
    "The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests.",
    { default: "0" },
  ),
  server: stringFlag("The address and port of the Kubernetes API server", { short: "s" }),
  "tls-server-name": stringFlag(
    "Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used",
  ),
  token: stringFlag("Bearer token for authentication to the API server"),
  user: stringFlag("The name of the kubeconfig user to use"),
  username: stringFlag("Username for basic authentication to the API server", { isHidden: true }),
  v: integerFlag("number for the log level verbosity", { short: "v" }),
  vmodule: stringFlag("comma-separated list of pattern=N settings for file-filtered logging", { isHidden: true }),
  "warnings-as-errors": booleanFlag(
    "Treat warnings received from the server as errors and exit with a non-zero exit code",
  ),
};

export type ConnectionFlagValues = FlagValues<typeof connectionFlags>;
