import { useState } from "react";
import { t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Printer, RotateCw, ZoomIn, ZoomOut } from "../ui/icons.tsx";
import styles from "./Pages.module.css";

/** What stands at the foot of the pages: the page one is at and the way to another, turning, zoom, print. */
export function Toolbar({
  current,
  total,
  onJump,
  onPrint,
  picture,
}: {
  current: number;
  total: number;
  onJump(page: number): void;
  onPrint(): void;
  /** Of pages that are shown as pictures. `zoom`: how often larger than what fits. */
  picture: { zoom: number; widest: number; label: string; onZoom(step: number): void; onTurn(): void } | null;
}): React.JSX.Element {
  return (
    <div className={styles.toolbar} role="group" aria-label={t("Tools of the pages")}>
      {total > 1 && <Jump key={current} current={current} total={total} onJump={onJump} />}
      {picture && (
        <>
          <Button
            small
            square
            look="quiet"
            aria-label={t("Turn page {page} to the right", { page: current })}
            onClick={picture.onTurn}
          >
            <RotateCw aria-hidden />
          </Button>
          <div className={styles.zoom} role="group" aria-label={t("Zoom")}>
            <Button
              small
              square
              look="quiet"
              aria-label={t("Zoom out")}
              disabled={picture.zoom === 0}
              onClick={() => picture.onZoom(picture.zoom - 1)}
            >
              <ZoomOut aria-hidden />
            </Button>
            <button disabled={picture.zoom === 0} onClick={() => picture.onZoom(0)}>
              <span>{picture.label}</span>
              <span className="unseen">{picture.zoom === 0 ? t("The pages fit") : t("Fit the pages")}</span>
            </button>
            <Button
              small
              square
              look="quiet"
              aria-label={t("Zoom in")}
              disabled={picture.zoom === picture.widest}
              onClick={() => picture.onZoom(picture.zoom + 1)}
            >
              <ZoomIn aria-hidden />
            </Button>
          </div>
        </>
      )}
      <Button small square look="quiet" aria-label={t("Print")} onClick={onPrint}>
        <Printer aria-hidden />
      </Button>
    </div>
  );
}

/** The number of the page one is at; another one that is typed is gone to. */
function Jump({
  current,
  total,
  onJump,
}: {
  current: number;
  total: number;
  onJump(page: number): void;
}): React.JSX.Element {
  const [typed, setTyped] = useState(String(current));
  return (
    <form
      className={styles.jump}
      onSubmit={(event) => {
        event.preventDefault();
        const page = Math.round(Number(typed));
        if (page >= 1) onJump(Math.min(page, total));
        else setTyped(String(current));
      }}
    >
      <input
        aria-label={t("Page to go to, of {total}", { total })}
        inputMode="numeric"
        value={typed}
        size={String(total).length}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => setTyped(String(current))}
      />
      <span aria-hidden>/ {total}</span>
    </form>
  );
}
