import type { Pgoutput } from "pg-logical-replication";

/** The values of a row as Postgres writes them, by column. Columns whose value the WAL does not hold are missing. */
export type Row = Record<string, string | null>;

/** One committed change of one row. */
export type Change = {
  schema: string;
  table: string;
  type: "INSERT" | "UPDATE" | "DELETE";
  committedAt: Date;
  /** The transaction. The WAL tells of its commit a moment before other connections see what it did. */
  xid: number;
  /** The new row. A large value that the update left alone (TOAST) is in it only under `replica identity full`. */
  record: Row | null;
  /** What the replica identity keeps of the old row: its key, or all of it. Null for an insert. */
  old: Row | null;
  /** The columns whose text is JSON already. */
  jsonColumns: Set<string>;
};

/** The oids of json and jsonb. */
const JSON_TYPES = [114, 3802];

/** A replication message as a change of a transaction; undefined for messages that are none (begin, commit, relation, truncate). */
export function changeOf(
  message: Pgoutput.Message,
  transaction: Pick<Change, "committedAt" | "xid">,
): Change | undefined {
  if (message.tag !== "insert" && message.tag !== "update" && message.tag !== "delete") return undefined;
  const { relation } = message;
  const record = message.tag === "delete" ? null : rowOf(message.new);
  return {
    schema: relation.schema,
    table: relation.name,
    type: ({ insert: "INSERT", update: "UPDATE", delete: "DELETE" } as const)[message.tag],
    ...transaction,
    record,
    old: message.tag === "insert" ? null : rowOf(message.old ?? message.key ?? keyOf(relation, record ?? {})),
    jsonColumns: new Set(
      relation.columns.filter(({ typeOid }) => JSON_TYPES.includes(typeOid)).map(({ name }) => name),
    ),
  };
}

/** A row as a JSON object for `jsonb_populate_record`: texts, which Postgres reads as each column's type. */
export function rowJson(row: Row, jsonColumns: Set<string>): string {
  const members = Object.entries(row).map(([name, value]) => {
    const json = value === null ? "null" : jsonColumns.has(name) ? value : JSON.stringify(value);
    return `${JSON.stringify(name)}:${json}`;
  });
  return `{${members.join(",")}}`;
}

/** An update that leaves the key alone logs no old row; its key is the new one's. */
function keyOf(relation: Pgoutput.MessageRelation, record: Row): Record<string, unknown> {
  return Object.fromEntries(relation.keyColumns.map((name) => [name, record[name]]));
}

const rowOf = (tuple: Record<string, unknown>): Row =>
  Object.fromEntries(Object.entries(tuple).filter(([, value]) => value !== undefined)) as Row;
