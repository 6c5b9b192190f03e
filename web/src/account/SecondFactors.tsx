import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { date } from "../format.ts";
import { t } from "../language.ts";
import { type Project, useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { CodeInput } from "../sign-in/CodeInput.tsx";
import { Button } from "../ui/Button.tsx";
import { copy } from "../ui/copy.ts";
import { Confirm, Dialog, DialogActions } from "../ui/Dialog.tsx";
import { Copy, Smartphone } from "../ui/icons.tsx";
import { attempt, say, sayError } from "../ui/toasts.tsx";
import styles from "./Account.module.css";

type Enrolled = { id: string; totp: { qr_code: string; secret: string } };
type Factor = { id: string; friendly_name?: string; created_at: string };

const FACTORS = ["second-factors"];

/** The authenticator apps whose codes the account asks for, beside the password. */
export function SecondFactors(): React.JSX.Element {
  const project = useProject();
  const client = useQueryClient();
  const { data: factors, error } = useQuery({ queryKey: FACTORS, queryFn: () => factorsOf(project) });
  const [enrolled, setEnrolled] = useState<Enrolled | null>(null);
  const [removed, setRemoved] = useState<Factor | null>(null);
  const [busy, setBusy] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: FACTORS });

  async function begin(): Promise<void> {
    setBusy(true);
    try {
      setEnrolled(await enroll(project));
    } catch (failure) {
      sayError(failure);
    }
    setBusy(false);
  }
  async function remove({ id }: Factor): Promise<void> {
    const { error: refused } = await project.supabase.auth.mfa.unenroll({ factorId: id });
    if (refused) throw refused;
    // The session is of one factor again, and its token says so.
    await project.supabase.auth.refreshSession();
    await again();
  }

  return (
    <div className={styles.form}>
      {error && <p role="alert">{sentenceOf(error)}</p>}
      {factors && factors.length > 0 && (
        <ul className={styles.factors} aria-label={t("Authenticator apps")}>
          {factors.map((factor) => (
            <li key={factor.id}>
              <Smartphone aria-hidden />
              <span>
                {nameOf(factor)}
                <small>{t("since {day}", { day: date(factor.created_at) })}</small>
              </span>
              <Button
                small
                onClick={() => setRemoved(factor)}
                aria-label={t("Remove {name}", { name: nameOf(factor) })}
              >
                {t("Remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button disabled={!factors} waits={busy} onClick={() => void begin()}>
          {factors && factors.length > 0 ? t("Add another device") : t("Set up")}
        </Button>
      </div>
      {enrolled && (
        <Enrolling
          enrolled={enrolled}
          onClose={() => {
            setEnrolled(null);
            void again();
          }}
        />
      )}
      {removed && (
        <Confirm
          title={t("Remove {name}?", { name: nameOf(removed) })}
          action={t("Remove")}
          onConfirm={() => attempt(remove(removed), t("The second factor is removed"))}
          onClose={() => setRemoved(null)}
        >
          {factors!.length > 1
            ? t("Its codes are not taken any more. Your other devices go on.")
            : t("From then on your password alone opens your documents.")}
        </Confirm>
      )}
    </div>
  );
}

/** The factor keeps the name that it has in the language of that day. */
const name = (): string => t("Authenticator app");
const nameOf = ({ friendly_name }: Pick<Factor, "friendly_name">): string => friendly_name || name();

async function factorsOf({ supabase }: Project): Promise<Factor[]> {
  const { data, error } = await supabase.auth.mfa.listFactors();
  if (error) throw error;
  return data.totp;
}

/** Begins one, after those that were begun and left: they would be in the way of its name. */
async function enroll({ supabase }: Project): Promise<Enrolled> {
  const { mfa } = supabase.auth;
  const { data: all, error: unknown } = await mfa.listFactors();
  if (unknown) throw unknown;
  for (const { id, status } of all.all) if (status === "unverified") await mfa.unenroll({ factorId: id });
  const names = new Set(all.totp.map(nameOf));
  const numbered = (number: number): string => {
    const next = number === 1 ? name() : `${name()} ${number}`;
    return names.has(next) ? numbered(number + 1) : next;
  };
  const { data, error } = await mfa.enroll({ factorType: "totp", friendlyName: numbered(1), issuer: "Docket" });
  if (error) throw error;
  return data;
}

/** Shows the secret as a picture and as text, and asks for a first code of it. */
function Enrolling({ enrolled, onClose }: { enrolled: Enrolled; onClose(): void }): React.JSX.Element {
  const { supabase } = useProject();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const done = useRef(false);
  // Left without a code, it is no factor.
  useEffect(
    () => () => {
      if (!done.current) void supabase.auth.mfa.unenroll({ factorId: enrolled.id });
    },
    [supabase, enrolled.id],
  );
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).replace(/\s/g, "");
    setBusy(true);
    const { error } = await supabase.auth.mfa.challengeAndVerify({ factorId: enrolled.id, code });
    setBusy(false);
    if (error) return setWrong(sentenceOf(error));
    done.current = true;
    say(t("Your account asks for a code from now on. Everywhere else you are signed out."));
    onClose();
  }
  return (
    <Dialog title={t("Set up a second factor")} onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <p>{t("Scan this with an authenticator app, such as the one of your password manager.")}</p>
        <img
          className={styles.qr}
          src={enrolled.totp.qr_code}
          alt={t("The secret as a QR code")}
          width="200"
          height="200"
        />
        <p>{t("Or type the secret. Keep it in a safe place: it brings the codes back when the device is lost.")}</p>
        <p className={styles.secret}>
          <code aria-label={t("Secret")}>{enrolled.totp.secret.replace(/.{4}(?=.)/g, "$& ")}</code>
          <Button
            small
            square
            look="quiet"
            aria-label={t("Copy the secret")}
            onClick={() => copy(enrolled.totp.secret, t("Secret"))}
          >
            <Copy aria-hidden />
          </Button>
        </p>
        <CodeInput />
        <p role="alert" className={styles.wrong} data-bad={wrong ? true : undefined}>
          {wrong}
        </p>
        <DialogActions>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={busy}>
            {t("Turn on")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
