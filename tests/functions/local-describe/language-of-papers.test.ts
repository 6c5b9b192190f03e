// The language of papers that hold hardly any sentence: labels, boxes and headings tell it.
import { expect, it } from "vitest";
import { findLanguage } from "../../../supabase/functions/metadata/local/text/language.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";

it.each([
  [
    "en",
    "a CV",
    "Tomasz Wrona\nData Analyst\nWork Experience\nNettle Systems, Borough of Swindon\nEducation\nUniversity of Bath\nSkills\nPython, SQL, dbt",
  ],
  [
    "en",
    "a licence",
    "DRIVING LICENCE  UK\n1. ROWE\n2. MS JUNE ELLA\n4c. DVLA\n8. 3 HILL VIEW, YORK YO1 9TT\n9. AM/A/B1/B",
  ],
  [
    "nl",
    "a payslip",
    "Loonstrook maart 2025\nWerknemer: S. Jansen  Geboortedatum: 07-08-1985\nBrutoloon  3.100,00\nLoonheffing  -540,00\nNettoloon  2.415,20",
  ],
  [
    "de",
    "a statement",
    "Volksbank Talheim eG\nKontoauszug 3/2025  Blatt 1\nalter Kontostand  120,00 +\nMiete März  780,00 -\nneuer Kontostand  44,10 +",
  ],
  [
    "fr",
    "a payslip",
    "BULLETIN DE PAIE\nSalarié : COLIN Marc  Emploi : Menuisier\nSalaire de base  2 502,56\nCotisations  -492,56\nNet payé en euros  2 010,00",
  ],
  [
    "es",
    "a letter's head",
    "Ayuntamiento de Lugo\nÁrea de Urbanismo\nCalle Mayor 9\nLugo, 5 de junio de 2025\nAsunto: licencia de obra\nEstimada señora:",
  ],
  [
    "it",
    "a bill",
    "Bolletta acqua\nIntestatario: Rossi Giulia\nConsumo 28 mc  37,00\nImposta 10%  4,90\nTotale da pagare  53,90",
  ],
  ["pt", "a bill", "Consumo de água  18,40\nSaneamento  8,10\nData de emissão: 14/05/2025\nTotal a pagar  27,83"],
  [
    "ms",
    "a bill",
    "BIL AIR\nTarikh Bil: 07/04/2025\nNo. Akaun: 0442-118\nCaj semasa  RM 31.25\nJumlah Perlu Dibayar  RM 31.25",
  ],
  [
    "fi",
    "a statement",
    "TILIOTE\nKausi 1.3.2025 - 31.3.2025\nTilinumero FI21 1234 5600 0007 85\nAlkusaldo  1 200,00\nLoppusaldo  2 010,00",
  ],
  [
    "sv",
    "a payslip",
    "Lönespecifikation\nAnställd: Karin Ek\nMånadslön  34 000,00\nSkatt  -8 200,00\nNettolön  25 800,00",
  ],
  ["hu", "a bill", "SZÁMLA\nKiállítás dátuma: 2025.04.22.\nVevő: Pest Kft.\nFizetendő összesen: 63 500 Ft"],
  ["tr", "a bill", "FATURA\nFatura Tarihi: 07.03.2025\nVade Tarihi: 06.04.2025\nÖdenecek Tutar  1.800,00 TL"],
  ["ja", "a payslip without kana", "給与明細書\n株式会社青空\n社員番号 0012\n基本給 250,000\n差引支給額 205,300"],
  ["zh", "a bill", "电子发票\n开票日期：2025年01月09日\n购买方名称：北京蓝天科技有限公司\n价税合计 ¥1130.00"],
])("%s: %s", async (language, _paper, text) => {
  expect(await findLanguage(linesOf([{ page_number: 1, text }]))).toBe(language);
});
