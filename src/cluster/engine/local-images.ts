import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { type ImageStore, openImageStore } from "../../node/runtime/docker/image-store.ts";
import { isRuntimeError } from "../../node/runtime/runtime-error.ts";

export type { ImageProgress, ImageStore } from "../../node/runtime/docker/image-store.ts";

/** Works with the images of this machine's engine, which are those of every cluster on it. What the engine refuses is a UserError. */
export async function withLocalImages<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  work: (images: ImageStore) => Promise<T>,
): Promise<T> {
  using images = await openImageStore(clock, signal);
  try {
    return await work(images);
  } catch (error) {
    if (signal.aborted) throw new UserError("Interrupted", { exitCode: 130, cause: error });
    if (isRuntimeError(error)) throw new UserError(error.message);
    throw error;
  }
}
