import { ago, date } from "../format.ts";
import { t } from "../language.ts";
import { nameOf } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { Button } from "../ui/Button.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import styles from "./Connections.module.css";
import { call, type Context, endOf, type ShareLink, useContext, useNames, useShareLinks } from "./data.ts";
import { Item, Kind, None } from "./parts.tsx";

/** The links to documents that are about, of all documents. */
export default function ShareLinks(): React.JSX.Element {
  const context = useContext();
  const { data: links, error } = useShareLinks();
  const { data: names } = useNames([...new Set(links?.map(({ document_id }) => document_id))]);
  return (
    <Kind
      title={t("Share links")}
      about={t("Anyone with a link sees one document, without an account. You make one with “Share” in a document.")}
      error={error}
    >
      {links?.length === 0 && <None>{t("No document is shared.")}</None>}
      {links && links.length > 0 && (
        <ul className={styles.list}>
          {links.map((link) => {
            const document = names?.get(link.document_id);
            const name = document ? nameOf(document) : t("A document");
            return (
              <ShareItem
                key={link.id}
                context={context}
                link={link}
                called={link.description || name}
                name={<a {...linkTo(at(new URLSearchParams(), { document: link.document_id }))}>{name}</a>}
              />
            );
          })}
        </ul>
      )}
    </Kind>
  );
}

/** A share link, by `name`; its description is told where it is not the name. `called` is for those who hear the button alone. */
export function ShareItem({
  context,
  link,
  name,
  called,
}: {
  context: Context;
  link: ShareLink;
  name: React.ReactNode;
  called: string;
}): React.JSX.Element {
  const { openings, most_openings, last_opened_at } = link;
  const end = endOf(link, most_openings !== null && openings >= most_openings);
  async function revoke(): Promise<void> {
    try {
      await call(context, "revoke_share_link", { link_id: link.id }, "share_links");
      say(t("The link is revoked"));
    } catch (failure) {
      sayError(failure);
    }
  }
  return (
    <Item
      name={name}
      state={end}
      facts={[
        link.description !== name && link.description,
        t("Shows {what}", {
          what: [t("the file"), link.with_values && t("its values"), link.with_text && t("its text")]
            .filter(Boolean)
            .join(", "),
        }),
        link.is_protected && t("With a password"),
        openings === 0
          ? t("Not opened")
          : last_opened_at
            ? t("{count, plural, one {Opened # time} other {Opened # times}}, last {when}", {
                count: openings,
                when: ago(last_opened_at),
              })
            : t("{count, plural, one {Opened # time} other {Opened # times}}", { count: openings }),
        most_openings !== null && !end && t("{count, number} left", { count: most_openings - openings }),
        !end && t("Ends on {day}", { day: date(link.expires_at) }),
      ]}
      actions={
        !end && (
          <Button small onClick={() => void revoke()} aria-label={t("Revoke the link {name}", { name: called })}>
            {t("Revoke")}
          </Button>
        )
      }
    />
  );
}
