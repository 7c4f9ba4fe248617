/** One entry of an Accept header: a media type with its parameters. */
export interface AcceptedType {
  /** `application/json`, `*` + `/*` ... */
  readonly mediaType: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The entries of an Accept header, the most wanted first. No header accepts anything. */
export function parseAccept(header: string | undefined): readonly AcceptedType[] {
  if (header === undefined || header.trim() === "") return [{ mediaType: "*/*", parameters: {} }];
  return header
    .split(",")
    .map((entry) => parseEntry(entry))
    .toSorted((a, b) => quality(b) - quality(a));
}

const quality = ({ parameters }: AcceptedType): number => Number(parameters["q"] ?? "1") || 0;

function parseEntry(entry: string): AcceptedType {
  const [mediaType = "", ...rest] = entry.split(";");
  const parameters: Record<string, string> = {};
  for (const parameter of rest) {
    const [name = "", value = ""] = parameter.split("=", 2);
    parameters[name.trim().toLowerCase()] = value.trim();
  }
  return { mediaType: mediaType.trim().toLowerCase(), parameters };
}

export const acceptsJson = ({ mediaType }: AcceptedType): boolean =>
  mediaType === "application/json" || mediaType === "*/*" || mediaType === "application/*";
