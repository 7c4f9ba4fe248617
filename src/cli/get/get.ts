import { UserError } from "../../lib/user-error.ts";
import type { ConnectionFlagValues } from "../flags/connection-flags.ts";
import type { Invocation } from "../kubectl-command.ts";
import { usageError } from "../kubectl-command.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { pastQuery } from "../past/past-client.ts";
import { ACCEPT_TABLE } from "../printers/table.ts";
import type { getFlags, GetFlagValues } from "./get-flags.ts";
import { printObjects } from "./print-objects.ts";
import { isTableOutput, printTables, tableOptions } from "./print-tables.ts";
import { selectionOptions } from "./selection-options.ts";
import { watchObjects } from "./watch-objects.ts";

/** kubectl get: one path for tables, which the server makes, and one for everything that is printed from objects. */
export async function get(invocation: Invocation<typeof getFlags>): Promise<void> {
  const { args, flags, session, context } = invocation;
  checkFlags(args, flags);
  if (flags.raw !== "") {
    const response = await (await session.transport()).raw({ method: "GET", path: flags.raw });
    context.stdout.write(await response.text());
    return;
  }
  if (flags.at !== "" && (flags.watch || flags["watch-only"]))
    throw new UserError("the past does not change: leave --watch or --at out");
  if (flags.watch || flags["watch-only"]) return await watchObjects(invocation);
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === "") throw nothingNamed(invocation);
  const isTable = isTableOutput(flags);
  const selection = await selectObjects(session, selectionOptions(invocation));
  if (flags.subresource !== "" && selection.sources.some(({ type }) => type === "collection"))
    throw new UserError("subresource cannot be used when bulk resources are specified");
  const loaded = await loadObjects(await session.transport(), selection, {
    accept: isTable && flags["server-print"] ? ACCEPT_TABLE : undefined,
    query: {
      ...(isTable && flags["sort-by"] !== "" ? { includeObject: "Object" } : {}),
      ...(await pastQuery(session, flags.at)),
    },
    subresource: flags.subresource,
    chunkSize: flags["sort-by"] === "" ? flags["chunk-size"] : 0,
    ignoresNotFound: flags["ignore-not-found"],
  });
  const { namespace } = await session.target();
  if (isTable) printTables(loaded, tableOptions(flags), { flags, context, namespace, selection });
  else await printObjects(loaded, flags, context);
}

function checkFlags(args: readonly string[], flags: GetFlagValues & Partial<ConnectionFlagValues>): void {
  const watches = flags.watch || flags["watch-only"];
  if (flags.raw !== "") {
    if (args.length > 0) throw new UserError("arguments may not be passed when --raw is specified");
    if (watches || flags.selector !== "")
      throw new UserError(
        "--raw may not be specified with other flags that filter the server request or alter the output",
      );
    if (flags.output !== "") throw new UserError("--raw and --output are mutually exclusive");
    if (!flags.raw.startsWith("/"))
      throw new UserError(
        `--raw must be a valid URL path: parse ${JSON.stringify(flags.raw)}: invalid URI for request`,
      );
  }
  if (flags["show-labels"] && flags.output !== "" && flags.output !== "wide")
    throw new UserError(`--show-labels option cannot be used with ${flags.output} printer`);
  if (flags["output-watch-events"] && !watches)
    throw new UserError("--output-watch-events option can only be used with --watch or --watch-only");
}

function nothingNamed(invocation: Invocation<typeof getFlags>): UserError {
  invocation.context.stderr.write(
    `You must specify the type of resource to get. Use "${invocation.context.program} api-resources" for a complete list of supported resources.\n\n`,
  );
  return usageError(
    invocation,
    `Required resource not specified.\nUse "${invocation.context.program} explain <resource>" for a detailed description of that resource (e.g. ${invocation.context.program} explain pods).`,
  );
}
