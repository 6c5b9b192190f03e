import { t } from "../language.ts";
import { at, go } from "../place.ts";
import { useTagColors } from "../tags/colors.ts";
import ui from "../ui/ui.module.css";

/** A tag; pressed, it shows the documents that have it. */
export function TagButton({ tag }: { tag: string }): React.JSX.Element {
  const color = useTagColors()[tag];
  return (
    <button
      data-color={color}
      className={`${ui.tag} ${ui.pressable}`}
      title={tag}
      aria-label={t("Documents tagged {tag}", { tag })}
      onClick={() => {
        const here = new URLSearchParams(location.search);
        const tags = here.has("document") ? [] : here.getAll("tag");
        go(at(here.has("document") ? new URLSearchParams() : here, { tag: [...new Set([...tags, tag])] }));
      }}
    >
      {tag}
    </button>
  );
}
