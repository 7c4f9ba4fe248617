import { stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { JsonObject } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import { booleanFlag, listFlag, stringFlag } from "../../flags/flag.ts";
import { kubectlCommand } from "../../kubectl-command.ts";
import { buildKustomization, kustomizationText } from "../../kustomize/build.ts";
import { effectiveNamespace, NO_NAMESPACE } from "../../kustomize/resource-id.ts";
import { currentId, newResource } from "../../kustomize/resource.ts";

export const kustomizeCommand = kubectlCommand({
  usage: "DIR",
  flags: {
    "as-current-user": booleanFlag("Run functions as the user of this command; functions are not run by kube."),
    "enable-alpha-plugins": booleanFlag("Run plugins; kube runs none."),
    "enable-helm": booleanFlag("Inflate Helm charts; kube does not run helm."),
    env: listFlag("Environment variables for functions.", { short: "e" }),
    "helm-api-versions": listFlag("Versions of the API that helm is told of."),
    "helm-command": stringFlag("The helm program.", { default: "helm" }),
    "helm-debug": booleanFlag("Debug output of helm."),
    "helm-kube-version": stringFlag("The version of Kubernetes that helm is told of."),
    "load-restrictor": stringFlag(
      "If set to 'LoadRestrictionsNone', local kustomizations may load files from outside their root. This does, however, break the relocatability of the kustomization.",
      { default: "LoadRestrictionsRootOnly" },
    ),
    mount: listFlag("Storage for functions."),
    network: booleanFlag("Network access for functions."),
    "network-name": stringFlag("The Docker network of functions.", { default: "bridge" }),
    output: stringFlag("If specified, write output to this path.", { short: "o" }),
  },
  examples: `  kube kustomize                              the kustomization of this folder
  kube kustomize overlays/production
  kube kustomize base -o out.yaml              into a file, or one file for each object into a folder
  kube apply -k overlays/production            build it and apply it`,
  async run({ args, flags, context }) {
    if (args.length > 1) throw new UserError("specify one path to kustomization.yaml");
    const restrictor = flags["load-restrictor"];
    if (restrictor !== RESTRICTED && restrictor !== UNRESTRICTED)
      throw new UserError(
        `illegal flag value --load-restrictor ${restrictor}; legal values: [${RESTRICTED} ${UNRESTRICTED}]`,
      );
    const objects = await buildKustomization(args[0] ?? ".", {
      cwd: context.cwd,
      signal: context.signal,
      isUnrestricted: restrictor === UNRESTRICTED,
      warn: (message) => context.stderr.write(`${message}\n`),
    });
    if (flags.output === "") return void context.stdout.write(kustomizationText(objects));
    const path = resolve(context.cwd, flags.output);
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) return await writeFile(path, kustomizationText(objects));
    await Promise.all(
      namedFiles(objects).map(async ([name, object]) => await writeFile(join(path, name), yamlText(object))),
    );
  },
});

const RESTRICTED = "LoadRestrictionsRootOnly";
const UNRESTRICTED = "LoadRestrictionsNone";

/** `apps_v1_deployment_web.yaml`, with the namespace in front where there are several. */
function namedFiles(objects: readonly JsonObject[]): readonly (readonly [name: string, object: JsonObject])[] {
  const namespaces = new Set(objects.map(namespaceOfFile).filter((each) => each !== NO_NAMESPACE));
  return objects.map((object) => {
    const { group, version, kind, name } = currentId(newResource(object));
    const file = `${[group, version, kind].filter((each) => each !== "").join("_")}_${name}.yaml`.toLowerCase();
    const namespace = namespaceOfFile(object);
    return [namespaces.size > 1 && namespace !== NO_NAMESPACE ? `${namespace.toLowerCase()}_${file}` : file, object];
  });
}

const namespaceOfFile = (object: JsonObject): string => effectiveNamespace(currentId(newResource(object)));
