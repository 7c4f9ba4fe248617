import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { readConfigFiles } from "./config-files.ts";
import { checkReadable, setEntry } from "./set-entry.ts";
import { unexpectedArgs } from "./unexpected-args.ts";

const flags = {
  server: stringFlag("server for the cluster entry in kubeconfig"),
  "tls-server-name": stringFlag("tls-server-name for the cluster entry in kubeconfig"),
  "insecure-skip-tls-verify": booleanFlag("insecure-skip-tls-verify for the cluster entry in kubeconfig"),
  "certificate-authority": stringFlag("Path to certificate-authority file for the cluster entry in kubeconfig"),
  "embed-certs": booleanFlag("embed-certs for the cluster entry in kubeconfig"),
  "proxy-url": stringFlag("proxy-url for the cluster entry in kubeconfig"),
};

export const setClusterCommand = kubectlCommand({
  usage:
    "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
  flags,
  examples: `  kube config set-cluster e2e --server=https://1.2.3.4
  kube config set-cluster e2e --embed-certs --certificate-authority=ca.crt`,
  run: setCluster,
});

async function setCluster(invocation: Invocation<typeof flags>): Promise<void> {
  const { args, flags: given, context } = invocation;
  const [name = ""] = args;
  if (args.length !== 1) throw unexpectedArgs(args);
  if (name === "") throw new UserError("you must specify a non-empty cluster name");
  const authority = given["certificate-authority"];
  if (given["insecure-skip-tls-verify"] && authority !== "")
    throw new UserError("you cannot specify a certificate authority and insecure mode at the same time");
  if (given["embed-certs"] && authority === "")
    throw new UserError("you must specify a --certificate-authority to embed");
  if (given["embed-certs"]) await checkReadable("certificate-authority", authority, context.cwd);
  const embedded = given["embed-certs"] ? await readFile(resolve(context.cwd, authority), "base64") : undefined;
  const files = await readConfigFiles(given.kubeconfig, context);
  await setEntry(files, "clusters", name, (body) => changedCluster(body, invocation, embedded), context);
  context.stdout.write(`Cluster ${JSON.stringify(name)} set.\n`);
}

/** A certificate authority and not checking at all exclude each other: the newer one wins. */
function changedCluster(
  body: JsonObject,
  { flags: given, isGiven, context }: Invocation<typeof flags>,
  embedded: string | undefined,
): JsonObject {
  const changed: JsonObject = { ...body };
  if (isGiven("server")) {
    changed["server"] = given.server;
    // The name belonged to the server that was there before.
    changed["tls-server-name"] = "";
  }
  if (isGiven("tls-server-name")) changed["tls-server-name"] = given["tls-server-name"];
  if (isGiven("insecure-skip-tls-verify")) {
    changed["insecure-skip-tls-verify"] = given["insecure-skip-tls-verify"];
    if (given["insecure-skip-tls-verify"])
      Object.assign(changed, { "certificate-authority": "", "certificate-authority-data": "" });
  }
  if (isGiven("certificate-authority"))
    Object.assign(changed, {
      "certificate-authority": embedded === undefined ? resolve(context.cwd, given["certificate-authority"]) : "",
      "certificate-authority-data": embedded ?? "",
      "insecure-skip-tls-verify": false,
    });
  if (isGiven("proxy-url")) changed["proxy-url"] = given["proxy-url"];
  return changed;
}
