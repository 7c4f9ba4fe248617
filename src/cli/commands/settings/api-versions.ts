import { byteOrder } from "../../../lib/json/json-text.ts";
import { kubectlCommand, usageError } from "../../kubectl-command.ts";

export const apiVersionsCommand = kubectlCommand({
  usage: "",
  flags: {},
  examples: `  kube api-versions`,
  async run(invocation) {
    const { args, session, context } = invocation;
    if (args.length > 0) throw usageError(invocation, `unexpected arguments: [${args.join(" ")}]`);
    const { groups } = (await session.mapper()).discovery;
    const versions = groups.flatMap(({ name, versions: served }) =>
      served.map(({ version }) => (name === "" ? version : `${name}/${version}`)),
    );
    for (const version of versions.toSorted(byteOrder)) context.stdout.write(`${version}\n`);
  },
});
