import { formatQuantity, parseQuantity, QuantityError, quantityValue, wholeQuantity } from "../../api/quantity.ts";
import { goDuration, goDurationMs } from "../../lib/go/go-duration.ts";
import { isJsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { PROXY_MODES } from "../../network/open-traffic-rules.ts";
import { ADDONS, addonSwitchesText, type AddonSwitches, parseAddonSwitch } from "./addon-switches.ts";
import { hostMountText, parseHostMount } from "./host-mount.ts";
import { parsePublishedPort, publishedPortText } from "./published-port.ts";
import type { ClusterWishes } from "./wishes.ts";

/**
 * One thing that can be said about a cluster: as a flag of `start`, in a file, or as a default. What it says of itself here is all that
 * these need to know.
 */
export interface Setting<Key extends string = string> {
  readonly key: Key;
  /** Without the dashes. */
  readonly flag: string;
  /** What stands behind the flag in help. */
  readonly placeholder: string;
  readonly help: string;
  /** The flag may be given several times, and the file has a list. */
  readonly isList?: true;
  readonly choices?: readonly string[];
  /** Throws a SettingError unless the value is of the right form. */
  readonly read: (value: JsonValue) => unknown;
  /** What a word of a command line, or all words of a list, stand for in a file. */
  readonly fromText: (text: string | readonly string[]) => JsonValue;
  /** As it is shown. */
  readonly text: (value: unknown) => string;
}

export interface ClusterSetting extends Setting<keyof ClusterWishes> {
  /** When a cluster that is there takes another value: while it runs, at its next start, or never, and then why not. */
  readonly change: "live" | "restart" | { readonly never: string };
}

/** A value that a setting cannot have. The message is what it must be: `must be a whole number from 1 to 250`. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

type Form = Pick<Setting, "read" | "fromText" | "text" | "isList" | "choices">;

const plain = (value: unknown): string => String(value);

export function wholeNumber(min: number, max: number): Form {
  return {
    read(value) {
      if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
      throw new SettingError(`must be a whole number from ${min} to ${max}`);
    },
    fromText: (text) => (typeof text === "string" && /^\d+$/.test(text) ? Number(text) : String(text)),
    text: plain,
  };
}

export function choice(choices: readonly string[]): Form {
  return {
    choices,
    read(value) {
      if (typeof value === "string" && choices.includes(value)) return value;
      throw new SettingError(`must be one of ${choices.join(", ")}`);
    },
    fromText: String,
    text: plain,
  };
}

export const someText: Form = {
  read(value) {
    if (typeof value === "string" && value !== "") return value;
    throw new SettingError("must be text");
  },
  fromText: String,
  text: plain,
};

export const yesOrNo: Form = {
  read(value) {
    if (typeof value === "boolean") return value;
    throw new SettingError("must be true or false");
  },
  fromText: (text) => (text === "true" || text === "false" ? text === "true" : String(text)),
  text: plain,
};

/** A list of things that each have a text. */
function listOf<T>(form: string, parse: (text: string) => T | undefined, text: (item: T) => string): Form {
  return {
    isList: true,
    read(value) {
      if (!Array.isArray(value)) throw new SettingError(`must be a list, each of the form ${form}`);
      return value.map((item) => {
        // A port alone is a number in YAML.
        const found = typeof item === "string" || typeof item === "number" ? parse(String(item)) : undefined;
        if (found === undefined) throw new SettingError(`has ${JSON.stringify(item)}, and must be of the form ${form}`);
        return found;
      });
    },
    fromText: (words) => [...(typeof words === "string" ? words.split(",").filter((word) => word !== "") : words)],
    text: (value) => (value as readonly T[]).map(text).join(","),
  };
}

/** A list of what to switch on or off; a file may also have them with their values. */
const addonsForm: Form = {
  isList: true,
  read(value) {
    const words = isJsonObject(value)
      ? Object.entries(value).map(([name, isOn]) => `${name}=${JSON.stringify(isOn)}`)
      : value;
    if (!Array.isArray(words)) throw new SettingError(`must be a list of ${ADDONS.map(({ name }) => name).join(", ")}`);
    const found = words.map((word) => {
      const addon = typeof word === "string" ? parseAddonSwitch(word) : undefined;
      if (addon) return addon;
      const names = ADDONS.map(({ name }) => name).join(", ");
      throw new SettingError(`has ${JSON.stringify(word)}, and must be of ${names}, with "=false" to switch one off`);
    });
    return Object.fromEntries(found);
  },
  fromText: (words) => [words].flat().flatMap((word) => word.split(",").filter((each) => each !== "")),
  // What is read above has this shape.
  text: (value) => addonSwitchesText(value as Partial<AddonSwitches>),
};

const LEAST_HISTORY_MS = 60_000;
const LEAST_HISTORY_BYTES = 1024 * 1024;

/** Milliseconds; in files of people a duration, in the cluster's own a number. */
const keptTime: Form = {
  read(value) {
    const ms = typeof value === "string" ? goDurationMs(value) : value;
    if (typeof ms === "number" && ms >= LEAST_HISTORY_MS) return Math.round(ms);
    throw new SettingError('must be a duration of at least 1m, such as "30m" or "8h"');
  },
  fromText: String,
  text: (value) => goDuration(Number(value)),
};

/** Bytes; in files of people a quantity too. */
const keptSize: Form = {
  read(value) {
    const bytes = typeof value === "string" ? quantityBytes(value) : value;
    if (typeof bytes === "number" && bytes >= LEAST_HISTORY_BYTES) return bytes;
    throw new SettingError('must be a size of at least 1Mi, such as "512Mi" or "2Gi"');
  },
  fromText: String,
  text: (value) => formatQuantity(wholeQuantity(Number(value), "BinarySI")),
};

function quantityBytes(text: string): number | undefined {
  try {
    return Number(quantityValue(parseQuantity(text)));
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

const KEEPS_OBJECTS = { never: "its objects depend on it" };

/** In the order of help. */
export const clusterSettings: readonly ClusterSetting[] = [
  {
    key: "port",
    flag: "port",
    placeholder: "<port>",
    help: "of the API server on localhost (default: 6443, or one that is free)",
    ...wholeNumber(1, 65535),
    change: "restart",
  },
  {
    key: "httpPort",
    flag: "http-port",
    placeholder: "<port>",
    help: "of Ingresses on localhost, 0 for none (default: 80, or one that is free)",
    ...wholeNumber(0, 65535),
    change: "restart",
  },
  {
    key: "httpsPort",
    flag: "https-port",
    placeholder: "<port>",
    help: "the same for HTTPS (default: 443, or one that is free)",
    ...wholeNumber(0, 65535),
    change: "restart",
  },
  {
    key: "nodes",
    flag: "nodes",
    placeholder: "<count>",
    help: "how many nodes (default: 1)",
    ...wholeNumber(1, 250),
    change: "restart",
  },
  {
    key: "ports",
    flag: "ports",
    placeholder: "<[ip:]port[:node-port][/udp]>",
    help: "a port of this machine behind which one of the nodes is; may be repeated",
    ...listOf("[IP:]PORT[:NODE-PORT][/udp]", parsePublishedPort, publishedPortText),
    change: "live",
  },
  {
    key: "mounts",
    flag: "mount",
    placeholder: "<source:target>",
    help: "a folder of this machine that hostPath volumes find at another path; may be repeated",
    ...listOf("SOURCE:TARGET, with TARGET an absolute path", parseHostMount, hostMountText),
    change: "live",
  },
  {
    key: "addons",
    flag: "addons",
    placeholder: "<name[=false],...>",
    help: "what to switch on, or off; kube addons list shows what there is",
    ...addonsForm,
    change: "live",
  },
  {
    key: "runtime",
    flag: "runtime",
    placeholder: "<runtime>",
    help: "what runs containers (default: docker)",
    ...choice(["docker", "fake"]),
    change: KEEPS_OBJECTS,
  },
  {
    key: "store",
    flag: "store",
    placeholder: "<store>",
    help: "what keeps the state: a file, or memory alone, which forgets it at each stop (default: sqlite)",
    ...choice(["sqlite", "memory"]),
    change: { never: "its state would stay behind" },
  },
  {
    key: "podRange",
    flag: "pod-range",
    placeholder: "<range>",
    help: "addresses of pods (default: a free /16)",
    ...someText,
    change: KEEPS_OBJECTS,
  },
  {
    key: "serviceRange",
    flag: "service-range",
    placeholder: "<range>",
    help: "addresses of Services (default: a free /16)",
    ...someText,
    change: KEEPS_OBJECTS,
  },
  {
    key: "proxyMode",
    flag: "proxy-mode",
    placeholder: "<mode>",
    help: "how Services reach pods (default: auto, the first that works)",
    ...choice(PROXY_MODES),
    change: "restart",
  },
  {
    key: "history",
    flag: "history",
    placeholder: "<duration>",
    help: "how long old states can be looked at and gone back to (default: 1h)",
    ...keptTime,
    change: "restart",
  },
  {
    key: "historySize",
    flag: "history-size",
    placeholder: "<size>",
    help: "and how much room that may take (default: 512Mi)",
    ...keptSize,
    change: "restart",
  },
  {
    key: "tokenAuthFile",
    flag: "token-auth-file",
    placeholder: "<path>",
    help: 'users and their tokens, each line token,user,uid,"groups"',
    ...someText,
    change: "restart",
  },
  {
    key: "auditPolicyFile",
    flag: "audit-policy-file",
    placeholder: "<path>",
    help: "what of requests is written to logs/audit.log",
    ...someText,
    change: "restart",
  },
  {
    key: "staticPodPath",
    flag: "static-pod-path",
    placeholder: "<path>",
    help: "manifests of pods that the first node runs by itself",
    ...someText,
    change: "restart",
  },
];
