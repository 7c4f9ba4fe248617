import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { objectsIn, textIn } from "../objects/api-object.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { throwAll } from "../objects/visit.ts";
import { changePodTemplates, setFlags } from "./pod-template-change.ts";

export const setImageCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  flags: setFlags,
  examples: `  kube set image deployment/web web=nginx:1.27
  kube set image deployments --all '*=nginx:1.27'`,
  run: setImage,
});

type ImageFlags = Invocation<typeof setFlags>["flags"];

async function setImage(invocation: Invocation<typeof setFlags>): Promise<void> {
  const { args, flags } = invocation;
  const first = args.findIndex((arg) => arg.includes("=") && !arg.startsWith("="));
  const [resources, pairs] = first < 0 ? [args, []] : [args.slice(0, first), args.slice(first)];
  const late = pairs.find((arg) => !arg.includes("="));
  if (late !== undefined) throw new UserError(`all resources must be specified before image changes: ${late}`);
  const images = new Map(
    pairs.map((pair): readonly [string, string] => [
      pair.slice(0, pair.indexOf("=")),
      pair.slice(pair.indexOf("=") + 1),
    ]),
  );
  // Says what may be named.
  if (resources.length === 0 && !hasFiles(flags)) await selectObjects(invocation.session, {});
  throwAll(problems(images, flags));
  await changePodTemplates(invocation, resources, {
    what: "image",
    failure: "failed to patch image update to pod template",
    fieldManager: flags["field-manager"],
    change: (spec) => withImages(spec, images),
  });
}

const hasFiles = ({ filename, kustomize }: ImageFlags): boolean => filename.length > 0 || kustomize !== "";

function problems(images: ReadonlyMap<string, string>, flags: ImageFlags): readonly UserError[] {
  const texts = [
    flags.all && flags.selector !== "" ? "cannot set --all and --selector at the same time" : undefined,
    images.size === 0 ? "at least one image update is required" : undefined,
    images.size > 1 && images.has("*")
      ? "all containers are already specified by *, but saw more than one container_name=container_image pairs"
      : undefined,
    flags.local && flags["dry-run"] === "server"
      ? "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
      : undefined,
  ];
  return texts.flatMap((text) => (text === undefined ? [] : [new UserError(text)]));
}

/** The pod spec with new images; `*` means every container. */
export function withImages(spec: JsonObject, images: ReadonlyMap<string, string>): JsonObject {
  const lists = ["initContainers", "containers"];
  const names = new Set(lists.flatMap((list) => objectsIn(spec, list).map((container) => textIn(container, "name"))));
  const missing = [...images.keys()].filter((name) => name !== "*" && !names.has(name));
  if (missing.length > 0)
    throwAll(missing.map((name) => new UserError(`error: unable to find container named ${JSON.stringify(name)}`)));
  const changed: JsonObject = { ...spec };
  for (const list of lists) {
    if (spec[list] === undefined) continue;
    changed[list] = objectsIn(spec, list).map((container) => {
      const image = images.get(textIn(container, "name")) ?? images.get("*");
      return image === undefined ? container : { ...container, image };
    });
  }
  return changed;
}
