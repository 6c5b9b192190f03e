import "@fontsource-variable/instrument-sans/wght.css";
import "./tokens.css";
import "./base.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { loadConfig } from "./config.ts";
import { preferredLanguage, speak, t } from "./language.ts";
import { openProject, ProjectProvider } from "./project.tsx";
import { isConnection } from "./sentences.ts";
import { applyTheme } from "./theme.ts";
import { Nothing } from "./ui/Nothing.tsx";
import { Toasts } from "./ui/toasts.tsx";
import { takeShares } from "./upload/shared.ts";
import { Unplug } from "./ui/icons.tsx";

applyTheme();
takeShares();
const root = createRoot(document.getElementById("root")!);
// Realtime says when something changed, so nothing goes stale by itself.
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 10 * 60_000,
      // supabase-js itself tries again while there is no connection.
      retry: (failures, error) => failures < 2 && !isConnection(error),
      refetchOnWindowFocus: false,
      refetchOnReconnect: "always",
    },
  },
});

// Before the first text. English needs nothing; without its catalog the page is in English rather than not there.
const spoken = speak(preferredLanguage()).catch(() => {});
const speakAgain = () => void speak(preferredLanguage()).catch(() => {});
// The browser's languages changed, or another tab chose one.
addEventListener("languagechange", speakAgain);
addEventListener("storage", ({ key }) => key === "language" && speakAgain());

Promise.all([loadConfig(), spoken]).then(
  ([config]) =>
    root.render(
      <CSPProvider disableStyleElements>
        <ProjectProvider value={openProject(config)}>
          <QueryClientProvider client={client}>
            <Toasts>
              <App />
            </Toasts>
          </QueryClientProvider>
        </ProjectProvider>
      </CSPProvider>,
    ),
  (error: Error) =>
    root.render(
      <Nothing icon={<Unplug aria-hidden />} title={t("Docket cannot start")}>
        {error.message}
      </Nothing>,
    ),
);
