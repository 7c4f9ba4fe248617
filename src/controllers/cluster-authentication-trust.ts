import { X509Certificate } from "node:crypto";

import { configmaps } from "../api/resources.ts";
import type { ConfigMap } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { type Controller, defineController, API_SERVER } from "./controller.ts";

const NAMESPACE = "kube-system";
const NAME = "extension-apiserver-authentication";

/** What extension servers need to know of those who may speak to them. */
export interface AuthenticationTrust {
  readonly clientCaPem: string;
  readonly frontProxy: { readonly caPem: string; readonly allowedNames: readonly string[] };
}

interface Snapshot {
  readonly configMap: ConfigMap | undefined;
  readonly trust: AuthenticationTrust;
}

/** Publishes whose certificates, and whose word for others, are to be believed. What somebody else added stays, as upstream has it. */
export function clusterAuthenticationTrustController(trust: AuthenticationTrust): Controller {
  return defineController<Snapshot>({
    name: "cluster-authentication-trust-controller",
    user: API_SERVER,
    workers: 1,
    connect({ informers }) {
      const informer = informers.informer(configmaps, {
        namespace: NAMESPACE,
        fieldSelector: `metadata.name=${NAME}`,
      });
      return {
        watches: [
          (concern) => {
            const tell = (): void => concern(NAME);
            tell();
            return informer.onChange({ added: tell, updated: tell, deleted: tell });
          },
        ],
        snapshot: () => ({ configMap: informer.get(`${NAMESPACE}/${NAME}`), trust }),
      };
    },
    reconcile: trustActions,
  });
}

function trustActions({ configMap, trust }: Snapshot, nowMs: number): readonly Action[] {
  const data = publishedTrust(configMap?.data ?? {}, trust, nowMs);
  if (configMap && Bun.deepEquals(configMap.data, data)) return [];
  const object: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    ...configMap,
    metadata: configMap?.metadata ?? { name: NAME, namespace: NAMESPACE },
    data,
  };
  return [{ do: configMap ? "update" : "create", type: configmaps, object }];
}

function publishedTrust(
  present: Readonly<Record<string, string>>,
  { clientCaPem, frontProxy }: AuthenticationTrust,
  nowMs: number,
): Record<string, string> {
  const names = (key: string, own: readonly string[]): string =>
    JSON.stringify([...new Set([...namesIn(present[key]), ...own])]);
  return {
    "client-ca-file": joined(present["client-ca-file"], clientCaPem, nowMs),
    "requestheader-allowed-names": names("requestheader-allowed-names", frontProxy.allowedNames),
    "requestheader-client-ca-file": joined(present["requestheader-client-ca-file"], frontProxy.caPem, nowMs),
    "requestheader-extra-headers-prefix": names("requestheader-extra-headers-prefix", ["X-Remote-Extra-"]),
    "requestheader-group-headers": names("requestheader-group-headers", ["X-Remote-Group"]),
    "requestheader-uid-headers": names("requestheader-uid-headers", ["X-Remote-Uid"]),
    "requestheader-username-headers": names("requestheader-username-headers", ["X-Remote-User"]),
  };
}

/** What is no list of names is replaced. */
function namesIn(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** Upstream allows for clocks that differ by so much. */
const SLACK_MS = 5 * 60_000;

/** The certificates of both, each once, without those that have expired or cannot be read. */
function joined(present: string | undefined, own: string, nowMs: number): string {
  const pems = `${present ?? ""}\n${own}`.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(pems)]
    .filter((pem) => isValid(pem, nowMs))
    .map((pem) => `${pem}\n`)
    .join("");
}

function isValid(pem: string, nowMs: number): boolean {
  try {
    return Date.parse(new X509Certificate(pem).validTo) > nowMs - SLACK_MS;
  } catch {
    return false;
  }
}
