import { COMPLETION_SCRIPTS } from "../../completion/completion-scripts.ts";
import { kubectlCommand, usageError } from "../../kubectl-command.ts";

export const completionCommand = kubectlCommand({
  usage: "SHELL",
  flags: {},
  examples: `  source <(kube completion bash)                                          in ~/.bashrc
  source <(kube completion zsh)                                           in ~/.zshrc, after compinit
  kube completion fish > ~/.config/fish/completions/kube.fish
  kube completion powershell | Out-String | Invoke-Expression             in $PROFILE`,
  async run(invocation) {
    const { args, context } = invocation;
    const [shell] = args;
    if (shell === undefined) throw usageError(invocation, "Shell not specified.");
    if (args.length > 1) throw usageError(invocation, "Too many arguments. Expected only the shell type.");
    const script = Object.hasOwn(COMPLETION_SCRIPTS, shell) ? COMPLETION_SCRIPTS[shell] : undefined;
    if (!script) throw usageError(invocation, `Unsupported shell type ${JSON.stringify(shell)}.`);
    context.stdout.write(script(context.program));
    await Promise.resolve();
  },
});
