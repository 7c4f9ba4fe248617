import { services } from "../../../api/resources.ts";
import { UserError } from "../../../lib/user-error.ts";
import { booleanFlag } from "../../flags/flag.ts";
import { kubectlCommand, usageError } from "../../kubectl-command.ts";
import { openInBrowser } from "../../service/open-in-browser.ts";
import { addressOptions, printServices } from "../../service/service-command.ts";
import { serviceAddresses } from "../../service/service-urls.ts";

export const serviceCommand = kubectlCommand({
  usage: "NAME",
  flags: {
    url: booleanFlag("print the URLs alone, one a line"),
    open: booleanFlag("open the first URL in the browser"),
  },
  examples: `  kube service web
  curl "$(kube service web --url)"
  kube service list`,
  subcommands: [
    {
      name: "list",
      summary: "List the Services of the cluster and where they answer",
      load: async () => (await import("./service-list.ts")).serviceListCommand,
    },
  ],
  async run(invocation) {
    const { args, flags, session, context } = invocation;
    const [name, ...others] = args;
    if (name === undefined || others.length > 0) throw usageError(invocation, "give the name of one Service");
    const { namespace } = await session.target();
    const bare = name.replace(/^(service|services|svc)\//, "");
    const service = await (await session.client()).resource(services).get({ name: bare, namespace });
    const options = await addressOptions(session);
    const urls = serviceAddresses(service, options).flatMap(({ url }) => url ?? []);
    if (urls.length === 0) {
      throw new UserError(`Service "${bare}" has no address that this machine reaches`, {
        hint: `kube port-forward reaches its pods`,
      });
    }
    if (flags.url) context.stdout.write(urls.map((url) => `${url}\n`).join(""));
    else printServices((text) => void context.stdout.write(text), [service], options);
    if (flags.open) await openInBrowser(urls[0] ?? "", context);
  },
});
