import { Popover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { mark, t, type Text } from "../language.ts";
import { CalendarDays, ChevronDown, LayoutGrid, LayoutList, X } from "../ui/icons.tsx";
import { day, typedNumber, typeName } from "../format.ts";
import { DOCUMENT_TYPES } from "../model.ts";
import { at, go, type Place } from "../place.ts";
import { Button } from "../ui/Button.tsx";
import { Menu, MenuCheck, MenuLine } from "../ui/Menu.tsx";
import ui from "../ui/ui.module.css";
import { Views } from "../views/Views.tsx";
import styles from "./Filters.module.css";
import { useLayout } from "./layout.ts";
import { isFiltered, type Question, SOURCES, UNDER_WAY } from "./query.ts";
import { amountOf } from "./typed.ts";
import { SenderFilter } from "./SenderFilter.tsx";
import { TagFilter } from "./TagFilter.tsx";
import { useTags } from "./tags.ts";

const STATUS_FILTERS = [
  ["completed", mark("Done")],
  [UNDER_WAY, mark("In progress")],
  ["failed", mark("Failed")],
] as const;
const DUE_FILTERS = [
  ["soon", mark("Due soon")],
  ["overdue", mark("Overdue")],
] as const;
const SOURCE_NAMES: Record<(typeof SOURCES)[number], Text> = {
  upload: mark("Uploaded"),
  mail: mark("By mail"),
  upload_link: mark("By an upload link"),
  part: mark("Inside another document"),
};
const PAGES: Record<string, Text> = {
  "1-1": mark("1 page"),
  "2-5": mark("2 to 5 pages"),
  "6-20": mark("6 to 20 pages"),
  "21-": mark("More than 20 pages"),
};
const SORT_NAMES: Record<string, Text> = {
  "-created_at": mark("Newest first"),
  created_at: mark("Oldest first"),
  name: mark("Name"),
  correspondent: mark("Sender"),
  "-document_date": mark("Latest date"),
  document_date: mark("Earliest date"),
  due_date: mark("Due first"),
  "-amount": mark("Highest amount"),
  amount: mark("Lowest amount"),
  "-byte_size": mark("Largest"),
};

const writtenAmount = (amount: string): string => amount && typedNumber(Number(amount));

/** What narrows the list. Each choice is in the address. */
export function Filters({ place, question }: { place: Place; question: Question }): React.JSX.Element {
  const tags = useTags();
  const set = (values: Record<string, string | string[] | null>) => go(at(place, values), { replace: true });
  const toggle = (name: string, all: string[], value: string, on: boolean) =>
    set({ [name]: on ? [...all, value] : all.filter((one) => one !== value) });
  const statusName = new Map<string, Text>(STATUS_FILTERS);
  const chips = [
    ...question.statuses.map((status) => ({
      name: "status",
      value: status,
      label: t(statusName.get(status) ?? status),
    })),
    ...question.types.map((type) => ({ name: "type", value: type, label: typeName(type) })),
    ...question.currencies.map((code) => ({ name: "currency", value: code, label: code })),
    ...DUE_FILTERS.filter(([due]) => due === question.due).map(([due, label]) => ({
      name: "due",
      value: due,
      label: t(label),
    })),
    ...question.sources.map((source) => ({
      name: "source",
      value: source,
      label: t(SOURCE_NAMES[source]),
    })),
    ...(question.pages
      ? [
          {
            name: "pages",
            value: question.pages,
            label: PAGES[question.pages] ? t(PAGES[question.pages]!) : question.pages,
          },
        ]
      : []),
    ...(question.noted ? [{ name: "noted", value: question.noted, label: t("With a note") }] : []),
    ...question.tags.map((tag) => ({ name: "tag", value: tag, label: `#${tag}` })),
  ];

  return (
    <div className={styles.bar} role="group" aria-label={t("Filters")}>
      <Views place={place} />
      <FilterMenu name={t("Status")}>
        {STATUS_FILTERS.map(([status, name]) => (
          <MenuCheck
            key={status}
            checked={question.statuses.includes(status)}
            onChange={(on) => toggle("status", question.statuses, status, on)}
          >
            {t(name)}
          </MenuCheck>
        ))}
      </FilterMenu>
      <FilterMenu name={t("Type")}>
        {DOCUMENT_TYPES.map((type) => (
          <MenuCheck
            key={type}
            checked={question.types.includes(type)}
            onChange={(on) => toggle("type", question.types, type, on)}
          >
            {typeName(type)}
          </MenuCheck>
        ))}
      </FilterMenu>
      <TagFilter
        chosen={question.tags}
        disabled={tags.length === 0 && question.tags.length === 0}
        onToggle={(tag, on) => toggle("tag", question.tags, tag, on)}
      />
      <SenderFilter />
      <FilterMenu name={t("Due")}>
        {DUE_FILTERS.map(([due, name]) => (
          <MenuCheck key={due} checked={question.due === due} onChange={(on) => set({ due: on ? due : null })}>
            {t(name)}
          </MenuCheck>
        ))}
      </FilterMenu>
      <Popover.Root>
        <Popover.Trigger
          render={
            <Button look="quiet" small>
              <CalendarDays aria-hidden className={styles.calendar} />
              {question.from || question.to
                ? `${question.from ? day(question.from) : "…"} – ${question.to ? day(question.to) : "…"}`
                : t("Date")}
            </Button>
          }
        />
        <Popover.Portal>
          <Popover.Positioner className={ui.positioner} sideOffset={6} align="start">
            <Popover.Popup className={`${ui.popup} ${styles.dates}`} aria-label={t("Date")}>
              <label>
                {t("From ~ a day")}
                <input
                  className={ui.input}
                  type="date"
                  value={question.from}
                  max={question.to || undefined}
                  onChange={(event) => set({ from: event.target.value })}
                />
              </label>
              <label>
                {t("To ~ a day")}
                <input
                  className={ui.input}
                  type="date"
                  value={question.to}
                  min={question.from || undefined}
                  onChange={(event) => set({ to: event.target.value })}
                />
              </label>
              <Button small look="quiet" onClick={() => set({ from: null, to: null })}>
                {t("Any date")}
              </Button>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <Popover.Root>
        <Popover.Trigger
          render={
            <Button look="quiet" small>
              {question.amountFrom || question.amountTo
                ? `${writtenAmount(question.amountFrom) || "…"} – ${writtenAmount(question.amountTo) || "…"}`
                : t("Amount")}
              <ChevronDown aria-hidden />
            </Button>
          }
        />
        <Popover.Portal>
          <Popover.Positioner className={ui.positioner} sideOffset={6} align="start">
            <Popover.Popup className={`${ui.popup} ${styles.dates}`} aria-label={t("Amount")}>
              {(
                [
                  ["least", t("At least"), question.amountFrom],
                  ["most", t("At most"), question.amountTo],
                ] as const
              ).map(([name, label, value]) => (
                <label key={name}>
                  {label}
                  <input
                    className={ui.input}
                    inputMode="decimal"
                    defaultValue={writtenAmount(value)}
                    onChange={(event) => set({ [name]: String(amountOf(event.target.value) ?? "") })}
                  />
                </label>
              ))}
              <label>
                {t("Currency")}
                <input
                  className={ui.input}
                  defaultValue={question.currencies[0] ?? ""}
                  placeholder="EUR"
                  maxLength={3}
                  onChange={(event) => {
                    const code = event.target.value.toUpperCase();
                    set({ currency: /^[A-Z]{3}$/.test(code) ? code : null });
                  }}
                />
              </label>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <FilterMenu name={t("More")}>
        {SOURCES.map((source) => (
          <MenuCheck
            key={source}
            checked={question.sources.includes(source)}
            onChange={(on) => toggle("source", question.sources, source, on)}
          >
            {t(SOURCE_NAMES[source])}
          </MenuCheck>
        ))}
        <MenuLine />
        {Object.entries(PAGES).map(([pages, name]) => (
          <MenuCheck
            key={pages}
            checked={question.pages === pages}
            onChange={(on) => set({ pages: on ? pages : null })}
          >
            {t(name)}
          </MenuCheck>
        ))}
        <MenuLine />
        <MenuCheck checked={question.noted !== ""} onChange={(on) => set({ noted: on ? "yes" : null })}>
          {t("With a note")}
        </MenuCheck>
      </FilterMenu>
      {chips.map(({ name, value, label }) => (
        <button
          key={name + value}
          className={styles.chip}
          aria-label={t("Remove the filter {label}", { label })}
          onClick={() => set({ [name]: place.getAll(name).filter((one) => one !== value) })}
        >
          {label}
          <X aria-hidden />
        </button>
      ))}
      {isFiltered({ ...question, query: "" }) && (
        <Button look="quiet" small onClick={() => go(new URLSearchParams(), { replace: true })}>
          {t("Clear")}
        </Button>
      )}
      <label className={styles.sort}>
        <span className="unseen">{t("Sort by")}</span>
        <select
          value={question.sort || (question.query ? "" : "-created_at")}
          onChange={(event) =>
            set({ sort: event.target.value === "-created_at" && !question.query ? null : event.target.value })
          }
        >
          {question.query && <option value="">{t("Best match")}</option>}
          {Object.entries(SORT_NAMES).map(([value, name]) => (
            <option key={value} value={value}>
              {t(name)}
            </option>
          ))}
          {question.sort && !SORT_NAMES[question.sort] && (
            <option value={question.sort}>
              {question.sort === "-name"
                ? t("Name, backwards")
                : question.sort === "-correspondent"
                  ? t("Sender, backwards")
                  : question.sort === "relevance"
                    ? t("Best match")
                    : t("Smallest")}
            </option>
          )}
        </select>
      </label>
      <LayoutSwitch />
    </div>
  );
}

/** Rows or cards. */
function LayoutSwitch(): React.JSX.Element {
  const [layout, choose] = useLayout();
  const next = layout === "grid" ? "list" : "grid";
  return (
    <Button
      look="quiet"
      small
      square
      aria-label={layout === "grid" ? t("Show as a list") : t("Show as a grid")}
      title={layout === "grid" ? t("Show as a list") : t("Show as a grid")}
      className={styles.layout}
      onClick={() => choose(next)}
    >
      {layout === "grid" ? <LayoutList aria-hidden /> : <LayoutGrid aria-hidden />}
    </Button>
  );
}

/** A filter whose choices are a menu. */
const FilterMenu = ({ name, children }: { name: string; children: ReactNode }): React.JSX.Element => (
  <Menu
    trigger={
      <Button look="quiet" small>
        {name}
        <ChevronDown aria-hidden />
      </Button>
    }
  >
    {children}
  </Menu>
);
