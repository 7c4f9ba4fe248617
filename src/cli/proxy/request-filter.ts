import { UserError } from "../../lib/user-error.ts";

/** Which requests a proxy passes on: regular expressions, each list with commas between them. */
export interface FilterPatterns {
  readonly acceptPaths: string;
  readonly rejectPaths: string;
  readonly acceptHosts: string;
  readonly rejectMethods: string;
}

export const DEFAULT_PATTERNS: FilterPatterns = {
  acceptPaths: "^.*",
  rejectPaths: "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach",
  acceptHosts: "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$",
  rejectMethods: "^$",
};

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  /** The Host header, with or without a port. */
  readonly host: string;
}

/** Pages of the web must not reach the cluster through the user's proxy: hosts and paths are looked at first. */
export function requestFilter(patterns: FilterPatterns): (request: ProxiedRequest) => boolean {
  const acceptPaths = expressions(patterns.acceptPaths);
  const rejectPaths = expressions(patterns.rejectPaths);
  const acceptHosts = expressions(patterns.acceptHosts);
  const rejectMethods = expressions(patterns.rejectMethods);
  return ({ method, path, host }) =>
    !matches(rejectPaths, path) &&
    !matches(rejectMethods, method) &&
    matches(acceptPaths, path) &&
    matches(acceptHosts, hostOf(host));
}

const matches = (all: readonly RegExp[], text: string): boolean => all.some((each) => each.test(text));

/** Without its port, as Go's net.SplitHostPort has it: the brackets of an address stay when there is none. */
function hostOf(host: string): string {
  const [, bracketed] = /^\[([^\]]*)\]:\d*$/.exec(host) ?? [];
  return bracketed ?? host.replace(/^([^:]*):\d*$/, "$1");
}

function expressions(text: string): readonly RegExp[] {
  if (text === "") return [];
  return text.split(",").map((source) => {
    try {
      return new RegExp(source);
    } catch (error) {
      throw new UserError(`Error compiling re: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
