import { useQuery } from "@tanstack/react-query";
import { day } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import { type DocumentRow, nameOf } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { useProject } from "../project.tsx";
import { Thumbnail } from "../ui/Thumbnail.tsx";
import styles from "./Similar.module.css";

type Like = DocumentRow & { reasons: string[] };

const REASONS: Record<string, Text> = {
  sender: mark("Same sender"),
  tags: mark("Same tags"),
  words: mark("Similar name"),
  type: mark("Same type"),
};

/** Documents that are like this one, and why. Nothing where there are none. */
export function Similar({ document }: { document: DocumentRow }): React.JSX.Element | null {
  const { supabase } = useProject();
  const { data: alike = [] } = useQuery({
    queryKey: ["similar", document.id, document.correspondent, document.tags, document.document_type],
    enabled: document.status === "completed",
    queryFn: async () => {
      const { data, error } = await supabase.rpc("similar_documents", { document_id: document.id });
      if (error) throw error;
      return data as Like[];
    },
  });
  if (alike.length === 0) return null;
  return (
    <>
      <h2>{t("Similar documents")}</h2>
      <ul className={styles.similar}>
        {alike.map((one) => (
          <li key={one.id}>
            <Thumbnail document={one} />
            <div>
              <a title={nameOf(one)} {...linkTo(at(new URLSearchParams(), { document: one.id }))}>
                {nameOf(one)}
              </a>
              <small>
                {[
                  one.document_date && day(one.document_date),
                  ...one.reasons.slice(0, 2).map((reason) => (REASONS[reason] ? t(REASONS[reason]) : reason)),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
