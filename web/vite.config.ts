import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vite";
import { OFFERED_SAMPLES } from "./samples.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const pdfjs = path.join(folder, "../node_modules/pdfjs-dist");

/** Where pdf.js fetches what a PDF needs and does not carry, under /pdfjs: character maps, the standard fonts, image decoders. */
const PDFJS_PARTS = ["cmaps", "standard_fonts", "wasm", "iccs"];

export default defineConfig({
  root: folder,
  // Relative, so that the built page works in any folder of a static host.
  base: "./",
  plugins: [react(), pdfjsParts(), samples(), policyInThePage()],
  // A catalog is one object: no export for each of its texts.
  json: { namedExports: false },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    // The page, and the two of links for people without an account.
    rolldownOptions: { input: ["index", "share", "collect"].map((name) => path.join(folder, `${name}.html`)) },
  },
});

function pdfjsParts(): Plugin {
  return {
    name: "pdfjs-parts",
    generateBundle() {
      for (const part of PDFJS_PARTS) {
        for (const name of readdirSync(path.join(pdfjs, part))) {
          // The decoders are WebAssembly; their JavaScript twins are for browsers without it.
          if (part === "wasm" && !name.endsWith(".wasm") && !name.startsWith("LICENSE")) continue;
          this.emitFile({
            type: "asset",
            fileName: `pdfjs/${part}/${name}`,
            source: readFileSync(path.join(pdfjs, part, name)),
          });
        }
      }
    },
    configureServer(server) {
      server.middlewares.use("/pdfjs", (request, response, next) => {
        const [, part = "", name = ""] = new URL(request.url ?? "/", "http://localhost").pathname.split("/");
        if (!PDFJS_PARTS.includes(part) || !readdirSync(path.join(pdfjs, part)).includes(name)) return next();
        response.end(readFileSync(path.join(pdfjs, part, name)));
      });
    },
  };
}

/** The samples that the empty list offers, under /samples: a static host has them, too. */
function samples(): Plugin {
  const read = (name: string) => readFileSync(path.join(folder, "../samples", name));
  return {
    name: "samples",
    generateBundle() {
      for (const name of OFFERED_SAMPLES)
        this.emitFile({ type: "asset", fileName: `samples/${name}`, source: read(name) });
    },
    configureServer(server) {
      server.middlewares.use("/samples", (request, response, next) => {
        const name = OFFERED_SAMPLES.find((one) => request.url === `/${one}`);
        if (!name) return next();
        response.end(read(name));
      });
    },
  };
}

/** A static host sends no headers of ours: there the policy stands in the page. The embedded stack sends it as a header. */
function policyInThePage(): Plugin {
  return {
    name: "policy-in-the-page",
    apply: "build",
    transformIndexHtml() {
      const api = process.env.VITE_SUPABASE_URL;
      if (!api) return [];
      return [
        {
          tag: "meta",
          attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy(api) },
          injectTo: "head-prepend",
        },
      ];
    },
  };
}
