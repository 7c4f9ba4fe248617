import { applyStrategicMerge } from "../../api/schema/strategic-merge.ts";
import type { Container, EnvVar, EphemeralContainer, Node, Pod } from "../../api/types/core-v1.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { DebugProfile, DebugStyle, KeptParts } from "./debug-profiles.ts";

/** What a user wants of the container that debugs. Empty texts say nothing. */
export interface DebugWishes {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly container: string;
  readonly args: readonly string[];
  readonly argsOnly: boolean;
  readonly env: readonly EnvVar[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly target: string;
  readonly copyTo: string;
  readonly sameNode: boolean;
  /** Undefined leaves it to the profile. */
  readonly shareProcesses: boolean | undefined;
  readonly images: Readonly<Record<string, string>>;
  readonly profile: DebugProfile;
  readonly kept: KeptParts;
  /** A part of a container that is laid over the one that debugs. */
  readonly custom: JsonObject | undefined;
}

/** The pod that debugs and the container in it; an empty name for a copy that only has other images. */
export interface DebuggingPod {
  readonly pod: Pod;
  readonly container: string;
}

/** The pod with an ephemeral container. */
export function withEphemeralContainer(pod: Pod, name: string, wishes: DebugWishes): DebuggingPod {
  const container: EphemeralContainer = {
    ...newContainer(name, wishes),
    ...(wishes.target === "" ? {} : { targetContainerName: wishes.target }),
  };
  const spec = { containers: [], ...pod.spec };
  const ephemeralContainers = [...(spec.ephemeralContainers ?? []), container];
  return finished({ ...pod, spec: { ...spec, ephemeralContainers } }, name, "ephemeral", wishes);
}

/** A pod on the node, with the node's own namespaces and files where the profile has it so. */
export function nodeDebugger(node: Node, podName: string, wishes: DebugWishes): DebuggingPod {
  const name = wishes.container || "debugger";
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: podName, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [newContainer(name, wishes)],
      nodeName: node.metadata.name ?? "",
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
    },
  };
  return finished(pod, name, "node", wishes);
}

/** A copy of the pod with one container added or changed. `newName` is asked when it needs a name. */
export function debuggingCopy(pod: Pod, newName: () => string, wishes: DebugWishes): DebuggingPod {
  const { labels, annotations, namespace } = pod.metadata;
  const { ephemeralContainers: _, nodeName, ...spec } = { containers: [], ...pod.spec };
  const copy: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: wishes.copyTo,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec: {
      ...spec,
      ...(wishes.sameNode && nodeName !== undefined ? { nodeName } : {}),
      ...(wishes.shareProcesses === undefined ? {} : { shareProcessNamespace: wishes.shareProcesses }),
      containers: spec.containers.map((container) => withNewImage(container, wishes.images)),
    },
  };
  return debugged(copy, newName, wishes);
}

function debugged(copy: Pod, newName: () => string, wishes: DebugWishes): DebuggingPod {
  const spec = { containers: [], ...copy.spec };
  const exists = debuggableNames(copy).includes(wishes.container) && wishes.container !== "";
  if (exists) {
    const change = <C extends Container>(each: C): C =>
      each.name === wishes.container ? changedContainer(each, wishes) : each;
    const initContainers = spec.initContainers?.map(change);
    const containers = spec.containers.map(change);
    const pod = { ...copy, spec: { ...spec, containers, ...(initContainers ? { initContainers } : {}) } };
    return finished(pod, wishes.container, "copy", wishes);
  }
  if (wishes.image === "") {
    if (Object.keys(wishes.images).length > 0) return { pod: copy, container: "" };
    throw new UserError("you must specify image when creating new container");
  }
  const name = wishes.container || newName();
  const added = changedContainer({ name, terminationMessagePolicy: "File" }, wishes);
  return finished({ ...copy, spec: { ...spec, containers: [...spec.containers, added] } }, name, "copy", wishes);
}

const withNewImage = (container: Container, images: Readonly<Record<string, string>>): Container => {
  const image = images[container.name] ?? images["*"];
  return image === undefined || image === "" ? container : { ...container, image };
};

function newContainer(
  name: string,
  { image, imagePullPolicy, env, stdin, tty, args, argsOnly }: DebugWishes,
): Container {
  return {
    name,
    image,
    ...(args.length === 0 ? {} : { [argsOnly ? "args" : "command"]: [...args] }),
    ...(env.length === 0 ? {} : { env: [...env] }),
    ...(imagePullPolicy === "" ? {} : { imagePullPolicy }),
    ...(stdin ? { stdin } : {}),
    terminationMessagePolicy: "File",
    ...(tty ? { tty } : {}),
  };
}

function changedContainer<C extends Container>(container: C, wishes: DebugWishes): C {
  const { args, argsOnly, env, image, imagePullPolicy, stdin, tty } = wishes;
  const changed: C = { ...container, stdin, tty };
  if (args.length > 0 && argsOnly) changed.args = [...args];
  if (args.length > 0 && !argsOnly) {
    changed.command = [...args];
    delete changed.args;
  }
  if (env.length > 0) changed.env = [...env];
  if (image !== "") changed.image = image;
  if (imagePullPolicy !== "") changed.imagePullPolicy = imagePullPolicy;
  return changed;
}

function finished(pod: Pod, container: string, style: DebugStyle, wishes: DebugWishes): DebuggingPod {
  const profiled = wishes.profile(pod, container, style, wishes.kept);
  const { custom } = wishes;
  return { pod: custom ? customized(profiled, container, { ...custom, name: container }) : profiled, container };
}

function customized(pod: Pod, name: string, custom: JsonObject): Pod {
  const change = <C extends Container | EphemeralContainer>(container: C): C =>
    container.name === name
      ? // A container stays one under a patch of its own type.
        (applyStrategicMerge(
          "io.k8s.api.core.v1.Container",
          { ...container } as unknown as JsonObject,
          custom,
        ) as unknown as C)
      : container;
  const spec = { containers: [], ...pod.spec };
  const { ephemeralContainers } = spec;
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(change),
      ...(ephemeralContainers ? { ephemeralContainers: ephemeralContainers.map(change) } : {}),
    },
  };
}

/** The names that are taken. */
export const debuggableNames = ({ spec }: Pod): readonly string[] =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])].map(
    ({ name }) => name,
  );

/** Does a profile give what the user of the pod's processes cannot use? */
export function losesCapabilities({ pod, container }: DebuggingPod): boolean {
  const { spec } = pod;
  const found = [...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])].find(
    ({ name }) => name === container,
  );
  const security = found?.securityContext;
  const user = spec?.securityContext?.runAsUser;
  if (!security || user === undefined || user === 0 || security.runAsUser === 0) return false;
  return security.privileged === true || (security.capabilities?.add ?? []).length > 0;
}
