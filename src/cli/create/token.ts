import { isApiError } from "../../api/api-error.ts";
import { serviceaccounts } from "../../api/resources.ts";
import { UserError } from "../../lib/user-error.ts";
import { messageOf } from "../error-message.ts";
import { arrayFlag, durationFlag, stringFlag } from "../flags/flag.ts";
import { kubectlCommand, usageError } from "../kubectl-command.ts";
import { objectIn, textIn } from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import { operationPrinter, printFlags } from "../printers/print-flags.ts";

const BOUND_KINDS: Readonly<Record<string, string>> = { Node: "v1", Pod: "v1", Secret: "v1" };

export const createTokenCommand = kubectlCommand({
  usage: "SERVICE_ACCOUNT_NAME",
  examples: `  kube create token default
  kube create token builder -n ci --duration 10m`,
  flags: {
    audience: arrayFlag(
      "Audience of the requested token. If unset, defaults to requesting a token for use with the Kubernetes API server. May be repeated to request a token valid for multiple audiences.",
    ),
    "bound-object-kind": stringFlag("Kind of an object to bind the token to. Supported kinds are Node, Pod, Secret."),
    "bound-object-name": stringFlag("Name of an object to bind the token to."),
    "bound-object-uid": stringFlag("UID of an object to bind the token to."),
    duration: durationFlag(
      "Requested lifetime of the issued token. If not set or if set to 0, the lifetime will be determined by the server automatically.",
    ),
    ...printFlags,
  },
  async run(invocation) {
    const { args, flags, session, context } = invocation;
    const [name] = args;
    if (name === undefined || args.length !== 1)
      throw usageError(invocation, `exactly one NAME is required, got ${args.length}`);
    const boundObject = boundObjectOf(flags);
    if (flags.duration < 0) throw new UserError("--duration must be greater than or equal to 0");
    if (flags.duration % 1000 !== 0) throw new UserError("--duration cannot be expressed in units less than seconds");
    if (flags.audience.includes("")) throw new UserError("--audience must not be an empty string");
    const { namespace } = await session.target();
    const answer = await requestResource(
      await session.transport(),
      { mapping: serviceaccounts, namespace, name, subresource: "token" },
      {
        method: "POST",
        body: {
          kind: "TokenRequest",
          apiVersion: "authentication.k8s.io/v1",
          metadata: {},
          spec: {
            audiences: flags.audience.length > 0 ? flags.audience : null,
            expirationSeconds: flags.duration > 0 ? flags.duration / 1000 : null,
            boundObjectRef: boundObject ?? null,
          },
        },
      },
    ).catch((error: unknown) => {
      throw new UserError(`failed to create token: ${isApiError(error) ? error.message : messageOf(error)}`);
    });
    const token = textIn(objectIn(answer, "status"), "token");
    if (token === "") throw new UserError("failed to create token: no token in server response");
    const isPlain = flags.output === "" && flags.template === "";
    context.stdout.write(isPlain ? `${token}\n` : (await operationPrinter(flags, "created", context))(answer));
  },
});

function boundObjectOf(
  flags: Readonly<Record<"bound-object-kind" | "bound-object-name" | "bound-object-uid", string>>,
) {
  const { "bound-object-kind": kind, "bound-object-name": name, "bound-object-uid": uid } = flags;
  if (kind === "") {
    if (name !== "") throw new UserError("--bound-object-name can only be set if --bound-object-kind is provided");
    if (uid !== "") throw new UserError("--bound-object-uid can only be set if --bound-object-kind is provided");
    return undefined;
  }
  const apiVersion = BOUND_KINDS[kind];
  if (apiVersion === undefined)
    throw new UserError(`supported --bound-object-kind values are ${Object.keys(BOUND_KINDS).join(", ")}`);
  if (name === "") throw new UserError("--bound-object-name is required if --bound-object-kind is provided");
  return { kind, apiVersion, name, ...(uid === "" ? {} : { uid }) };
}
