import {
  choice,
  clusterSettings,
  type Setting,
  SettingError,
  someText,
  yesOrNo,
} from "../../cluster/config/settings.ts";
import type { ClusterWishes } from "../../cluster/config/wishes.ts";
import { goDuration, goDurationMs } from "../../lib/go/go-duration.ts";

/** What to wait for before `start` ends; each part includes those before it. */
const WAIT_PARTS = ["apiserver", "nodes", "pods"] as const;
export type WaitPart = (typeof WAIT_PARTS)[number];

/** Everything `start` can be told: what the cluster shall be, and how the start itself goes. */
export interface StartWishes extends ClusterWishes {
  readonly name?: string | undefined;
  readonly wait?: WaitPart | undefined;
  /** Milliseconds. */
  readonly waitTimeout?: number | undefined;
  readonly kubeconfig?: boolean | undefined;
}

const WAIT_WORDS: Readonly<Record<string, WaitPart>> = {
  apiserver: "apiserver",
  nodes: "nodes",
  pods: "pods",
  // minikube's other words for these.
  node_ready: "nodes",
  kubelet: "nodes",
  default_sa: "nodes",
  system_pods: "pods",
  apps_running: "pods",
  all: "pods",
  true: "pods",
  none: "apiserver",
  false: "apiserver",
};

/** About the start itself: these are defaults for every cluster, not only for new ones. */
const processSettings: readonly Setting<keyof StartWishes>[] = [
  { key: "name", flag: "name", placeholder: "<name>", help: "of the cluster", ...someText },
  {
    key: "wait",
    flag: "wait",
    placeholder: "<parts>",
    help: "what must be there before it ends: apiserver, nodes (default), pods; also all and none, as minikube has it",
    ...waitForm(),
  },
  {
    key: "waitTimeout",
    flag: "wait-timeout",
    placeholder: "<duration>",
    help: "how long to wait for that (default: 6m)",
    ...durationForm(),
  },
  {
    key: "kubeconfig",
    flag: "kubeconfig",
    placeholder: "",
    help: "add the cluster's context to the kubeconfig",
    ...yesOrNo,
  },
];

export const startSettings: readonly Setting<keyof StartWishes>[] = [...processSettings, ...clusterSettings];

function waitForm(): Pick<Setting, "read" | "fromText" | "text"> {
  const { read } = choice(Object.keys(WAIT_WORDS));
  return {
    /** Of several parts the last one to be there counts. */
    read(value) {
      const words = Array.isArray(value) ? value : [value];
      if (words.length === 0) throw new SettingError("must name a part");
      const parts = words.map((word) => WAIT_WORDS[String(read(typeof word === "boolean" ? String(word) : word))]);
      return WAIT_PARTS.findLast((part) => parts.includes(part));
    },
    fromText: (text) => (typeof text === "string" ? text.split(",") : [...text]),
    text: String,
  };
}

function durationForm(): Pick<Setting, "read" | "fromText" | "text"> {
  return {
    read(value) {
      const ms = typeof value === "string" ? goDurationMs(value) : undefined;
      if (ms === undefined || ms <= 0) throw new SettingError('must be a duration such as "90s" or "6m"');
      return ms;
    },
    fromText: String,
    text: (value) => goDuration(Number(value)),
  };
}
