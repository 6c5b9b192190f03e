// Bills, receipts and letters in languages with words of their own for everything. All of it is made up.
import { describe, expect, it } from "vitest";
import { describePages } from "./description.ts";

type Truth = { type: string; from?: string; date: string; amount?: [number, string | null]; language: string };

const BILLS: [string, Truth, string][] = [
  [
    "Polish invoice",
    { type: "invoice", from: "Zielona Dolina Sp. z o.o.", date: "2026-03-05", amount: [1230, "PLN"], language: "pl" },
    `Zielona Dolina Sp. z o.o.
ul. Lipowa 12, 31-002 Kraków
NIP 000-000-00-00

FAKTURA VAT nr 17/03/2026
Data wystawienia: 5 marca 2026
Data sprzedaży: 28 lutego 2026
Termin płatności: 19 marca 2026

Nabywca: Anna Nowak, ul. Krótka 3, 30-001 Kraków

Usługa ogrodnicza          1    1 000,00    1 000,00
Razem netto                                 1 000,00 zł
Kwota VAT 23%                                 230,00 zł
Do zapłaty                                  1 230,00 zł
Prosimy o zapłatę na konto podane na fakturze.`,
  ],
  [
    "Polish correction",
    { type: "credit-note", from: "Zielona Dolina Sp. z o.o.", date: "2026-04-02", language: "pl" },
    `Zielona Dolina Sp. z o.o.
ul. Lipowa 12, 31-002 Kraków

FAKTURA KORYGUJĄCA nr 3/04/2026
Data wystawienia: 2 kwietnia 2026
Nabywca: Anna Nowak
Przyczyna korekty: zwrot towaru
Razem brutto -123,00 zł`,
  ],
  [
    "Czech invoice",
    { type: "invoice", from: "Modrá Hvězda s.r.o.", date: "2026-01-05", amount: [2420, "CZK"], language: "cs" },
    `Modrá Hvězda s.r.o.
Dlouhá 8, 110 00 Praha 1

FAKTURA - DAŇOVÝ DOKLAD č. 2026012
Datum vystavení: 5. ledna 2026
Datum splatnosti: 19. ledna 2026
Odběratel: Jan Novotný, Krátká 2, Brno

Oprava střechy                     2 000,00
Základ daně                        2 000,00 Kč
DPH 21 %                             420,00 Kč
Celkem k úhradě                    2 420,00 Kč
Děkujeme za včasnou úhradu na náš účet.`,
  ],
  [
    "Slovak invoice",
    { type: "invoice", from: "Modrá Hviezda s.r.o.", date: "2026-10-05", amount: [120, "EUR"], language: "sk" },
    `Modrá Hviezda s.r.o.
Dlhá 8, 811 01 Bratislava

FAKTÚRA č. 2026012
Dátum vystavenia: 5. októbra 2026
Dátum splatnosti: 19. októbra 2026
Odberateľ: Ján Novák, Krátka 2, Žilina

Oprava strechy                     100,00
Základ dane                        100,00 €
DPH 20 %                            20,00 €
Spolu na úhradu                    120,00 €
Ďakujeme za včasnú úhradu na náš účet.`,
  ],
  [
    "Swedish invoice",
    { type: "invoice", from: "Björkens Trädgård AB", date: "2026-02-07", amount: [1250, "SEK"], language: "sv" },
    `Björkens Trädgård AB
Storgatan 4, 111 22 Stockholm

FAKTURA
Fakturadatum: 7 februari 2026
Förfallodatum: 9 mars 2026
Kund: Anna Berg

Trädgårdsarbete                 1 000,00
Summa exkl moms                 1 000,00
Moms 25 %                         250,00
Att betala                      1 250,00 kr
Vi tackar för att du handlar hos oss.`,
  ],
  [
    "Danish invoice",
    { type: "invoice", from: "Havnens Snedkeri ApS", date: "2026-03-07", amount: [1250, "DKK"], language: "da" },
    `Havnens Snedkeri ApS
Strandvej 9, 2100 København

FAKTURA
Fakturadato: 7. marts 2026
Forfaldsdato: 21. marts 2026
Kunde: Mette Holm

Arbejde                          1.000,00
Moms 25 %                          250,00
I alt at betale              DKK 1.250,00
Vi beder jer om at betale inden for fjorten dage.`,
  ],
  [
    "Danish invoice of whole thousands",
    { type: "invoice", from: "Havnens Snedkeri ApS", date: "2026-03-07", amount: [1234, "DKK"], language: "da" },
    `Havnens Snedkeri ApS
Strandvej 9, 2100 København

FAKTURA
Fakturadato: 7. marts 2026
Kunde: Mette Holm
Beløb at betale DKK 1.234
Vi beder jer om at betale beløbet inden for fjorten dage.`,
  ],
  [
    "Norwegian invoice",
    { type: "invoice", from: "Fjordens Verksted AS", date: "2026-12-07", amount: [1250, "NOK"], language: "no" },
    `Fjordens Verksted AS
Sjøgata 3, 5003 Bergen

FAKTURA
Fakturadato: 7. desember 2026
Forfallsdato: 21. desember 2026
Kunde: Kari Lie

Reparasjon                       1 000,00
Mva 25 %                           250,00
Å betale                     NOK 1 250,00
Vi ber dere om å betale beløpet innen fristen.`,
  ],
  [
    "Finnish invoice",
    { type: "invoice", from: "Koivun Puutarha Oy", date: "2026-03-05", amount: [124, "EUR"], language: "fi" },
    `Koivun Puutarha Oy
Kauppakatu 5, 33100 Tampere

LASKU
Laskun päivämäärä: 5. maaliskuuta 2026
Eräpäivä: 19.3.2026
Asiakas: Virtanen

Puutarhatyö                       100,00
Alv 24 %                           24,00
Maksettava yhteensä               124,00 €
Pyydämme teitä maksamaan laskun eräpäivään mennessä, kiitos.`,
  ],
  [
    "Hungarian invoice",
    { type: "invoice", from: "Kék Duna Kft.", date: "2026-03-05", amount: [12700, "HUF"], language: "hu" },
    `Kék Duna Kft.
Fő utca 5, 1011 Budapest

SZÁMLA
Számla kelte: 2026. március 5.
Fizetési határidő: 2026. március 20.
Vevő: Kovács Anna

Kertészeti munka                 10 000 Ft
Áfa 27 %                          2 700 Ft
Fizetendő összeg                 12 700 Ft
Kérjük, hogy az összeget a fenti számlára utalja át.`,
  ],
  [
    "Romanian invoice",
    { type: "invoice", from: "Lunca Verde S.R.L.", date: "2026-06-05", amount: [1190, "RON"], language: "ro" },
    `Lunca Verde S.R.L.
Strada Florilor 5, București

FACTURĂ
Data emiterii: 5 iunie 2026
Data scadenței: 20 iunie 2026
Client: Maria Popescu

Servicii de grădinărit           1.000,00
TVA 19 %                           190,00
Total de plată                   1.190,00 lei
Vă rugăm să achitați suma până la data scadenței.`,
  ],
  [
    "Turkish invoice",
    { type: "invoice", from: "Mavi Deniz Ltd. Şti.", date: "2026-08-05", amount: [1200, "TRY"], language: "tr" },
    `Mavi Deniz Ltd. Şti.
Çiçek Sokak 5, Kadıköy, İstanbul

FATURA
Fatura tarihi: 5 Ağustos 2026
Son ödeme tarihi: 20 Ağustos 2026
Müşteri: Ayşe Yılmaz

Bahçe bakımı                     1.000,00 TL
KDV %20                            200,00 TL
Ödenecek tutar                   1.200,00 TL
Lütfen ödeme için fatura numarasını belirtiniz, teşekkür ederiz.`,
  ],
  [
    "Greek invoice",
    { type: "invoice", from: "Πράσινη Αυλή Α.Ε.", date: "2026-03-05", amount: [124, "EUR"], language: "el" },
    `Πράσινη Αυλή Α.Ε.
Οδός Ερμού 5, Αθήνα

ΤΙΜΟΛΟΓΙΟ ΠΑΡΟΧΗΣ ΥΠΗΡΕΣΙΩΝ
Ημερομηνία έκδοσης: 5 Μαρτίου 2026
Πληρωτέο έως: 20 Μαρτίου 2026
Πελάτης: Μαρία Παππά

Εργασίες κήπου                    100,00 €
ΦΠΑ 24%                            24,00 €
Πληρωτέο ποσό                     124,00 €`,
  ],
  [
    "Russian invoice",
    { type: "invoice", from: "ООО «Зелёный сад»", date: "2026-05-05", amount: [1200, "RUB"], language: "ru" },
    `ООО «Зелёный сад»
ул. Садовая, 5, Москва

СЧЁТ НА ОПЛАТУ № 17
Дата выставления: 5 мая 2026 г.
Срок оплаты: 20 мая 2026 г.
Покупатель: Мария Иванова

Работы в саду                    1 000,00 руб.
НДС 20%                            200,00 руб.
Итого к оплате                   1 200,00 руб.`,
  ],
  [
    "Ukrainian invoice",
    { type: "invoice", from: "ТОВ «Зелений сад»", date: "2026-05-05", amount: [1200, "UAH"], language: "uk" },
    `ТОВ «Зелений сад»
вул. Садова, 5, Київ

РАХУНОК НА ОПЛАТУ № 17
Дата виставлення: 5 травня 2026 р.
Термін оплати: 20 травня 2026 р.
Покупець: Марія Іваненко

Роботи в саду                    1 000,00 грн
ПДВ 20%                            200,00 грн
Всього до сплати                 1 200,00 грн`,
  ],
  [
    "Japanese invoice",
    { type: "invoice", from: "株式会社みどり園芸", date: "2024-03-05", amount: [13200, "JPY"], language: "ja" },
    `請求書

発行日：令和6年3月5日
お支払期限：令和6年3月31日

株式会社みどり園芸
東京都港区芝1-2-3

山田花子 様

庭の手入れ　　12,000円
小計　　　　　12,000円
消費税　　　　 1,200円
ご請求金額　　13,200円`,
  ],
  [
    "Chinese invoice",
    { type: "invoice", from: "上海百合园艺有限公司", date: "2024-03-05", amount: [1130, "CNY"], language: "zh" },
    `增值税普通发票

开票日期：2024年3月5日
销售方：上海百合园艺有限公司
购买方：李华

园艺服务　1,000.00
税额　　　　130.00
价税合计　¥1,130.00`,
  ],
  [
    "Korean invoice",
    { type: "invoice", from: "주식회사 푸른정원", date: "2024-03-05", amount: [11000, "KRW"], language: "ko" },
    `세금계산서

작성일자: 2024년 3월 5일
납부기한: 2024년 3월 31일
공급자: 주식회사 푸른정원
공급받는자: 김하나

정원 관리 10,000원
세액 1,000원
합계금액 11,000원`,
  ],
  [
    "Arabic invoice",
    { type: "invoice", from: "شركة الحديقة الخضراء", date: "2026-03-05", amount: [1150, "SAR"], language: "ar" },
    `شركة الحديقة الخضراء
شارع الملك، الرياض

فاتورة ضريبية
تاريخ الفاتورة: ٥ مارس ٢٠٢٦
تاريخ الاستحقاق: ٢٠ مارس ٢٠٢٦
العميل: محمد أحمد

خدمات الحدائق 1,000.00
ضريبة القيمة المضافة 150.00
المبلغ المستحق 1,150.00 ر.س`,
  ],
  [
    "Hebrew invoice",
    { type: "invoice", from: "הגן הירוק בע״מ", date: "2026-03-15", amount: [1170, "ILS"], language: "he" },
    `הגן הירוק בע״מ
רחוב הרצל 5, תל אביב

חשבונית מס 1017
תאריך חשבונית: 15 במרץ 2026
לתשלום עד: 30 במרץ 2026
שם הלקוח: דנה לוי

עבודות גינון 1,000.00
מע״מ 17% 170.00
סה״כ לתשלום 1,170.00 ₪`,
  ],
  [
    "Polish letter",
    { type: "letter", date: "2026-03-05", language: "pl" },
    `Warszawa, dnia 5 marca 2026 r.

Dotyczy: zebranie mieszkańców

Szanowni Państwo,

zapraszamy na zebranie mieszkańców, które odbędzie się w dniu 20 marca 2026 r. w sali na parterze.
Prosimy o potwierdzenie obecności do 15 marca 2026 r.

Z poważaniem
Jan Kowalski`,
  ],
  [
    "Russian letter",
    { type: "letter", date: "2026-03-05", language: "ru" },
    `Москва, 5 марта 2026 г.

Тема: собрание жильцов

Уважаемые жильцы!

Приглашаем вас на собрание, которое состоится 20 марта 2026 г. в большом зале.

С уважением
Иван Петров`,
  ],
];

describe.each(BILLS)("a %s", (_, truth, text) => {
  it("is described as it is", async () => {
    const { metadata } = await describePages([text]);
    expect({
      type: metadata.document_type,
      date: metadata.document_date,
      language: metadata.language,
      ...(truth.from && { from: metadata.correspondent }),
      ...(truth.amount && { amount: [metadata.amount?.value, metadata.amount?.currency] }),
    }).toEqual(truth);
  });
});

it("an invoice over less than nothing is a credit note", async () => {
  const { metadata } = await describePages([
    `Acme Web Hosting Ltd
12 Harbour Street, Bristol BS1 4RN

INVOICE
Invoice number: 2026-0418
Invoice date: 16 March 2026

Hosting, taken back      -100.00
VAT 20%                   -20.00
Total                GBP -120.00`,
  ]);
  expect(metadata.document_type).toBe("credit-note");
  expect(metadata.amount).toEqual({ value: -120, currency: "GBP" });
  expect(metadata.evidence["document_type"]?.quote).toContain("-120.00");
});
