import { Popover } from "@base-ui/react/popover";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { count } from "../format.ts";
import { t } from "../language.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { ChevronDown } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Filters.module.css";
import { showFrom } from "./SenderButton.tsx";

/** All senders, of which a box finds some: those of most documents first. */
export function SenderFilter(): React.JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button look="quiet" small>
            {t("From")}
            <ChevronDown aria-hidden />
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner className={ui.positioner} sideOffset={6} align="start">
          <Popover.Popup className={`${ui.popup} ${styles.tags}`} aria-label={t("Senders")}>
            <Senders onChosen={() => setOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Senders({ onChosen }: { onChosen(): void }): React.JSX.Element {
  const { supabase } = useProject();
  const [typed, setTyped] = useState("");
  const { data: senders = [], isPending } = useQuery({
    queryKey: ["senders", typed.trim()],
    staleTime: 0,
    queryFn: async () => {
      const { data, error } = await supabase.rpc("my_senders", { query: typed.trim(), at_most: 100 });
      if (error) throw error;
      return data as { sender: string; documents: number }[];
    },
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <input
        className={ui.input}
        type="search"
        aria-label={t("Find a sender")}
        placeholder={t("Find a sender")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul>
        {senders.map(({ sender, documents }) => (
          <li key={sender}>
            <button
              className={ui.item}
              onClick={() => {
                onChosen();
                showFrom(sender);
              }}
            >
              <span>{sender}</span>
              <small title={count(documents, "document")}>{documents}</small>
            </button>
          </li>
        ))}
      </ul>
      {senders.length === 0 && <p>{isPending ? t("Loading") : t("No sender is called so.")}</p>}
    </>
  );
}
