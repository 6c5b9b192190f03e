import { expect, test } from "vitest";
import { findRoute, shortRoute } from "../../../supabase/functions/metadata/local/name/route.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";
import { describePages } from "./description.ts";

function routeOf(...lines: string[]): string | null {
  const route = findRoute(linesOf([{ page_number: 1, text: lines.join("\n") }]));
  return route && `${route.value.from} / ${route.value.to}`;
}

const TRAIN_TICKET = `9:41 LTE
Northmoor Rail
E-ticket
Off-Peak Single
Saturday 14 June 2025
11:05 | Ashby Central
50 min, direct
11:55 Kirkwell
Adult Fare
Ada Sample £12.80
Show this code at the gate`;

test("names a ticket after its journey, with the operator, the price and the places", async () => {
  const { metadata } = await describePages([TRAIN_TICKET], "Screenshot.png", "image/png");
  expect(metadata).toMatchObject({
    display_name: "Ticket - Northmoor Rail - Ashby to Kirkwell - 2025-06-14.png",
    document_type: "ticket",
    correspondent: "Northmoor Rail",
    document_date: "2025-06-14",
    summary: "Ticket from Northmoor Rail dated 14 June 2025 over GBP 12.80: Ashby Central to Kirkwell.",
    tags: ["ticket", "northmoor-rail", "transport", "ashby", "kirkwell"],
  });
});

test.each([
  ["Ashby / Kirkwell", ["From: Ashby", "To: Kirkwell"]],
  ["Ashby / Kirkwell", ["From Ashby", "12 July 2025", "To Kirkwell"]],
  ["Musterstadt Hbf / Beispielhausen", ["Von", "Musterstadt Hbf", "Nach", "Beispielhausen"]],
  ["Portville / Saint-Exemple", ["Départ : Portville 08h15", "Arrivée : Saint-Exemple 09h40"]],
  ["Villamuestra / Puertoalto", ["Salida: Villamuestra 10:20", "Llegada: Puertoalto 12:05"]],
  ["Ashby / Kirkwell", ["Ashby → Kirkwell"]],
  ["Musterstadt / Beispielhausen", ["Musterstadt nach Beispielhausen"]],
  ["Ashby / Kirkwell", ["11:05 Ashby", "11:30 Midway", "11:55 Kirkwell"]],
])("reads the journey %s in %j", (route, lines) => {
  expect(routeOf(...lines)).toBe(route);
});

test.each([
  ["Add to Wallet"],
  ["18:15 LTE", "Doors 19:30"],
  ["Welcome to Kirkwell"],
  ["From 12 July 2025", "To 14 July 2025"],
  ["Price: £12.80 to £14.20"],
])("sees no journey in %j", (...lines) => {
  expect(routeOf(...lines)).toBeNull();
});

test("leaves out what a station is called where the room is small", () => {
  expect(shortRoute({ from: "Musterstadt Hbf", to: "Portville Gare du Nord" })).toEqual({
    from: "Musterstadt",
    to: "Portville",
  });
  expect(shortRoute({ from: "Central", to: "Frankfurt am Main" })).toEqual({
    from: "Central",
    to: "Frankfurt am Main",
  });
});

test("names the ticket of an event after the event", async () => {
  const text =
    "Eintrittskarte\nVeranstaltung: Ein Abend mit alten Liedern\nPhilharmonie Musterstadt\n21. Juni 2025, 19:30 Uhr\nReihe 4 Sitzplatz 12\nPreis 24,00 €";
  const { metadata } = await describePages([text]);
  expect(metadata).toMatchObject({
    document_type: "ticket",
    correspondent: "Philharmonie Musterstadt",
    document_date: "2025-06-21",
  });
  expect(metadata.display_name).toMatch(/^Ticket - .*Ein Abend mit alten Liedern.* - 2025-06-21\.pdf$/);
});

test("finds the places of a journey before the words of a clock", async () => {
  const text =
    "BIGLIETTO\nDa Bologna Centrale  ore 9:32 del 26/04/2025\nA Bari Centrale  ore 15:01\nCarrozza 4  Posto 12A";
  expect((await describePages([text])).metadata.display_name).toContain("Bologna");
});
