import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DocumentRow } from "../model.ts";
import { type Project, useProject } from "../project.tsx";
import { FileIcon } from "./FileIcon.tsx";
import styles from "./Thumbnail.module.css";

type Pictured = Pick<DocumentRow, "filename" | "mime_type" | "storage_path" | "has_thumbnail">;

/** The picture of a document's first page; its icon where there is none, or none yet. */
export function Thumbnail({ document, large }: { document: Pictured; large?: boolean }): React.JSX.Element {
  const project = useProject();
  const [broken, setBroken] = useState(false);
  const { data: url } = useQuery({
    queryKey: ["thumbnail", document.storage_path],
    queryFn: () => urlOf(project, document.storage_path),
    enabled: document.has_thumbnail,
    retry: false,
  });
  if (!document.has_thumbnail || !url || broken)
    return large ? (
      <span className={styles.icon}>
        <FileIcon filename={document.filename} mimeType={document.mime_type} />
      </span>
    ) : (
      <FileIcon filename={document.filename} mimeType={document.mime_type} />
    );
  return (
    <img
      className={large ? styles.large : styles.small}
      src={url}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setBroken(true)}
    />
  );
}

/** How long a link is good, in seconds. It is asked for again before that. */
const GOOD_FOR = 3600;
const known = new Map<string, { url: string | null; until: number }>();
let waiting: { paths: Set<string>; urls: Promise<Map<string, string>> } | undefined;

/** A link to the picture under a path. Those that are asked for in the same moment are asked for in one call. */
async function urlOf(project: Project, path: string): Promise<string | null> {
  const found = known.get(path);
  if (found && found.until > Date.now()) return found.url;
  if (!waiting) {
    const paths = new Set<string>();
    const urls = new Promise((resolve) => setTimeout(resolve)).then(() => {
      waiting = undefined;
      return signed(project, [...paths]);
    });
    waiting = { paths, urls };
  }
  waiting.paths.add(path);
  const url = (await waiting.urls).get(path) ?? null;
  known.set(path, { url, until: Date.now() + (GOOD_FOR - 300) * 1000 });
  return url;
}

async function signed({ supabase }: Project, paths: string[]): Promise<Map<string, string>> {
  const { data, error } = await supabase.storage.from("thumbnails").createSignedUrls(paths, GOOD_FOR);
  if (error) throw error;
  return new Map(data.flatMap(({ path, signedUrl }) => (path && signedUrl ? [[path, signedUrl] as const] : [])));
}
