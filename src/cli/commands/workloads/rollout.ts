import { type SubcommandEntry, subcommandsOnly } from "../../kubectl-command.ts";

const subcommands: readonly SubcommandEntry[] = [
  {
    name: "history",
    summary: "View rollout history",
    load: async () => (await import("./rollout-history.ts")).rolloutHistoryCommand,
  },
  {
    name: "pause",
    summary: "Mark the provided resource as paused",
    load: async () => (await import("./rollout-pause.ts")).rolloutPauseCommand,
  },
  {
    name: "restart",
    summary: "Restart a resource",
    load: async () => (await import("./rollout-restart.ts")).rolloutRestartCommand,
  },
  {
    name: "resume",
    summary: "Resume a paused resource",
    load: async () => (await import("./rollout-pause.ts")).rolloutResumeCommand,
  },
  {
    name: "status",
    summary: "Show the status of the rollout",
    load: async () => (await import("./rollout-status.ts")).rolloutStatusCommand,
  },
  {
    name: "undo",
    summary: "Undo a previous rollout",
    load: async () => (await import("./rollout-undo.ts")).rolloutUndoCommand,
  },
];

export const rolloutCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  subcommands,
  examples: `  kube rollout status deploy/web
  kube rollout undo deploy/web --to-revision=3
  kube rollout restart deploy -l app=web`,
});
