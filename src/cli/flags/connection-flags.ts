import { arrayFlag, booleanFlag, type FlagValues, stringFlag } from "./flag.ts";

/** The flags that every command for objects takes: which server, as whom, in which namespace. */
export const connectionFlags = {
  as: stringFlag(
    "Username to impersonate for the operation. User could be a regular user or a service account in a namespace.",
  ),
  "as-group": arrayFlag(
    "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
  ),
  "as-uid": stringFlag("UID to impersonate for the operation."),
  "certificate-authority": stringFlag("Path to a cert file for the certificate authority"),
  "client-certificate": stringFlag("Path to a client certificate file for TLS"),
  "client-key": stringFlag("Path to a client key file for TLS"),
  cluster: stringFlag("The name of the kubeconfig cluster to use"),
  context: stringFlag("The name of the kubeconfig context to use"),
  "insecure-skip-tls-verify": booleanFlag(
    "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
  ),
  kubeconfig: stringFlag("Path to the kubeconfig file to use for CLI requests."),
  namespace: stringFlag("If present, the namespace scope for this CLI request", { short: "n" }),
  password: stringFlag("Password for basic authentication to the API server", { isHidden: true }),
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
  "warnings-as-errors": booleanFlag(
    "Treat warnings received from the server as errors and exit with a non-zero exit code",
  ),
};

export type ConnectionFlagValues = FlagValues<typeof connectionFlags>;
