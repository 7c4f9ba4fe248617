import { UserError } from "../../lib/user-error.ts";

/** What the arguments of a command name: `pods web`, `pod/web svc/web`, `pods,services`, `pods`. */
export interface ResourceArguments {
  readonly types: readonly string[];
  readonly names: readonly string[];
  /** From `type/name`; excludes the other two. */
  readonly pairs: readonly ResourcePair[];
}

export interface ResourcePair {
  readonly type: string;
  readonly name: string;
}

/** `expandCategories` turns `all` into what it stands for. The rules and messages are cli-runtime's (resource/builder.go). */
export function resourceArguments(
  args: readonly string[],
  expandCategories: (name: string) => readonly string[] | undefined,
): ResourceArguments {
  const normalized = crossProduct(args);
  const slashes = normalized.filter((arg) => arg.includes("/")).length;
  if (slashes > 0 && slashes < normalized.length) {
    throw new UserError(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  if (slashes > 0) return { types: [], names: [], pairs: normalized.map(resourcePair) };
  const [first, ...names] = normalized;
  if (first === undefined) return { types: [], names: [], pairs: [] };
  const types = first.split(",").flatMap((type) => expandCategories(type) ?? [type]);
  return { types: [...new Set(types)], names, pairs: [] };
}

/** `pods,services web` means each of both. */
function crossProduct(args: readonly string[]): readonly string[] {
  const [first = "", ...names] = args;
  const types = [...new Set(first.split(","))];
  if (names.length === 0 || types.length < 2) return args;
  return types.flatMap((type) => names.map((name) => `${type}/${name}`));
}

export function resourcePair(argument: string): ResourcePair {
  const [type = "", name = "", ...more] = argument.split("/");
  if (more.length > 0) throw new UserError("arguments in resource/name form may not have more than one slash");
  if (type === "" || name === "" || new Set(type.split(",")).size !== 1)
    throw new UserError("arguments in resource/name form must have a single resource and name");
  return { type, name };
}
