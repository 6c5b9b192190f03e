import { keyOf } from "../text/text.ts";

/** What mail programs put before the parts of a mail's head, as people write them, parted by commas. */
const LABELS = {
  from: "from, von, de, da, van, od, från, fra, lähettäjä, feladó, de la, kimden, από, от, від, 差出人, 发件人, 寄件者, 보낸 사람, من, מאת",
  date: "date, sent, datum, gesendet, envoyé, envoyé le, date d'envoi, enviado, enviado el, fecha, inviato, data, verzonden, wysłano, odesláno, odoslané, skickat, sendt, lähetetty, küldve, elküldve, trimis, gönderilme, gönderme tarihi, tarih, ημερομηνία, στάλθηκε, дата, отправлено, надіслано, 日時, 送信日時, 发送时间, 日期, 보낸 날짜, 날짜, تاريخ الإرسال, التاريخ, נשלח, תאריך",
  to: "to, an, à, a, para, per, aan, do, komu, dla, till, til, vastaanottaja, címzett, către, kime, προς, кому, 宛先, 收件人, 받는 사람, إلى, אל",
  subject:
    "subject, betreff, objet, asunto, oggetto, assunto, onderwerp, temat, předmět, predmet, ämne, emne, aihe, tárgy, subiect, konu, θέμα, тема, 件名, 主题, 主旨, 제목, الموضوع, נושא",
  others: "cc, bcc, kopie, copie, kopia, kópia, attachments, anlagen, anhänge, pièces jointes, reply-to",
} as const;

export type MailLabel = keyof typeof LABELS;

const KNOWN = new Map<string, Set<MailLabel>>();
for (const [part, names] of Object.entries(LABELS) as [MailLabel, string][])
  for (const name of names.split(", ")) {
    const key = keyOf(name).trim();
    KNOWN.set(key, (KNOWN.get(key) ?? new Set()).add(part));
  }

/** What parts of a mail's head a label may stand before; none where it is no such label. */
export const mailParts = (label: string): ReadonlySet<MailLabel> => KNOWN.get(keyOf(label).trim()) ?? NONE;

const NONE: ReadonlySet<MailLabel> = new Set();

/** "1 message", "3 Nachrichten": how Google's printed mails count what follows. */
export const COUNTED_MAILS =
  /^\d{1,3} (?:messages?|nachricht(?:en)?|mensajes?|messagg[io]|mensage(?:m|ns)|bericht(?:en)?|wiadomo(?:ść|ści)|zpráv[ay]?|meddelanden?|besked(?:er)?|viesti(?:ä)?)$/iu;
