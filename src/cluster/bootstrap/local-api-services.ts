import { builtInApiVersions, builtInPriority } from "../../api/discovery-priority.ts";
import { apiservices } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { APIService } from "../../api/types/apiregistration-v1.ts";
import type { Client } from "../../client/client.ts";

/** Says which objects upstream keeps up to date by itself: those of built-in groups at a start, those of custom resources always. */
const MANAGED_LABEL = "kube-aggregator.kubernetes.io/automanaged";
const AT_START = "onstart";

/** Registers the group versions that are built in, as upstream does at every start. Between starts users may change them. */
export async function ensureLocalApiServices(client: Client): Promise<void> {
  const resource = client.resource(apiservices);
  const { items } = await resource.list();
  const present = new Map(items.map((object) => [object.metadata.name, object]));
  const wanted = builtInApiVersions.map(localApiService);
  await Promise.all(
    wanted.map(async (object) => {
      const old = present.get(object.metadata.name);
      present.delete(object.metadata.name);
      if (!old) await resource.create(object);
      else if (isManaged(old) && !semanticEqual(old.spec, object.spec)) {
        await resource.update({ ...old, spec: object.spec });
      }
    }),
  );
  // Of a version that is served no more.
  const left = [...present.values()].filter(isManaged);
  await Promise.all(
    left.map(({ metadata: { name = "", uid } }) => resource.delete({ name }, { preconditions: { uid } })),
  );
}

const isManaged = ({ metadata }: APIService): boolean => metadata.labels?.[MANAGED_LABEL] === AT_START;

function localApiService(apiVersion: string): APIService {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  const priority = builtInPriority(apiVersion);
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}`, labels: { [MANAGED_LABEL]: AT_START } },
    spec: {
      ...(group === "" ? {} : { group }),
      version,
      groupPriorityMinimum: priority?.group ?? 0,
      versionPriority: priority?.version ?? 0,
    },
  };
}
