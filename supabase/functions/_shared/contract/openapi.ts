import { z } from "zod";
import { ErrorAnswer } from "./answers.ts";
import { type Operation, OPERATIONS } from "./operations.ts";

/** An OpenAPI 3.1 document of every function, from the schemas that check requests. `url`: where the functions are. */
export function openapi(url: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS)
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(operation);
  return {
    openapi: "3.1.0",
    info: {
      title: "Docket",
      version: "0.1.0",
      description: "A document pipeline: a file goes in, and comes out named, tagged and summarized.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token (dkt_…), or a user's access token." },
      },
      schemas: { Error: schemaOf(ErrorAnswer) },
    },
  };
}

function described(operation: Operation): object {
  const { id, summary, scope, path, parameters, status, answer, or } = operation;
  const error = {
    description: "The request is refused; code says why.",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
  return {
    operationId: id,
    summary,
    description: `An API token needs the scope ${scope}.`,
    parameters: Object.entries(parameters.shape).map(([name, schema]) => ({
      name,
      in: path.includes(`{${name}}`) ? "path" : "query",
      required: path.includes(`{${name}}`),
      schema: schemaOf(schema as z.ZodType, "output"),
    })),
    ...(operation.body && { requestBody: { required: true, content: bodyOf(operation) } }),
    responses: {
      [status]: {
        description: summary,
        content: operation.files
          ? Object.fromEntries(operation.files.map((type) => [type, {}]))
          : { [operation.streams ? "text/event-stream" : "application/json"]: { schema: schemaOf(answer) } },
      },
      ...(or && {
        [or.status]: { description: summary, content: { "application/json": { schema: schemaOf(or.answer) } } },
      }),
      "4XX": error,
      "5XX": error,
    },
  };
}

const FORM = {
  type: "object",
  properties: { file: { type: "string", contentMediaType: "application/octet-stream" } },
  required: ["file"],
};

function bodyOf({ body, form }: Operation): object {
  return {
    ...(form && { "multipart/form-data": { schema: FORM } }),
    "application/json": { schema: schemaOf(body!) },
  };
}

/** JSON Schema as OpenAPI 3.1 has it: of what is sent ("input", where an object that is not strict may have further fields), or of what it becomes. */
function schemaOf(schema: z.ZodType, io: "input" | "output" = "input"): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
