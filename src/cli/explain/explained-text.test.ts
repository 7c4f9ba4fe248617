import { expect, test } from "bun:test";

import { explainedText } from "./explained-text.ts";

const kind = { group: "example.com", kind: "Lamp", version: "v1" };

const reference = (name: string) => ({ $ref: `#/components/schemas/com.example.${name}` });

const document = {
  components: {
    schemas: {
      "com.example.Lamp": {
        description: "A light, with a description that is too long to stand on one line of the terminal.",
        externalDocs: { description: "How lamps work", url: "https://example.com/lamps" },
        type: "object",
        required: ["bulbs"],
        properties: {
          labels: { type: "object", additionalProperties: { type: "string" } },
          bulbs: { description: "What shines.", type: "array", items: { allOf: [reference("Bulb")], default: {} } },
          power: { allOf: [reference("Quantity")] },
          shade: { allOf: [reference("Missing")] },
        },
        "x-kubernetes-group-version-kind": [kind],
      },
      "com.example.Bulb": {
        description: "One bulb.",
        type: "object",
        properties: {
          color: { description: "Its color.", type: "string", enum: ["", "red", "green", "blue", "white"] },
          spare: { description: "Used when this one breaks.", allOf: [reference("Bulb")] },
        },
      },
      "com.example.Quantity": { type: "string" },
    },
  },
};

const explain = (fields: readonly string[], isRecursive = false): string =>
  explainedText(document, { kind, fields, isRecursive });

test("explainedText shows a kind with its fields", () => {
  expect(explain([])).toMatchInlineSnapshot(`
    "GROUP:      example.com
    KIND:       Lamp
    VERSION:    v1

    DESCRIPTION:
        A light, with a description that is too long to stand on one line of the
        terminal.
        

    EXTERNAL DOCS:
        How lamps work
        URL: https://example.com/lamps
    FIELDS:
      bulbs	<[]Bulb> -required-
        What shines.

      labels	<map[string]string>
        <no description>

      power	<string>
        <no description>

      shade	<Missing>
        <no description>


    "
  `);
});

test("explainedText shows the values of a field", () => {
  expect(explain(["bulbs", "color"])).toMatchInlineSnapshot(`
    "GROUP:      example.com
    KIND:       Lamp
    VERSION:    v1

    FIELD: color <string>
    ENUM:
        ""
        red
        green
        blue
        white

    DESCRIPTION:
        Its color.
        

    "
  `);
});

test("explainedText joins what is said of a field and of its type", () => {
  expect(explain(["bulbs", "spare"])).toMatchInlineSnapshot(`
    "GROUP:      example.com
    KIND:       Lamp
    VERSION:    v1

    FIELD: spare <Bulb>


    DESCRIPTION:
        Used when this one breaks.
        One bulb.
        
    FIELDS:
      color	<string>
      enum: "", red, green, blue, ....
        Its color.

      spare	<Bulb>
        Used when this one breaks.


    "
  `);
});

test("explainedText shows fields of fields until they repeat", () => {
  expect(explain([], true)).toMatchInlineSnapshot(`
    "GROUP:      example.com
    KIND:       Lamp
    VERSION:    v1

    DESCRIPTION:
        A light, with a description that is too long to stand on one line of the
        terminal.
        

    EXTERNAL DOCS:
        How lamps work
        URL: https://example.com/lamps
    FIELDS:
      bulbs	<[]Bulb> -required-
        color	<string>
        enum: "", red, green, blue, ....
        spare	<Bulb>
      labels	<map[string]string>
      power	<string>
      shade	<Missing>

    "
  `);
});

test.each([
  [["nope"], "nope"],
  [["bulbs", "color", "deeper"], "deeper"],
  [["nope", "last"], "last"],
  [["constructor"], "constructor"],
])("explainedText refuses the field %j", (fields, name) =>
  expect(() => explain(fields)).toThrow(`field "${name}" does not exist`),
);

test("explainedText refuses a kind that the document lacks", () =>
  expect(() => explainedText({}, { kind, fields: [], isRecursive: false })).toThrow(
    "GVK map[group:example.com kind:Lamp version:v1] not found in OpenAPI schema",
  ));
