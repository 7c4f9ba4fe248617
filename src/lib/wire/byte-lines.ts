const LINE_BREAK = 10;

/** The lines of a stream as bytes, line breaks included, each as soon as it is complete; the last may have none. */
export async function* byteLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, start)) {
      pieces.push(chunk.subarray(start, end + 1));
      yield joined(pieces);
      pieces = [];
      start = end + 1;
    }
    // A long line arrives in many chunks: collecting them keeps that linear.
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (pieces.length > 0) yield joined(pieces);
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
