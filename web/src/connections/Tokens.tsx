import { useState } from "react";
import { ago, date } from "../format.ts";
import { mark, t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { Plus } from "../ui/icons.tsx";
import { attempt } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import { call, endOf, type Token, useContext, useTokens } from "./data.ts";
import { endFrom, Ends, Item, Kind, Making, None, Secret, textFrom } from "./parts.tsx";

const SCOPES = [
  ["documents:read", mark("Read ~ as a right"), mark("list, search and read documents and their files")],
  ["documents:write", mark("Edit ~ as a right"), mark("edit, describe again and delete documents")],
  ["upload", mark("Add ~ as a right"), mark("add documents")],
  [
    "automation",
    mark("Automate ~ as a right"),
    mark("make rules, webhooks, mail addresses and links, which can send documents elsewhere"),
  ],
] as const;
const scopeNames = (scopes: string[]): string =>
  SCOPES.filter(([scope]) => scopes.includes(scope))
    .map(([, name]) => t(name).toLowerCase())
    .join(", ");

/** What programs show in place of a password. */
export default function Tokens(): React.JSX.Element {
  const context = useContext();
  const { data: tokens, error } = useTokens();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);

  const revoke = ({ id }: Token) =>
    attempt(call(context, "revoke_api_token", { token_id: id }, "api_tokens"), t("The token is revoked"));
  return (
    <Kind
      title={t("API tokens")}
      about={t(
        "A script, a scanner or an assistant shows a token in place of your password. It can do what you choose here, and nothing to your account.",
      )}
      error={error}
      action={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          {t("New token")}
        </Button>
      }
    >
      {tokens?.length === 0 && <None>{t("No program has a token of yours.")}</None>}
      {tokens && tokens.length > 0 && (
        <ul className={styles.list}>
          {tokens.map((token) => {
            const end = endOf(token);
            return (
              <Item
                key={token.id}
                name={token.name}
                state={end}
                facts={[
                  t("May {rights}", { rights: scopeNames(token.scopes) }),
                  token.last_used_at ? t("Last used {when}", { when: ago(token.last_used_at) }) : t("Never used"),
                  !end && (token.expires_at ? t("Ends on {day}", { day: date(token.expires_at) }) : t("Never ends")),
                ]}
                actions={
                  !end && (
                    <Button
                      small
                      onClick={() => setRevoking(token)}
                      aria-label={t("Revoke {name}", { name: token.name })}
                    >
                      {t("Revoke")}
                    </Button>
                  )
                }
              />
            );
          })}
        </ul>
      )}
      {making && <NewToken onClose={() => setMaking(false)} />}
      {revoking && (
        <Confirm
          title={t("Revoke “{name}”?", { name: revoking.name })}
          action={t("Revoke")}
          onClose={() => setRevoking(null)}
          onConfirm={() => revoke(revoking)}
        >
          {t("The program that has it is refused from its next request on. This cannot be undone.")}
        </Confirm>
      )}
    </Kind>
  );
}

function NewToken({ onClose }: { onClose(): void }): React.JSX.Element {
  const context = useContext();
  const [token, setToken] = useState<string | null>(null);
  async function make(form: FormData): Promise<void> {
    const made = await call<{ token: string }>(
      context,
      "create_api_token",
      { name: textFrom(form, "name"), scopes: form.getAll("scopes"), expires_at: endFrom(form) },
      "api_tokens",
    );
    setToken(made.token);
  }
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(["documents:read"]));
  return (
    <Making
      title={token ? t("The token is made") : t("New API token")}
      action={t("Make the token")}
      onMake={make}
      onClose={onClose}
      made={
        token && (
          <Secret
            label={t("Token")}
            value={token}
            note={t("Copy it now: it is shown this once. Anyone who has it can do what you chose.")}
          />
        )
      }
    >
      <label>
        {t("Name")}
        <input
          className={ui.input}
          name="name"
          required
          maxLength={100}
          placeholder={t("Scanner in the office")}
          autoFocus
        />
      </label>
      <fieldset>
        <legend>{t("It may")}</legend>
        {SCOPES.map(([scope, name, what], index) => (
          <label key={scope} className={styles.check}>
            <input
              type="checkbox"
              className={ui.check}
              name="scopes"
              value={scope}
              checked={chosen.has(scope)}
              // One is needed: the browser says so at the first.
              required={index === 0 && chosen.size === 0}
              onChange={(event) => {
                const next = new Set(chosen);
                if (event.currentTarget.checked) next.add(scope);
                else next.delete(scope);
                setChosen(next);
              }}
            />
            <span>
              {t(name)} <small>{t(what)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Ends first="90" never />
    </Making>
  );
}
