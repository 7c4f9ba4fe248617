import * as packet from "dns-packet";

import type { DnsAnswer, DnsQuestion, DnsRecord } from "./cluster-records.ts";

/** Between the wire and our own shapes. */
export interface DnsQuery {
  readonly id: number;
  readonly flags: number;
  readonly question: DnsQuestion;
  /** As the client spelled it: it may check that the answer is to the very question it put. */
  readonly questionName: string;
  /** The largest answer the client takes by UDP. */
  readonly udpSize: number;
}

const CLASSIC_UDP_SIZE = 512;
/** What we ever send in one datagram, whatever the client takes: larger ones are fragmented and lost. */
const LARGEST_UDP_SIZE = 1232;
/** What the length before a message over TCP can say. */
export const LONGEST_MESSAGE = 65_535;
/** As CoreDNS's kubernetes plugin: changes are seen soon. */
const TTL_SECONDS = 5;
const RCODE = { noError: 0, formatError: 1, serverFailure: 2, noSuchName: 3, notImplemented: 4 } as const;

/** Undefined for what is not a query with one question: there is nobody to answer, or nothing to say. */
export function parseQuery(bytes: Buffer): DnsQuery | undefined {
  try {
    const message = packet.decode(bytes);
    const question = message.questions?.[0];
    if (message.type !== "query" || !question || message.questions?.length !== 1) return undefined;
    const options = message.additionals?.find((each) => each.type === "OPT");
    const offered = options && "udpPayloadSize" in options ? options.udpPayloadSize : CLASSIC_UDP_SIZE;
    return {
      id: message.id ?? 0,
      flags: message.flags ?? 0,
      question: { name: question.name.toLowerCase().replace(/\.$/, ""), type: question.type },
      questionName: question.name,
      udpSize: Math.min(Math.max(offered, CLASSIC_UDP_SIZE), LARGEST_UDP_SIZE),
    };
  } catch {
    // Anyone can send anything to a UDP port: what cannot be read is no query.
    return undefined;
  }
}

/** How long a message may be, and what becomes of one that is longer: either way it is marked as cut. */
export interface MessageLimit {
  readonly longest: number;
  /** `empty`: no records, so that the client asks again by TCP. `cut`: as many as there is room for, since there is no better way to ask. */
  readonly whenLonger: "empty" | "cut";
}

export function answerMessage(
  query: DnsQuery,
  answer: Exclude<DnsAnswer, { outcome: "elsewhere" }>,
  zone: string,
  { longest, whenLonger }: MessageLimit,
): Buffer {
  if (answer.outcome !== "found") {
    const rcode = answer.outcome === "no-such-name" ? RCODE.noSuchName : RCODE.noError;
    return encode(query, rcode, { answers: [], additionals: [], authorities: [startOfAuthority(zone)] });
  }
  const answers = rotated(answer.answers, query.id).map((record) => wireRecord(record, query));
  const additionals = answer.additionals.map((record) => wireRecord(record, query));
  const whole = encode(query, RCODE.noError, { answers, additionals, authorities: [] });
  if (whole.length <= longest) return whole;
  return whenLonger === "empty" ? cut(query, []) : longestCut(query, answers, longest);
}

/** Names differ in length, so the share of the records that fit is tried, not computed. */
function longestCut(query: DnsQuery, answers: readonly packet.Answer[], longest: number): Buffer {
  let count = answers.length;
  let message = cut(query, answers);
  while (message.length > longest) {
    count = Math.floor(Math.min((count * longest) / message.length, count - 1));
    message = cut(query, answers.slice(0, count));
  }
  return message;
}

/** What a client gets when nobody could be asked: it then tries elsewhere or again. */
export function failureMessage(query: DnsQuery): Buffer {
  return encode(query, RCODE.serverFailure, { answers: [], additionals: [], authorities: [] });
}

function cut(query: DnsQuery, answers: readonly packet.Answer[]): Buffer {
  const parts = { answers: [...answers], additionals: [], authorities: [] };
  return encode(query, RCODE.noError, parts, packet.TRUNCATED_RESPONSE);
}

function encode(
  query: DnsQuery,
  rcode: number,
  parts: { answers: packet.Answer[]; additionals: packet.Answer[]; authorities: packet.Answer[] },
  extraFlags = 0,
): Buffer {
  const keptFlags = query.flags & packet.RECURSION_DESIRED;
  return packet.encode({
    id: query.id,
    type: "response",
    flags: keptFlags | packet.RECURSION_AVAILABLE | packet.AUTHORITATIVE_ANSWER | extraFlags | rcode,
    questions: [{ name: query.questionName, type: query.question.type as packet.RecordType, class: "IN" }],
    ...parts,
  });
}

function wireRecord(record: DnsRecord, query: DnsQuery): packet.Answer {
  const name = record.name === query.question.name ? query.questionName : record.name;
  const common = { name, ttl: TTL_SECONDS, class: "IN" } as const;
  switch (record.type) {
    case "SRV":
      return { ...common, type: "SRV", data: { priority: 0, weight: 100, port: record.port, target: record.target } };
    case "A":
    case "AAAA":
    case "CNAME":
    case "PTR":
    case "TXT":
      return { ...common, type: record.type, data: record.value };
  }
}

/** Says for how long a "no" may be remembered. */
function startOfAuthority(zone: string): packet.Answer {
  return {
    name: zone,
    type: "SOA",
    class: "IN",
    ttl: TTL_SECONDS,
    data: {
      mname: `ns.dns.${zone}`,
      rname: `hostmaster.${zone}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86400,
      minimum: TTL_SECONDS,
    },
  };
}

/** An alias comes before what it stands for. */
const isChain = (records: readonly unknown[]): boolean =>
  records.some(
    (record) => typeof record === "object" && record !== null && "type" in record && record.type === "CNAME",
  );

/** Clients take the first address: each answer begins with another, by the client's own random number. */
function rotated<T>(records: readonly T[], by: number): readonly T[] {
  if (records.length < 2 || isChain(records)) return records;
  const start = by % records.length;
  return [...records.slice(start), ...records.slice(0, start)];
}
