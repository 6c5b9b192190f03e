import { forgetArchive } from "../account/archive-file.ts";
import { dropDrafts } from "../document/drafts.ts";
import { forgetPasswords } from "../document/passwords.ts";
import { go } from "../place.ts";
import type { Project } from "../project.tsx";
import { forgetShared } from "../upload/shared.ts";
import { forgetUploads } from "../upload/uploads.ts";

/** Ends the session, and forgets what only its user may know. "local": in this browser alone; "global": in all of them. */
export async function signOut({ supabase }: Project, scope: "local" | "global" = "local"): Promise<void> {
  go(new URLSearchParams(), { replace: true });
  forgetUploads();
  dropDrafts();
  forgetPasswords();
  void forgetArchive();
  void forgetShared();
  const { error } = await supabase.auth.signOut({ scope });
  if (error) await supabase.auth.signOut({ scope: "local" });
}
