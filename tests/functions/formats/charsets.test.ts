// Text in every charset that people have files in, in every format that can hold it: found where nothing says which, and where what is said is wrong.
import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { acceptedType } from "../../../supabase/functions/_shared/file-type.ts";
import { pagesOf } from "./reading.ts";

const TEXTS: [charset: string, short: string, long: string, language: string][] = [
  [
    "windows-1252",
    "Grüße aus Köln",
    "Straßenreinigungsgebühr für Müller & Söhne – fällig über 1.234,50 € bis März",
    "de",
  ],
  [
    "windows-1252",
    "Reçu nº 12 payé à l’été",
    "Voici la facture détaillée pour l’année écoulée, réglée à la réception",
    "fr",
  ],
  [
    "windows-1251",
    "Счёт на оплату",
    "Счёт на оплату за поставку бумаги и канцелярских товаров, итого двенадцать тысяч",
    "ru",
  ],
  [
    "koi8-r",
    "Счёт на оплату",
    "Счёт на оплату за поставку бумаги и канцелярских товаров, итого двенадцать тысяч",
    "ru",
  ],
  ["cp866", "Счет на оплату", "Счет на оплату за поставку бумаги и канцелярских товаров, итого двенадцать тысяч", "ru"],
  [
    "iso-8859-5",
    "Счёт на оплату",
    "Счёт на оплату за поставку бумаги и канцелярских товаров, итого двенадцать тысяч",
    "ru",
  ],
  [
    "windows-1253",
    "Τιμολόγιο πώλησης",
    "Τιμολόγιο πώλησης για την προμήθεια χαρτιού και γραφικής ύλης, σύνολο χίλια ευρώ",
    "el",
  ],
  [
    "iso-8859-7",
    "Τιμολόγιο πώλησης",
    "Τιμολόγιο πώλησης για την προμήθεια χαρτιού και γραφικής ύλης, σύνολο χίλια ευρώ",
    "el",
  ],
  [
    "windows-1255",
    "חשבונית מס קבלה",
    "חשבונית מס עבור אספקת נייר וציוד משרדי, סך הכל אלף ומאתיים שקלים כולל מעמ",
    "he",
  ],
  ["windows-1256", "فاتورة ضريبية", "فاتورة ضريبية عن توريد الورق والأدوات المكتبية بمبلغ إجمالي ألف ومئتا ريال", "ar"],
  ["iso-8859-6", "فاتورة ضريبية", "فاتورة ضريبية عن توريد الورق والأدوات المكتبية بمبلغ إجمالي ألف ومئتا ريال", "ar"],
  ["macintosh", "Reçu payé à l’été", "Voici la facture détaillée pour l’année écoulée, réglée à la réception", "fr"],
  ["macintosh", "Grüße aus Köln", "Straßenreinigungsgebühr für Müller & Söhne – fällig über 1.234,50 bis März", "de"],
  ["windows-874", "ใบแจ้งหนี้", "ใบแจ้งหนี้สำหรับค่ากระดาษและเครื่องเขียน รวมเป็นเงินหนึ่งหมื่นสองพันบาทถ้วน", "th"],
  [
    "windows-1250",
    "Zażółć gęślą jaźń",
    "Faktura za dostawę papieru i artykułów biurowych, łącznie dwanaście tysięcy złotych, płatność w ciągu czternastu dni, dziękujemy",
    "pl",
  ],
  [
    "iso-8859-2",
    "Zażółć gęślą jaźń",
    "Faktura za dostawę papieru i artykułów biurowych, łącznie dwanaście tysięcy złotych, płatność w ciągu czternastu dni, dziękujemy",
    "pl",
  ],
  [
    "windows-1250",
    "Příliš žluťoučký kůň",
    "Faktura za dodávku papíru a kancelářských potřeb, celkem dvanáct tisíc korun, splatnost čtrnáct dnů, děkujeme",
    "cs",
  ],
  [
    "windows-1254",
    "Fatura bedeli",
    "Kağıt ve kırtasiye malzemesi için fatura, toplam on iki bin lira, ödeme süresi on dört gün, teşekkür ederiz",
    "tr",
  ],
  ["shift_jis", "請求書", "請求書の合計金額は一万二千円です。お支払い期限は三月末日までとなります。", "ja"],
  ["euc-jp", "請求書の合計", "請求書の合計金額は一万二千円です。お支払い期限は三月末日までとなります。", "ja"],
  ["iso-2022-jp", "請求書", "請求書の合計金額は一万二千円です。お支払い期限は三月末日までとなります。", "ja"],
  ["euc-kr", "청구서 합계", "청구서 합계 금액은 일만 이천 원입니다. 지급 기한은 삼월 말일까지입니다.", "ko"],
  ["gbk", "合同总金额", "本合同由甲乙双方于二零二六年三月签订，总金额为人民币一万二千元整，自签字之日起生效。", "zh"],
  ["big5", "發票總金額", "本合約由雙方於二零二六年三月簽訂，總金額為新台幣一萬二千元整，自簽字之日起生效。", "zh"],
  ["utf-16le", "Grüße aus Köln", "Straßenreinigungsgebühr für Müller & Söhne", "de"],
  ["utf-16be", "Grüße aus Köln", "Straßenreinigungsgebühr für Müller & Söhne", "de"],
  ["utf-16le", "Счёт на оплату", "Счёт на оплату за поставку бумаги", "ru"],
  ["utf-16be", "請求書 12 円", "請求書の合計金額は一万二千円です。お支払い期限は 12 日", "ja"],
];

