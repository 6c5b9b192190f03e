import { useState } from "react";
import { conditionText } from "../../../supabase/functions/_shared/extraction/conditions.ts";
import { save } from "../documents/export.ts";
import { mark, t } from "../language.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Download, LoaderCircle } from "../ui/icons.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import type { TableQuestion } from "./data.ts";
import { labelOf } from "./model.ts";
import styles from "./Tables.module.css";

const FORMATS = [
  ["xlsx", "Excel", mark("Numbers as numbers, up to 200,000 rows")],
  ["csv", "CSV", mark("For any spreadsheet")],
  ["json", "JSON", mark("With the words that prove each value")],
] as const;

/** The rows of a table as a file: those that its filters leave, in its order. The project writes it, so that no row has to come here first. */
export function ExportRows({
  question: { schemaId, lines, sort, descending, where },
  name,
  disabled,
}: {
  question: TableQuestion;
  name: string;
  disabled: boolean;
}): React.JSX.Element {
  const { docket } = useProject();
  const [underWay, setUnderWay] = useState(false);
  async function exportAs(format: (typeof FORMATS)[number][0]): Promise<void> {
    if (underWay) return;
    setUnderWay(true);
    try {
      const file = await docket.exportRows(schemaId, format, {
        line_items: lines ?? undefined,
        where: where.map(conditionText),
        sort: sort === null ? undefined : `${descending ? "-" : ""}${sort}`,
      });
      const title = lines === null ? name : `${name} - ${labelOf(lines)}`;
      save(await file.blob(), `${title}.${format}`);
      say(t("“{name}” is exported", { name: title }));
    } catch (error) {
      sayError(error);
    }
    setUnderWay(false);
  }
  return (
    <Menu
      align="end"
      trigger={
        <Button small disabled={disabled} waits={underWay}>
          {underWay ? <LoaderCircle aria-hidden className={ui.spin} /> : <Download aria-hidden />}
          {t("Export")}
        </Button>
      }
    >
      {FORMATS.map(([format, title, about]) => (
        <MenuItem key={format} onClick={() => void exportAs(format)}>
          <span className={styles.template}>
            {title}
            <small>{t(about)}</small>
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}
