import type { Anthropic } from "@anthropic-ai/sdk";
import { z } from "zod";

/**
 * What a strict tool's schema may not hold (it is compiled into a grammar); such a bound is told in the description, and
 * checked by zod. https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
const NOT_IN_STRICT = [
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "maxItems",
  "pattern",
] as const;

/** A zod object as the input schema of a strict tool. */
export function strictSchema(shape: z.ZodObject): Anthropic.Tool.InputSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, {
    override({ jsonSchema }) {
      const told: string[] = jsonSchema.description ? [jsonSchema.description] : [];
      for (const keyword of NOT_IN_STRICT) {
        const bound = jsonSchema[keyword];
        // An integer without bounds has those of a safe integer, which say nothing to a model.
        if (bound !== undefined && Math.abs(Number(bound)) !== Number.MAX_SAFE_INTEGER)
          told.push(`${keyword}: ${bound}`);
        delete jsonSchema[keyword];
      }
      if (told.length > 0) jsonSchema.description = told.join("; ");
      if (jsonSchema.type === "object") jsonSchema.additionalProperties = false;
    },
  });
  return schema as Anthropic.Tool.InputSchema;
}
