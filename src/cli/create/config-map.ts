import { configmaps } from "../../api/resources.ts";
import { booleanFlag } from "../flags/flag.ts";
import { contentHash } from "./append-hash.ts";
import { generator } from "./generator.ts";
import { keysFrom, keySourceFlags } from "./key-sources.ts";

export const createConfigMapCommand = generator({
  usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1]",
  examples: `  kube create configmap settings --from-literal=color=blue --from-literal=size=3
  kube create configmap files --from-file=folder
  kube create configmap variables --from-env-file=settings.env`,
  type: configmaps,
  failure: "failed to create configmap: ",
  flags: { ...keySourceFlags, "append-hash": booleanFlag("Append a hash of the configmap to its name.") },
  async build({ flags, context }, name) {
    const keys = await keysFrom(
      flags,
      {
        invalidKey: (key, problems) =>
          `${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${problems.join(",")}`,
        duplicateKey: (key) =>
          `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(name)}`,
        envFileIsFolder: "env config file cannot be a directory",
      },
      context,
    );
    const data = textEntries(keys);
    const binaryData = binaryEntries(keys);
    const hashed = { kind: "ConfigMap", name, data, ...(hasKeys(binaryData) ? { binaryData } : {}) };
    return {
      ...(flags["append-hash"] ? { name: `${name}-${contentHash(hashed)}` } : {}),
      body: { ...(hasKeys(data) ? { data } : {}), ...(hasKeys(binaryData) ? { binaryData } : {}) },
    };
  },
});

const hasKeys = (object: object): boolean => Object.keys(object).length > 0;

const isText = (content: Buffer): boolean => Buffer.from(content.toString("utf8")).equals(content);

function textEntries(keys: ReadonlyMap<string, Buffer>): Record<string, string> {
  return entries([...keys].filter(([, content]) => isText(content)).map(([key, content]) => [key, content.toString()]));
}

function binaryEntries(keys: ReadonlyMap<string, Buffer>): Record<string, string> {
  const binary = [...keys].filter(([, content]) => !isText(content));
  return entries(binary.map(([key, content]) => [key, content.toString("base64")]));
}

const entries = (pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
