import { envVarNameProblems } from "../../api/names.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ApiObject } from "../objects/api-object.ts";

/** What the flags of `run` say about its pod. */
export interface PodWishes {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  /** Arguments are the command itself, not its arguments. */
  readonly isCommand: boolean;
  readonly env: readonly string[];
  readonly port: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly restartPolicy: string;
  readonly imagePullPolicy: string;
  readonly privileged: boolean;
  readonly stdin: boolean;
  readonly leavesStdinOpen: boolean;
  readonly tty: boolean;
}

/** A pod of one container. */
export function podToRun(wishes: PodWishes): ApiObject {
  const { name, annotations } = wishes;
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      name,
      labels: { ...wishes.labels },
      ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
    },
    spec: { containers: [container(wishes)], restartPolicy: wishes.restartPolicy, dnsPolicy: "ClusterFirst" },
    status: {},
  };
}

function container(wishes: PodWishes): JsonObject {
  const { args, isCommand } = wishes;
  const env = wishes.env.map(envVar);
  return {
    name: wishes.name,
    image: wishes.image,
    ...(args.length > 0 ? { [isCommand ? "command" : "args"]: [...args] } : {}),
    ...(wishes.port === "" ? {} : { ports: [{ containerPort: portNumber(wishes.port) }] }),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    ...(wishes.imagePullPolicy === "" ? {} : { imagePullPolicy: wishes.imagePullPolicy }),
    ...(wishes.privileged ? { securityContext: { privileged: true } } : {}),
    ...(wishes.stdin ? { stdin: true } : {}),
    ...(wishes.stdin && !wishes.leavesStdinOpen ? { stdinOnce: true } : {}),
    ...(wishes.tty ? { tty: true } : {}),
  };
}

function envVar(text: string): JsonObject {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals));
  if (name === "" || envVarNameProblems(name).length > 0) throw new UserError(`invalid env: ${text}`);
  const value = text.slice(equals + 1);
  return value === "" ? { name } : { name, value };
}

function portNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new UserError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
