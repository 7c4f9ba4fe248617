import { PassThrough } from "node:stream";

import { isApiError } from "../../api/api-error.ts";
import { ConnectionError } from "../../client/connection-error.ts";
import { HttpsTransport } from "../../client/https-transport.ts";
import { contextName } from "../../cluster/access/kubeconfig.ts";
import { connectionFlags } from "../flags/connection-flags.ts";
import { parseFlags } from "../flags/parse-flags.ts";
import { connectionTo } from "../kubeconfig/connection.ts";
import { type Kubeconfig, loadKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { chooseTarget, ConfigurationError, type Target } from "../kubeconfig/target.ts";
import { type Check, failure, type Finding, ok, skipped, warning } from "./check.ts";
import type { Patient } from "./patient.ts";

export const kubeconfigCheck: Check = {
  name: "kubeconfig",
  timeoutMs: 8000,
  async probe(patient) {
    const kubeconfig = await loadKubeconfig("", patient.env);
    const cluster = await patient.cluster();
    const chosen = chosenContext(kubeconfig, cluster?.name);
    if (typeof chosen === "object") return chosen;
    if (cluster && !(await patient.server()))
      return skipped(`Context "${chosen}" is there, and its cluster is stopped: kube start --name ${cluster.name}`);
    const { values } = parseFlags([`--context=${chosen}`], connectionFlags);
    try {
      return await askWhoIAm(chosen, await chooseTarget(kubeconfig, values, patient.env), patient);
    } catch (error) {
      return kubeconfigFailure(error, chosen, cluster?.name);
    }
  },
};

/** The context to try, or what is wrong before anything can be tried. `cluster` is undefined when there is none on this machine. */
export function chosenContext(
  { contexts, currentContext }: Pick<Kubeconfig, "contexts" | "currentContext">,
  cluster: string | undefined,
): string | Finding {
  if (currentContext !== "" && !contexts.has(currentContext))
    return failure(
      `The current context "${currentContext}" does not exist`,
      cluster === undefined ? "kube config use-context NAME" : `kube update-context --name ${cluster}`,
    );
  if (cluster === undefined)
    return currentContext === ""
      ? skipped("The kubeconfig has no current context, and there is no cluster")
      : currentContext;
  const own = contextName(cluster);
  return contexts.has(own)
    ? own
    : warning(`The kubeconfig has no context "${own}"`, `kube update-context --name ${cluster}`);
}

async function askWhoIAm(context: string, target: Target, { env, clock }: Patient): Promise<Finding> {
  // Nobody is there to answer the questions of a program that asks for credentials.
  const silent = { env, stdin: new PassThrough().end(), stderr: new PassThrough().resume() };
  using transport = new HttpsTransport(await connectionTo(target, silent), clock, { timeoutMs: REQUEST_TIMEOUT_MS });
  const review = await transport.request({
    verb: "create",
    group: "authentication.k8s.io",
    version: "v1",
    resource: "selfsubjectreviews",
    body: { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" },
  });
  return whoIAmFinding(context, target.cluster.server, review);
}

const REQUEST_TIMEOUT_MS = 5000;

export function whoIAmFinding(context: string, server: string, review: object): Finding {
  // Parse edge: the answer to a SelfSubjectReview, of which nothing is taken for granted.
  const { status } = review as { readonly status?: { readonly userInfo?: { readonly username?: string } } };
  const username = status?.userInfo?.username ?? "";
  if (username === "" || username === "system:anonymous")
    return failure(`${server} answers, and does not know the user of context "${context}"`, credentialsMend(undefined));
  return ok(`Context "${context}" reaches ${server} as ${username}`);
}

const credentialsMend = (cluster: string | undefined): string =>
  cluster === undefined ? "kube config set-credentials NAME ..." : `kube update-context --name ${cluster}`;

export function kubeconfigFailure(error: unknown, context: string, cluster: string | undefined): Finding {
  if (isApiError(error, "Unauthorized"))
    return failure(`The credentials of context "${context}" are not accepted`, credentialsMend(cluster));
  if (error instanceof ConnectionError)
    return failure(
      `The server of context "${context}" cannot be reached: ${error.host}: ${error.message}`,
      cluster === undefined
        ? "Start it, or choose another: kube config use-context NAME"
        : `kube update-context --name ${cluster}`,
    );
  if (error instanceof ConfigurationError)
    return failure(`Context "${context}" contradicts itself: ${error.message}`, credentialsMend(cluster));
  throw error;
}
