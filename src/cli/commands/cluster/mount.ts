import { resolve } from "node:path";

import { readConfig } from "../../../cluster/config/config.ts";
import { hostMountText, parseHostMount } from "../../../cluster/config/host-mount.ts";
import { UserError } from "../../../lib/user-error.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";

interface MountOptions extends ClusterNameOptions {
  readonly remove?: string | undefined;
}

export const mountCommand: CliCommand = {
  configure(command, context) {
    addClusterName(command)
      .argument("[source:target]", "a folder of this machine, and where hostPath volumes find it")
      .option("--remove <target>", "take one away again")
      .addHelpText(
        "after",
        `
hostPath volumes take any path of this machine as it is: a mount is for manifests that expect a folder elsewhere. It is remembered, and needs
no command that keeps running. Pods that run keep what they have.

Examples:
  kube mount ./site:/site          path: /site/img in a manifest is ./site/img
  kube mount                       what there is
  kube mount --remove /site`,
      )
      .action(async (text: string | undefined, options: MountOptions) => {
        const name = await chosenCluster(options, context);
        using owned = await ownedCluster(name, context);
        const mounts = (await readConfig(owned.directory))?.mounts ?? [];
        if (text === undefined && options.remove === undefined) {
          context.stdout.write(mounts.map((mount) => `${hostMountText(mount)}\n`).join(""));
          return;
        }
        const added = text === undefined ? [] : [parsed(text, context.cwd)];
        if (options.remove !== undefined && !mounts.some(({ target }) => target === options.remove))
          throw new UserError(`Nothing is mounted at ${options.remove}`, { hint: "kube mount shows what is" });
        const taken = new Set([options.remove, ...added.map(({ target }) => target)]);
        const wanted = [...mounts.filter(({ target }) => !taken.has(target)), ...added];
        await owned.send("PATCH", "/settings", { mounts: wanted.map(hostMountText) });
        for (const { source, target } of added)
          context.stdout.write(`Pods find ${source} at ${target} of their node\n`);
        if (options.remove !== undefined) context.stdout.write(`${options.remove} is this machine's own again\n`);
      });
  },
};

function parsed(text: string, cwd: string) {
  const mount = parseHostMount(text);
  if (!mount) {
    throw new UserError(`Cannot mount ${text}: it must be of the form SOURCE:TARGET, with TARGET an absolute path`, {
      exitCode: 64,
    });
  }
  return { ...mount, source: resolve(cwd, mount.source) };
}
