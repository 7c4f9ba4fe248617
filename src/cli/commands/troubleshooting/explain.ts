import { type JsonObject, isJsonObject } from "../../../lib/json/json-value.ts";
import { parseJson } from "../../../lib/json/strict-json.ts";
import { UserError } from "../../../lib/user-error.ts";
import type { ResourceMapping } from "../../discovery/resource-mapping.ts";
import { explainedPath, ungroupedPath } from "../../explain/explained-path.ts";
import { explainedText } from "../../explain/explained-text.ts";
import { groupVersionKind, type OpenApiDocument } from "../../explain/openapi-document.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { objectIn, textIn } from "../../objects/api-object.ts";
import type { Session } from "../../session.ts";

const explainFlags = {
  "api-version": stringFlag("Explain the resource in this version, as group/version."),
  output: stringFlag("Output format. The only one is plaintext.", { short: "o", default: "plaintext" }),
  recursive: booleanFlag("If true, show the fields of fields too, without their descriptions.", { short: "R" }),
};

export const explainCommand = kubectlCommand({
  usage: "RESOURCE[.FIELD...] [flags]",
  flags: explainFlags,
  examples: `  kube explain pods
  kube explain pods.spec.containers
  kube explain deployments --recursive
  kube explain hpa --api-version=autoscaling/v1`,
  run: explain,
});

async function explain({ args, flags, session, context }: Invocation<typeof explainFlags>): Promise<void> {
  const [argument, ...others] = args;
  if (argument === undefined)
    throw new UserError(
      `You must specify the type of resource to explain. Use "${context.program} api-resources" for a complete list of supported resources.`,
    );
  if (others.length > 0) throw new UserError("We accept only this format: explain RESOURCE");
  if (flags.output !== "plaintext" && flags.output !== "plaintext-openapiv2")
    throw new UserError(`unrecognized format: ${flags.output}`);
  const mapper = await session.mapper();
  const version = flags["api-version"];
  const { mapping, fields } = version === "" ? explainedPath(argument, mapper) : ungroupedPath(argument, mapper);
  const resource = version === "" ? mapping : { ...mapping, ...parsedGroupVersion(version) };
  const document = await openApiDocument(session, resource);
  const kind = groupVersionKind(document, resource);
  if (!kind) throw new UserError(`GVR (${resourceText(resource)}) not found in OpenAPI schema`);
  context.stdout.write(explainedText(document, { kind, fields, isRecursive: flags.recursive }));
}

function parsedGroupVersion(text: string): Pick<ResourceMapping, "group" | "version"> {
  const [first = "", second, ...rest] = text.split("/");
  if (rest.length > 0) throw new UserError(`unexpected GroupVersion string: ${text}`);
  return second === undefined ? { group: "", version: first } : { group: first, version: second };
}

/** Servers have one document for each group version, and an index that says where it is. */
async function openApiDocument(session: Session, resource: ResourceMapping): Promise<OpenApiDocument> {
  const { group, version } = resource;
  const index = await readJson(session, "/openapi/v3");
  const key = group === "" ? `api/${version}` : `apis/${group}/${version}`;
  const path = textIn(objectIn(objectIn(index, "paths"), key), "serverRelativeURL");
  if (path === "") throw new UserError(`couldn't find resource for "${resourceText(resource)}"`);
  return await readJson(session, path);
}

async function readJson(session: Session, path: string): Promise<JsonObject> {
  const transport = await session.transport();
  const response = await transport.raw({ method: "GET", path, headers: { Accept: "application/json" } });
  const answer = parseJson(await response.text());
  if (!isJsonObject(answer)) throw new UserError(`The server answers ${path} with what is no JSON object`);
  return answer;
}

/** As Go prints a group, version and resource. */
const resourceText = ({ group, version, resource }: ResourceMapping): string =>
  `${group}/${version}, Resource=${resource}`;
