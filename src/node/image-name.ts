const DOMAIN = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d+)?|\[[a-fA-F0-9:]+\](?::\d+)?)`;
const PART = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const REFERENCE = new RegExp(
  String.raw`^(?:(${DOMAIN})/)?(${PART}(?:/${PART})*)(?::([\w][\w.-]{0,127}))?(?:@([a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$`,
);

/** The name to pull: with the tag `latest` when it names neither tag nor digest. Undefined: not a name of an image. */
export function imageToPull(image: string): string | undefined {
  const match = REFERENCE.exec(image);
  if (!match) return undefined;
  const [, , , tag, digest] = match;
  return tag === undefined && digest === undefined ? `${image}:latest` : image;
}

/** Where credentials for an image are looked up: `docker.io`, `ghcr.io`, `localhost:5000`. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  return isHost ? first : "docker.io";
}
