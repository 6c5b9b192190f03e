// The language of short texts: by script, then by small words and letters, then by trigrams.
import { expect, it } from "vitest";
import { findLanguage } from "../../../supabase/functions/metadata/local/text/language.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";

const languageOf = (text: string): Promise<string | null> => findLanguage(linesOf([{ page_number: 1, text }]));

it.each([
  ["en", "Please pay the amount within fourteen days of this date."],
  ["en", "The meeting has been moved to the second week of June."],
  ["de", "Bitte überweisen Sie den Betrag innerhalb von vierzehn Tagen."],
  ["de", "Wir freuen uns, Ihnen das neue Programm vorstellen zu können."],
  ["fr", "Nous vous prions de régler cette facture dans les trente jours."],
  ["fr", "La réunion du conseil aura lieu dans la grande salle."],
  ["es", "Le rogamos que abone el importe en un plazo de diez días."],
  ["es", "La reunión de vecinos será el martes por la tarde."],
  ["it", "La preghiamo di saldare la fattura entro trenta giorni dalla data."],
  ["it", "Il corso di cucina comincia il primo lunedì del mese."],
  ["pt", "Pedimos que o pagamento seja feito até ao fim do mês."],
  ["pt", "A reunião não será na sala do primeiro andar, mas no jardim."],
  ["nl", "Wij verzoeken u het bedrag binnen veertien dagen te betalen."],
  ["nl", "De vergadering is verplaatst naar de tweede week van juni."],
  ["ms", "Sila jelaskan bayaran ini dalam tempoh empat belas hari dari tarikh."],
  ["pl", "Prosimy o zapłatę w terminie czternastu dni od daty wystawienia."],
  ["pl", "Zebranie mieszkańców odbędzie się we wtorek o godzinie osiemnastej."],
  ["cs", "Prosíme o úhradu částky do čtrnácti dnů od data vystavení."],
  ["cs", "Schůze výboru se koná v úterý večer ve velkém sále."],
  ["sk", "Prosíme o úhradu sumy do štrnástich dní od dátumu vystavenia."],
  ["sk", "Schôdza výboru sa koná v utorok večer vo veľkej sále."],
  ["sv", "Vi ber er att betala beloppet inom fjorton dagar från dagens datum."],
  ["sv", "Mötet är flyttat till den andra veckan i juni."],
  ["da", "Vi beder jer om at betale beløbet inden for fjorten dage."],
  ["da", "Mødet er flyttet til den anden uge af juni, og alle skal deltage."],
  ["no", "Vi ber dere om å betale beløpet innen fjorten dager etter dato."],
  ["no", "Møtet er flyttet til den andre uken av juni, og noen skal delta."],
  ["fi", "Pyydämme teitä maksamaan laskun neljäntoista päivän kuluessa tästä päivästä."],
  ["fi", "Kokous on siirretty kesäkuun toiselle viikolle, ja kaikki ovat tervetulleita."],
  ["hu", "Kérjük, hogy az összeget tizennégy napon belül fizesse meg."],
  ["hu", "A gyűlés kedden este lesz, és minden lakót szeretettel várunk."],
  ["ro", "Vă rugăm să achitați suma în termen de paisprezece zile."],
  ["ro", "Ședința va avea loc marți seara în sala mare de la parter."],
  ["tr", "Lütfen tutarı fatura tarihinden itibaren on dört gün içinde ödeyiniz."],
  ["tr", "Toplantı haziran ayının ikinci haftasına alınmıştır ve herkes davetlidir."],
  ["el", "Παρακαλούμε να πληρώσετε το ποσό μέσα σε δεκατέσσερις ημέρες."],
  ["ru", "Просим оплатить счёт в течение четырнадцати дней с даты выставления."],
  ["ru", "Собрание жильцов состоится во вторник вечером в большом зале."],
  ["uk", "Просимо сплатити рахунок протягом чотирнадцяти днів від дати виставлення."],
  ["ja", "恐れ入りますが、十四日以内に下記の口座へお支払いください。"],
  ["zh", "请您在收到本通知后十四天内支付上述款项，谢谢合作。"],
  ["zh", "請於收到本通知後十四日內繳納款項，謝謝您的合作。"],
  ["ko", "이 청구서를 받은 날부터 십사일 이내에 대금을 지급해 주시기 바랍니다."],
  ["ar", "يرجى دفع المبلغ خلال أربعة عشر يوما من تاريخ هذه الفاتورة."],
  ["he", "נא לשלם את הסכום בתוך ארבעה עשר ימים מתאריך החשבונית."],
])("%s: %s", async (language, text) => {
  expect(await languageOf(text)).toBe(language);
});

it.each([
  [
    "pl",
    "Faktura VAT nr 12/2026\nSprzedawca: Nowak Sp. z o.o.\nNabywca: Jan Kowalski\nData wystawienia: 5 marca 2026\nRazem do zapłaty 123,00 zł",
  ],
  [
    "sv",
    "Faktura\nFakturadatum 2026-03-05\nFörfallodatum 2026-04-04\nKund: Anna Berg\nBelopp att betala 1 250,00 kr\nMoms 25 %",
  ],
  ["fi", "LASKU\nPäivämäärä 5.3.2026\nEräpäivä 19.3.2026\nAsiakas Virtanen\nYhteensä 124,00 €\nAlv 24 %"],
  ["tr", "FATURA\nTarih: 05.03.2026\nSayın Ayşe Yılmaz\nToplam tutar 1.234,50 TL\nKDV %20"],
  ["ja", "請求書\n株式会社みどり\n発行日 2024年3月5日\n合計 ¥12,000"],
  ["zh", "增值税发票\n销售方 上海百合有限公司\n开票日期 2024年3月5日\n价税合计 ¥1,200.00"],
])("a bill of few words is in %s", async (language, text) => {
  expect(await languageOf(text)).toBe(language);
});

it.each(["", "12345", "IBAN DE89 3704 0044 0532 0130 00", "ABC GmbH\n12.00"])(
  "nothing tells that of %j",
  async (text) => {
    expect(await languageOf(text)).toBe(null);
  },
);
