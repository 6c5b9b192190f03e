import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { editAll } from "../documents/actions.ts";
import { showFrom } from "../documents/SenderButton.tsx";
import { toTag } from "../documents/tag-text.ts";
import { type KnownTag, useTagsLike } from "../documents/tags.ts";
import { count } from "../format.ts";
import { mark, t } from "../language.ts";
import type { DocumentRow } from "../model.ts";
import { at, go, linkTo, usePlace } from "../place.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Chip } from "../ui/Chip.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { Pencil } from "../ui/icons.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { ColorMenu } from "./ColorMenu.tsx";
import styles from "./Tags.module.css";

const KINDS = { tags: mark("Tags"), senders: mark("Senders") } as const;
const PAGE = 500;
const MOST = 1000;

/** The words that documents have in common: tags and senders, how often each is there, and what else they are called. */
export default function Tags(): React.JSX.Element {
  const kind = usePlace().get("kind") === "senders" ? "senders" : "tags";
  return (
    <div className={styles.view}>
      <h1>{t("Tags and senders")}</h1>
      <nav aria-label={t("Tags and senders")}>
        {Object.entries(KINDS).map(([id, name]) => (
          <a
            key={id}
            aria-current={id === kind ? "page" : undefined}
            {...linkTo(at(new URLSearchParams(), { view: "tags", kind: id }), { replace: true })}
          >
            {t(name)}
          </a>
        ))}
      </nav>
      {kind === "tags" ? <AllTags /> : <AllSenders />}
    </div>
  );
}

function AllTags(): React.JSX.Element {
  const project = useProject();
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const tags = useTagsLike(typed.trim());
  const [renaming, setRenaming] = useState<KnownTag | null>(null);
  const { data: aliases = [] } = useQuery({
    queryKey: ["tags", "aliases"],
    staleTime: 0,
    queryFn: async () => {
      const { data, error } = await project.supabase.from("tag_aliases").select("alias, tag").order("alias");
      if (error) throw error;
      return data as { alias: string; tag: string }[];
    },
  });
  const readAgain = () =>
    Promise.all(["tags", "tag-colors", "documents"].map((key) => client.invalidateQueries({ queryKey: [key] })));

  async function rename(tag: string, wanted: string, { canUndo = true } = {}): Promise<boolean> {
    const { data, error } = await project.supabase.rpc("rename_tag", { old_tag: tag, new_tag: wanted });
    if (error) {
      sayError(error);
      return false;
    }
    await readAgain();
    const now = toTag(wanted);
    say(
      t("“{tag}” is now “{now}” in {count, plural, one {# document} other {# documents}}", {
        tag,
        now,
        count: data as number,
      }),
      // Two that became one cannot be told apart any more.
      canUndo ? { label: t("Undo"), run: () => void rename(now, tag, { canUndo: false }) } : undefined,
    );
    return true;
  }
  async function forget(alias: string): Promise<void> {
    const { error } = await project.supabase.from("tag_aliases").delete().eq("alias", alias);
    if (error) return sayError(error);
    await readAgain();
    say(t("“{tag}” is a word of its own again", { tag: alias }));
  }
  return (
    <>
      <p className={styles.about}>
        {t(
          "A tag that is renamed changes in all documents, and its old name leads to the new one from then on. Two tags become one when the new name is there already.",
        )}
      </p>
      <Find label={t("Find a tag")} typed={typed} onType={setTyped} />
      <ul className={styles.list} aria-label={t("Tags")}>
        {tags.map((known) => {
          const words = aliases.filter(({ tag }) => tag === known.tag);
          return (
            <Line
              key={known.tag}
              name={known.tag}
              documents={known.documents}
              onShow={() => go(at(new URLSearchParams(), { tag: known.tag }))}
              onRename={() => setRenaming(known)}
              tool={<ColorMenu tag={known.tag} />}
            >
              {words.length > 0 && (
                <span className={styles.words}>
                  {t("also")}{" "}
                  {words.map(({ alias }) => (
                    <Chip
                      key={alias}
                      word={alias}
                      removes={t("Do not take {alias} for {tag}", { alias, tag: known.tag })}
                      onRemove={() => void forget(alias)}
                    />
                  ))}
                </span>
              )}
            </Line>
          );
        })}
      </ul>
      {tags.length === 0 && (
        <p className={styles.none}>{typed ? t("No tag is called so.") : t("No document has a tag.")}</p>
      )}
      {renaming && (
        <Rename
          title={t("Rename the tag “{tag}”", { tag: renaming.tag })}
          name={renaming.tag}
          others={tags.map(({ tag }) => tag)}
          sameAs={(wanted) => tags.find(({ tag }) => tag === toTag(wanted) && tag !== renaming.tag)?.tag}
          onRename={(wanted, merges) => rename(renaming.tag, wanted, { canUndo: !merges })}
          onClose={() => setRenaming(null)}
        />
      )}
    </>
  );
}

