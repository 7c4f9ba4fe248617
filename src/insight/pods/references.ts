import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { configmaps, secrets } from "../../api/resources.ts";
import type { ConfigMap, Container, Pod, Secret } from "../../api/types/core-v1.ts";
import { advice, type Finding, run, wrong } from "../finding.ts";
import type { Snapshot } from "../snapshot.ts";
import { demandsNonRoot, nonRoot } from "./non-root.ts";

/** What a pod draws from a ConfigMap or Secret. */
interface Reference {
  readonly type: ResourceType<ConfigMap> | ResourceType<Secret>;
  readonly name: string;
  /** All of them when absent. */
  readonly keys?: readonly string[];
  /** `env DB_URL`, `volume "config"`. */
  readonly where: string;
}

/** Why the environment of a container cannot be made. */
export function configFindings(
  pod: Pod,
  container: Container,
  message: string,
  snapshot: Snapshot,
  subject: string,
): readonly Finding[] {
  const missing = environmentReferences(container).flatMap((reference) =>
    missingFinding(reference, pod, snapshot, subject),
  );
  if (missing.length > 0) return missing;
  if (demandsNonRoot(message)) return [nonRoot(subject, [message])];
  return [wrong("ContainerConfig", `${subject} cannot be set up`, { evidence: [message] })];
}

/** What volumes of a pod draw from and is not there. */
export function missingVolumeSources(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  return volumeReferences(pod).flatMap((reference) => missingFinding(reference, pod, snapshot, ""));
}

function missingFinding(
  { type, name, keys, where }: Reference,
  pod: Pod,
  snapshot: Snapshot,
  subject: string,
): readonly Finding[] {
  if (!snapshot.knows(type)) return [];
  const { namespace } = pod.metadata;
  const found = snapshot.find<KubeObject>(type, name, namespace);
  const prefix = subject === "" ? "" : `${subject}: `;
  if (!found) {
    const elsewhere = snapshot
      .list<KubeObject>(type)
      .filter(({ metadata }) => metadata.name === name)
      .map(({ metadata }) => metadata.namespace);
    const there = snapshot
      .list<KubeObject>(type, namespace)
      .map(({ metadata }) => metadata.name ?? "")
      .filter((each) => each !== "kube-root-ca.crt");
    return [
      wrong(
        `${type.kind}Missing`,
        `${prefix}${where} is drawn from the ${type.kind} ${JSON.stringify(name)}, which does not exist`,
        {
          evidence: [
            elsewhere.length > 0
              ? `There is one of that name in namespace ${elsewhere.join(", ")}, which a pod of ${namespace} cannot use`
              : undefined,
            there.length > 0 ? `In the namespace there are: ${there.join(", ")}` : undefined,
          ],
          remedies: [
            creation(type.kind, name, keys?.[0] ?? "KEY", namespace),
            advice("or mend the name, or mark the reference as optional"),
          ],
        },
      ),
    ];
  }
  const present = keysOf(found);
  return (keys ?? [])
    .filter((key) => !present.includes(key))
    .map((key) =>
      wrong(
        "KeyMissing",
        `${prefix}${where} is drawn from the key ${JSON.stringify(key)} of the ${type.kind} ${JSON.stringify(name)}, which has no such key`,
        {
          evidence: [`Its keys: ${present.join(", ") || "none"}`],
          remedies: [
            run("add the key, or mend its name in the pod", `kube edit ${type.kind.toLowerCase()} ${name}`, namespace),
          ],
        },
      ),
    );
}

const creation = (kind: string, name: string, key: string, namespace: string | undefined) =>
  run(
    "create it",
    `kube create ${kind === "Secret" ? "secret generic" : "configmap"} ${name} --from-literal=${key}=VALUE`,
    namespace,
  );

function keysOf(object: KubeObject): readonly string[] {
  // Both kinds have maps of this form.
  const { data = {}, binaryData = {} } = object as { readonly data?: object; readonly binaryData?: object };
  return [...Object.keys(data), ...Object.keys(binaryData)];
}

function environmentReferences({ env = [], envFrom = [] }: Container): readonly Reference[] {
  return [
    ...env.flatMap(({ name: variable, valueFrom }): Reference[] => {
      const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
      const where = `the variable ${variable}`;
      if (configMapKeyRef && !configMapKeyRef.optional)
        return [{ type: configmaps, name: configMapKeyRef.name ?? "", keys: [configMapKeyRef.key], where }];
      if (secretKeyRef && !secretKeyRef.optional)
        return [{ type: secrets, name: secretKeyRef.name ?? "", keys: [secretKeyRef.key], where }];
      return [];
    }),
    ...envFrom.flatMap(({ configMapRef, secretRef }): Reference[] => {
      const where = "its environment";
      if (configMapRef && !configMapRef.optional) return [{ type: configmaps, name: configMapRef.name ?? "", where }];
      if (secretRef && !secretRef.optional) return [{ type: secrets, name: secretRef.name ?? "", where }];
      return [];
    }),
  ];
}

function volumeReferences({ spec }: Pod): readonly Reference[] {
  return (spec?.volumes ?? []).flatMap((volume): Reference[] => {
    const where = `the volume "${volume.name}"`;
    const { configMap, secret, projected } = volume;
    const keys = (items: readonly { readonly key: string }[] | undefined) =>
      items ? { keys: items.map(({ key }) => key) } : {};
    return [
      ...(configMap && !configMap.optional
        ? [{ type: configmaps, name: configMap.name ?? "", ...keys(configMap.items), where }]
        : []),
      ...(secret && !secret.optional
        ? [{ type: secrets, name: secret.secretName ?? "", ...keys(secret.items), where }]
        : []),
      ...(projected?.sources ?? []).flatMap((source): Reference[] => [
        ...(source.configMap && !source.configMap.optional
          ? [{ type: configmaps, name: source.configMap.name ?? "", ...keys(source.configMap.items), where }]
          : []),
        ...(source.secret && !source.secret.optional
          ? [{ type: secrets, name: source.secret.name ?? "", ...keys(source.secret.items), where }]
          : []),
      ]),
    ];
  });
}
