import type { DirectoryVolume } from "./volume.ts";

/** The files of an image, to be read: no container runs it. */
export const imageVolume: DirectoryVolume = {
  shape: "directory",
  source: "image",
  isReadOnly: true,
  async setUp({ name, image }, context) {
    const { directory } = context;
    await context.extractImage(name, image ?? {}, directory);
    return directory;
  },
};
