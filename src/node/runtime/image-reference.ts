/** An image as a pod names it, taken apart. */
export interface ImageReference {
  /** `docker.io/library/busybox` */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:...`; wins over the tag. */
  readonly digest: string | undefined;
}

/** Short names belong to Docker Hub, as everywhere in Docker: `busybox` is `docker.io/library/busybox:latest`. */
export function parseImageReference(text: string): ImageReference {
  const [name = "", digest] = text.split("@", 2);
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  const repository = fullRepository(colon < 0 ? name : name.slice(0, colon));
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  return { repository, tag: tag ?? (digest === undefined ? "latest" : undefined), digest };
}

/** The one form that different spellings of the same image share. */
export function normalImageName(text: string): string {
  const { repository, tag, digest } = parseImageReference(text);
  return `${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** A first part with a dot or a port is a registry; `localhost` is one too. */
function fullRepository(name: string): string {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasRegistry = first.includes(".") || first.includes(":") || first === "localhost";
  if (!hasRegistry) return slash < 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
  const hub = /^(?:index\.)?docker\.io\/(.+)$/.exec(name)?.[1];
  if (hub === undefined) return name;
  return hub.includes("/") ? `docker.io/${hub}` : `docker.io/library/${hub}`;
}

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
