/** The engine's streams of JSON objects, one a line. Ends when the stream ends, and destroys it when its reader stops. */
export async function* jsonLines(stream: NodeJS.ReadableStream): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    // An HTTP body gives bytes.
    rest += decoder.decode(chunk as unknown as Uint8Array, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() !== "") yield JSON.parse(line) as Readonly<Record<string, unknown>>;
    }
  }
  if (rest.trim() !== "") yield JSON.parse(rest) as Readonly<Record<string, unknown>>;
}
