/** Attributes that hold an address, by element (apimachinery/pkg/util/proxy). */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  applet: ["codebase"],
  area: ["href"],
  audio: ["src"],
  base: ["href"],
  blockquote: ["cite"],
  body: ["background"],
  button: ["formaction"],
  command: ["icon"],
  del: ["cite"],
  embed: ["src"],
  form: ["action"],
  frame: ["longdesc", "src"],
  head: ["profile"],
  html: ["manifest"],
  iframe: ["longdesc", "src"],
  img: ["longdesc", "src", "usemap"],
  input: ["src", "usemap", "formaction"],
  ins: ["cite"],
  link: ["href"],
  object: ["classid", "codebase", "data", "usemap"],
  q: ["cite"],
  script: ["src"],
  source: ["src"],
  video: ["poster", "src"],
};

/** A page with its addresses replaced by what `rewrite` says; undefined leaves one as it is. */
export function rewriteLinks(
  page: ReadableStream<Uint8Array>,
  rewrite: (address: string) => string | undefined,
): ReadableStream<Uint8Array> {
  const rewriter = new HTMLRewriter();
  for (const [element, attributes] of Object.entries(ADDRESSES)) {
    rewriter.on(element, {
      element(found) {
        for (const attribute of attributes) {
          const address = found.getAttribute(attribute);
          const rewritten = address === null ? undefined : rewrite(address);
          if (rewritten !== undefined) found.setAttribute(attribute, rewritten);
        }
      },
    });
  }
  const { body } = rewriter.transform(new Response(page));
  if (!body) throw new Error("A rewritten page has no body");
  return body;
}
