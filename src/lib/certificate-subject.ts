/** The subject of a certificate request, as far as Kubernetes looks at it. */
export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

const COMMON_NAME = "550403";
const ORGANIZATION = "55040a";
const PEM = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/;

/** `request` is PEM in base64, as the API carries it. Undefined for what is no certificate request. */
export function subjectOfRequest(request: string): CertificateSubject | undefined {
  const pem = PEM.exec(Buffer.from(request, "base64").toString("utf8"))?.[1];
  if (pem === undefined) return undefined;
  // CertificationRequest, in it CertificationRequestInfo, in it version and subject (RFC 2986).
  const [outer] = elements(Buffer.from(pem, "base64"));
  const [info] = outer ? elements(outer.content) : [];
  const [, subject] = info ? elements(info.content) : [];
  if (!subject) return undefined;
  const attributes = elements(subject.content)
    .flatMap(({ content }) => elements(content))
    .map(({ content }) => elements(content));
  const valuesOf = (id: string): readonly string[] =>
    attributes
      .filter(([type]) => type?.content.toString("hex") === id)
      .map(([, value]) => value?.content.toString("utf8") ?? "");
  return { commonName: valuesOf(COMMON_NAME)[0] ?? "", organizations: valuesOf(ORGANIZATION) };
}

interface Element {
  readonly content: Buffer;
}

/** The DER elements that stand one after the other in some bytes; what is cut off is left out. */
function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  let offset = 0;
  while (offset + 2 <= bytes.length) {
    const first = bytes[offset + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4 || offset + 2 + lengthBytes > bytes.length) break;
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(offset + 2, lengthBytes);
    const start = offset + 2 + lengthBytes;
    if (start + length > bytes.length) break;
    found.push({ content: bytes.subarray(start, start + length) });
    offset = start + length;
  }
  return found;
}