/** The text in its charset. ISO-2022-JP is EUC-JP with seven bits and escape sequences. */
function written(text: string, charset: string): Buffer {
  if (charset !== "iso-2022-jp") return iconv.encode(text, charset, { addBOM: false });
  return Buffer.from(
    text.replace(/[^\0-\x7f]+/g, (part) => {
      const bytes = Array.from(iconv.encode(part, "euc-jp"), (byte) => String.fromCharCode(byte & 0x7f));
      return `\x1b$B${bytes.join("")}\x1b(B`;
    }),
    "latin1",
  );
}

const mail = (head: (string | Buffer)[], type: string, body: string | Buffer = "x"): Buffer =>
  Buffer.concat(
    ["From: a@example.org\r\nSubject: ", ...head, `\r\nContent-Type: ${type}\r\n\r\n`, body].map((part) =>
      typeof part === "string" ? Buffer.from(part) : part,
    ),
  );
const word = (charset: string, bytes: Buffer): string => `=?${charset}?B?${bytes.toString("base64")}?=`;

describe.each(TEXTS.flatMap(([charset, short, long]) => [[charset, short] as const, [charset, long] as const]))(
  "%s: %s",
  (charset, text) => {
    const bytes = written(text, charset);
    const page = text.replaceAll("\u00a0", " ");

    it("is found in text and tables, which are told to be such", async () => {
      expect((await pagesOf("txt", bytes)).join("")).toContain(page);
      expect((await pagesOf("csv", written(`a;b\n${text};12\n`, charset))).join("")).toContain(page);
      expect(await acceptedType(bytes, "a.txt")).toBe("text/plain");
    });

    // Web pages and mails in it say so.
    if (charset.startsWith("utf-16")) return;
    it("is found in pages and mails, whatever they say", async () => {
      for (const meta of ["", '<meta charset="utf-8">', '<meta charset="no-such">'])
        expect(await pagesOf("html", written(`<html>${meta}<p>${text.replace("&", "&amp;")}`, charset))).toEqual([
          page,
        ]);
      for (const file of [
        mail(["x"], "text/plain", bytes),
        mail(["x"], "text/plain; charset=utf-8", bytes),
        mail([bytes], "text/plain"),
        mail([word("utf-8", bytes)], "text/plain"),
        mail([word(charset, bytes)], "text/plain"),
        // Programs cut characters in two.
        ...(charset === "iso-2022-jp"
          ? []
          : [mail([word(charset, bytes.subarray(0, 3)), " ", word(charset, bytes.subarray(3))], "text/plain")]),
      ]) {
        const read = (await pagesOf("eml", file)).join("");
        expect(read).toContain(page);
        expect(read).not.toContain("\uFFFD");
      }
    });
  },
);

it.each([
  ["ja", ["請求書", "領収書", "東京都港区", "株式会社", "ありがとうございます", "見積書\n合計", "会議資料"]],
  ["zh", ["合同", "发票", "北京市海淀区", "付款通知", "总金额一万元", "租赁协议", "合約書", "台北市", "總金額"]],
  ["ko", ["계약서", "영수증", "안녕하세요", "서울시", "지급 기한은 삼월", "보고서"]],
])("finds short texts in UTF-16 without a mark, in %s", async (_, texts) => {
  for (const text of texts)
    for (const charset of ["utf-16le", "utf-16be"]) {
      const bytes = iconv.encode(text, charset, { addBOM: false });
      expect(await acceptedType(bytes, "a.txt")).toBe("text/plain");
      expect(await pagesOf("txt", bytes), charset).toEqual([text]);
    }
});

it.each([
  ["cp857", "Tarih;Açıklama;Tutar\n01.03.2026;Kira ödemesi İstanbul Şişli;12,50"],
  ["cp737", "Ημερομηνία;Περιγραφή\n01/03/2026;Ενοίκιο Μαρτίου"],
  ["cp862", "תאריך;תיאור\n01/03/2026;שכר דירה לחודש מרץ"],
  ["maccyrillic", "Уважаемый клиент! Ваш счёт за март оплачен. Спасибо."],
  ["shift_jis", "20260301,ﾌﾘｺﾐ ｶ)ﾔﾏﾀﾞｼﾖｳｼﾞ,50000\n20260302,ﾃﾞﾝｷﾀﾞｲ,8000"],
  ["windows-1252", "Summe: 5 €"],
  ["windows-1252", "€ 1,250.00\n€ 3.00"],
  ["iso-8859-15", "Cœur à prix réduit : 5 € pour l'œuvre"],
])("finds %s in a table or a note of one kind of sign", async (charset, text) => {
  expect((await pagesOf("txt", iconv.encode(text, charset))).join("\n")).toBe(text);
});

it("takes zeros that fill up fields for no UTF-16", async () => {
  const fields = Buffer.from("id,name\n1,Ada\0\0\0\n2,Bob\0\0\0\0\n", "latin1");
  await expect(acceptedType(fields, "a.csv")).rejects.toMatchObject({ code: "unsupported_type" });
});
