import { type Command, Option } from "commander";

import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import {
  buildImage,
  IMAGE_FORMATS,
  listAllImages,
  loadImages,
  pullImages,
  pushImages,
  removeImages,
  saveImage,
  tagImage,
} from "../../image/image-actions.ts";
import { subcommand } from "../../subcommand.ts";

type Format = (typeof IMAGE_FORMATS)[number];

export const imageCommand: CliCommand = {
  configure(command, context) {
    command.helpCommand(false).addHelpText("after", HELP);
    subcommand(command, "ls", "List images", "kube image ls --format table")
      .alias("list")
      .addOption(new Option("--format <format>", "how they are shown").choices(IMAGE_FORMATS).default("short"))
      .action(async ({ format }: { format: Format }) => await listAllImages(format, context));
    subcommand(command, "load", "Load images from an archive, - for the standard input", "kube image load app.tar")
      .argument("<archive...>")
      .action(async (names: string[]) => await loadImages(names, context));
    buildCommand(command, context);
    subcommand(command, "pull", "Pull images from their registry", "kube image pull busybox:1.36")
      .argument("<image...>")
      .action(async (names: string[]) => await pullImages(names, context));
    subcommand(command, "push", "Push images to their registry", "kube image push localhost:5000/app:1")
      .argument("<image...>")
      .action(async (names: string[]) => await pushImages(names, context));
    subcommand(command, "rm", "Remove images", "kube image rm app:1")
      .alias("remove")
      .argument("<image...>")
      .option("-f, --force", "also those of stopped containers")
      .action(
        async (names: string[], { force }: { force?: boolean }) => await removeImages(names, force === true, context),
      );
    subcommand(command, "save", "Save an image to a file, or to the standard output", "kube image save app:1 app.tar")
      .argument("<image>")
      .argument("[file]")
      .action(async (name: string, file: string | undefined) => await saveImage(name, file, context));
    subcommand(command, "tag", "Give an image another name", "kube image tag app:1 localhost:5000/app:1")
      .argument("<image>")
      .argument("<name>")
      .action(async (source: string, target: string) => await tagImage(source, target, context));
  },
};

const HELP = `
Pods run in this machine's own Docker: what "docker build" has made is there for them, and nothing needs to be loaded.

Examples:
  kube image ls
  kube image build -t app:1 .      then image: app:1 in a manifest
  kube image load app.tar          of another machine`;

function buildCommand(command: Command, context: CliContext): void {
  subcommand(command, "build", "Build an image, with every option of docker build", "kube image build -t app:1 .")
    .usage("[options of docker build] <folder>")
    .allowUnknownOption()
    .allowExcessArguments()
    .passThroughOptions()
    .argument("[arguments...]")
    .action(async (args: string[]) => await buildImage(args, context));
}
