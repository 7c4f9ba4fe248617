import { readdir } from "node:fs/promises";

import type { ImageVolumeSource, Pod } from "../../api/types/core-v1.ts";
import type { ContainerRuntime } from "../runtime/runtime.ts";
import { VolumeError } from "../volumes/volume.ts";
import type { ImagePuller } from "./image-puller.ts";

export interface ImageContent {
  /** Of the volume. */
  readonly name: string;
  readonly source: ImageVolumeSource;
  /** It exists. */
  readonly directory: string;
}

/** Puts the files of an image into a directory, by its pull policy. What an earlier agent put there stays. */
export async function extractImage(
  { images, runtime }: { readonly images: ImagePuller; readonly runtime: ContainerRuntime },
  pod: Readonly<Pod>,
  { name, source, directory }: ImageContent,
): Promise<void> {
  if ((await readdir(directory)).length > 0) return;
  const { reference: image, pullPolicy: imagePullPolicy } = source;
  const outcome = await images.ensure(pod, { name, image, imagePullPolicy }, new AbortController().signal);
  if ("failure" in outcome) throw new VolumeError(`${outcome.failure.reason}: ${outcome.failure.message}`);
  await runtime.extractImage(outcome.image.id, directory);
}