type KnownSender = { sender: string; documents: number };

function AllSenders(): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const { supabase } = context.project;
  const [typed, setTyped] = useState("");
  const [renaming, setRenaming] = useState<KnownSender | null>(null);
  const { data: senders = [], isPending } = useQuery({
    queryKey: ["senders", typed.trim(), "all"],
    staleTime: 0,
    queryFn: async () => {
      const { data, error } = await supabase.rpc("my_senders", { query: typed.trim(), at_most: MOST });
      if (error) throw error;
      return data as KnownSender[];
    },
    placeholderData: keepPreviousData,
  });
  async function rename(sender: string, wanted: string): Promise<boolean> {
    const documents: DocumentRow[] = [];
    for (;;) {
      const { data, error } = await supabase
        .from("documents")
        .select()
        .eq("correspondent", sender)
        .order("id")
        .range(documents.length, documents.length + PAGE - 1);
      if (error) {
        sayError(error);
        return false;
      }
      documents.push(...(data as DocumentRow[]));
      if (data.length < PAGE) break;
    }
    const done = await editAll(context, documents, "correspondent", wanted);
    await context.client.invalidateQueries({ queryKey: ["senders"] });
    return done;
  }
  return (
    <>
      <p className={styles.about}>
        {t(
          "A sender that is renamed changes in all of its documents; they keep the name when they are described again.",
        )}
      </p>
      <Find label={t("Find a sender")} typed={typed} onType={setTyped} />
      <ul className={styles.list} aria-label={t("Senders")}>
        {senders.map((known) => (
          <Line
            key={known.sender}
            name={known.sender}
            documents={known.documents}
            onShow={() => showFrom(known.sender)}
            onRename={() => setRenaming(known)}
          />
        ))}
      </ul>
      {senders.length === 0 && !isPending && (
        <p className={styles.none}>{typed ? t("No sender is called so.") : t("No document has a sender.")}</p>
      )}
      {renaming && (
        <Rename
          title={t("Rename the sender “{sender}”", { sender: renaming.sender })}
          name={renaming.sender}
          others={senders.map(({ sender }) => sender)}
          sameAs={(wanted) => senders.find(({ sender }) => sender === wanted && sender !== renaming.sender)?.sender}
          onRename={(wanted) => rename(renaming.sender, wanted)}
          onClose={() => setRenaming(null)}
        />
      )}
    </>
  );
}

const Find = ({
  label,
  typed,
  onType,
}: {
  label: string;
  typed: string;
  onType(typed: string): void;
}): React.JSX.Element => (
  <input
    className={`${ui.input} ${styles.find}`}
    type="search"
    aria-label={label}
    placeholder={label}
    value={typed}
    onChange={(event) => onType(event.target.value)}
  />
);

function Line({
  name,
  documents,
  onShow,
  onRename,
  tool,
  children,
}: {
  name: string;
  documents: number;
  onShow(): void;
  onRename(): void;
  tool?: ReactNode;
  children?: ReactNode;
}): React.JSX.Element {
  return (
    <li>
      <div>
        <button className={styles.name} title={name} onClick={onShow}>
          {name}
        </button>
        {children}
      </div>
      <span className={styles.count}>{count(documents, "document")}</span>
      {tool}
      <Button small look="quiet" onClick={onRename} aria-label={t("Rename {name}", { name })}>
        <Pencil aria-hidden />
        <span>{t("Rename")}</span>
      </Button>
    </li>
  );
}

/** Asks for another name, and says when it is there already. */
function Rename({
  title,
  name,
  others,
  sameAs,
  onRename,
  onClose,
}: {
  title: string;
  name: string;
  others: string[];
  sameAs(wanted: string): string | undefined;
  onRename(wanted: string, merges: boolean): Promise<boolean>;
  onClose(): void;
}): React.JSX.Element {
  const [wanted, setWanted] = useState(name);
  const [busy, setBusy] = useState(false);
  const same = sameAs(wanted.trim());
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (wanted.trim() === name) return onClose();
    setBusy(true);
    const done = await onRename(wanted.trim(), same !== undefined);
    setBusy(false);
    if (done) onClose();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          <input
            className={ui.input}
            aria-label={t("New name")}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()}
            list="names"
            required
            maxLength={200}
            autoComplete="off"
            autoFocus
          />
          <datalist id="names">
            {others.map((other) => (
              <option key={other} value={other} />
            ))}
          </datalist>
        </p>
        <p role="status">{same && t("“{name}” is there already: the two become one.", { name: same })}</p>
        <DialogActions>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={busy}>
            {same ? t("Make them one") : t("Rename")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
