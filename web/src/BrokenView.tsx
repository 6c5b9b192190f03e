import { t } from "./language.ts";
import { leaveView } from "./place.ts";
import { Button } from "./ui/Button.tsx";
import { CircleAlert } from "./ui/icons.tsx";
import { Nothing } from "./ui/Nothing.tsx";

/** In the place of a view that threw. The rest of the page, and what is being uploaded, goes on. */
export function BrokenView(): React.JSX.Element {
  return (
    <Nothing
      icon={<CircleAlert aria-hidden />}
      title={t("This view broke off")}
      actions={
        <>
          <Button look="primary" onClick={() => location.reload()}>
            {t("Load the page again")}
          </Button>
          <Button onClick={leaveView}>{t("All documents")}</Button>
        </>
      }
    >
      {t("That is a fault of the page. Your documents are safe, and files that are being sent go on.")}
    </Nothing>
  );
}
