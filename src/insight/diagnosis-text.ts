import type { Diagnosis, ObjectName, Trouble } from "./diagnose.ts";
import { listed } from "./subject.ts";

/** A diagnosis for people. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { object, verdict, state, owners, troubles } = diagnosis;
  const lines = [`${nameText(object)} ${VERDICTS[verdict]}${state === "" ? "" : `: ${state}`}`];
  if (owners.length > 0) lines.push(`Part of ${owners.map(shortName).join(" > ")}`);
  for (const trouble of troubles) lines.push("", ...troubleLines(trouble, object));
  return `${lines.join("\n")}\n`;
}

const VERDICTS = { well: "is well", waiting: "is not ready yet", wrong: "is not well" };

function troubleLines({ severity, about, problem, evidence, remedies }: Trouble, asked: ObjectName): readonly string[] {
  const names = about.filter((each) => !isSame(each, asked)).map(shortName);
  const subject = names.length === 0 ? "" : `${listed(names, 2)}: `;
  return [
    `${MARKS[severity]} ${subject}${problem}`,
    ...evidence.flatMap((text) => text.trimEnd().split("\n")).map((line) => `      ${line}`),
    ...remedies.flatMap(({ text, command }) => [
      `  Try: ${text}`,
      ...(command === undefined ? [] : [`      ${command}`]),
    ]),
  ];
}

const MARKS = { error: "x", symptom: "x", waiting: "~", note: "-" };

const isSame = (left: ObjectName, right: ObjectName): boolean =>
  left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;

const nameText = ({ kind, namespace, name }: ObjectName): string =>
  `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;

const shortName = ({ kind, name }: ObjectName): string => `${kind} ${name}`;
