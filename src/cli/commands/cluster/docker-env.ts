import { Option } from "commander";

import { engineEnvironment } from "../../../cluster/engine/engine-environment.ts";
import { UserError } from "../../../lib/user-error.ts";
import type { CliCommand } from "../../command.ts";

const SHELLS = ["bash", "zsh", "sh", "fish", "powershell", "none"] as const;
type Shell = (typeof SHELLS)[number];

/** What a shell runs to have a variable, and to have it no more; `comment` begins what it leaves alone. */
interface ShellWords {
  set(name: string, value: string): string;
  unset(name: string): string;
  readonly use: string;
}

const POSIX: ShellWords = {
  set: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  unset: (name) => `unset ${name}`,
  use: "eval $(kube docker-env)",
};

const WORDS: Readonly<Record<Shell, ShellWords>> = {
  bash: POSIX,
  zsh: POSIX,
  sh: POSIX,
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replaceAll("'", String.raw`\'`)}';`,
    unset: (name) => `set -e ${name};`,
    use: "kube docker-env | source",
  },
  powershell: {
    set: (name, value) => `$Env:${name} = "${value.replaceAll('"', '`"')}"`,
    unset: (name) => `Remove-Item Env:\\${name} -ErrorAction SilentlyContinue`,
    use: "kube docker-env | Invoke-Expression",
  },
  none: { set: (name, value) => `${name}=${value}`, unset: (name) => name, use: "" },
};

const VARIABLES = ["DOCKER_TLS_VERIFY", "DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_CONTEXT"];

export const dockerEnvCommand: CliCommand = {
  configure(command, context) {
    command
      .addOption(new Option("--shell <shell>", "whose words to use (default: that of SHELL)").choices(SHELLS))
      .option("-u, --unset", "take the variables away again")
      .addHelpText(
        "after",
        `
Pods run in the Docker that the docker command uses anyway, so there is nothing to switch. Scripts written for minikube may do it all the same.

Examples:
  eval $(kube docker-env)
  kube docker-env --shell fish | source
  eval $(kube docker-env --unset)`,
      )
      .action(async ({ shell = shellOf(context.env["SHELL"]), unset }: { shell?: Shell; unset?: boolean }) => {
        const words = WORDS[shell];
        const lines = unset
          ? VARIABLES.map((name) => words.unset(name))
          : (await engineEnvironment(context.env)).map(([name, value]) => words.set(name, value));
        const notes =
          shell === "none"
            ? []
            : [
                "# Pods run in the Docker that your docker command uses: there is nothing to switch.",
                ...(unset ? [] : [`# ${words.use}`]),
              ];
        context.stdout.write([...lines, ...notes].map((line) => `${line}\n`).join(""));
      });
  },
};

/** As minikube guesses it. */
function shellOf(path: string | undefined): Shell {
  const name = (path ?? "").split("/").at(-1) ?? "";
  if (name === "") return "bash";
  const found = SHELLS.find((shell) => shell === name || (name === "pwsh" && shell === "powershell"));
  if (found === undefined)
    throw new UserError(`The words of shell "${name}" are not known`, { hint: "Name one that is with --shell" });
  return found;
}
