import type { DocumentType } from "../../../_shared/metadata.ts";

/** The sentence that describes a document, in one language. Each part is left out where its value is unknown. */
export type SummaryWords = {
  locale: string;
  types: Partial<Record<DocumentType, string>>;
  /** What any other document is called. */
  document: string;
  from: (name: string) => string;
  dated: (date: string) => string;
  over: (amount: string) => string;
  between: (one: string, other: string) => string;
  about: (subject: string) => string;
  /** What an archive, a table or a calendar holds, by names that commas part. */
  archive: (names: string) => string;
  table: (names: string) => string;
  calendar: (names: string) => string;
  noText: string;
};

/** In the order of a row below. */
const TYPES = [
  "invoice", "receipt", "credit-note", "quote", "order", "delivery-note", "bank-statement", "payslip", "tax", "insurance",
  "contract", "letter", "report", "minutes", "manual", "article", "form", "certificate", "cv", "ticket",
] as const satisfies readonly DocumentType[];

/** What a language says: plain words, of which `wordsOf` makes the sentence's parts. */
type Row = {
  locale: string;
  document: string;
  /** In the order of TYPES. */
  types: string;
  /** What stands before a sender, a date and an amount, and what stands before and between two parties. */
  parts: readonly [from: string, dated: string, over: string, between: string, and: string];
  /** What stands before a sender that begins with a vowel, where that is something else. */
  fromVowel?: string;
  /** What stands before a subject, where that is not ": ". */
  about?: string;
  /** % is where the names go. */
  archive: string;
  table: string;
  calendar: string;
  noText: string;
};

/**
 * One entry a language, ISO 639-1. In languages that would change the ending of a name, names are put behind a label, which leaves
 * them as they are.
 */
const ROWS: Record<string, Row> = {
  en: {
    locale: "en-GB", document: "Document",
    types: "Invoice, Receipt, Credit note, Quote, Order, Delivery note, Bank statement, Payslip, Tax document, Insurance document, Contract, Letter, Report, Minutes, Manual, Article, Form, Certificate, CV, Ticket",
    parts: [" from ", " dated ", " over ", " between ", " and "],
    archive: "Archive (files: %)", table: "Table (columns: %)", calendar: "Calendar (entries: %)", noText: "No text was found in this document.",
  },
  de: {
    locale: "de-DE", document: "Dokument",
    types: "Rechnung, Kassenbeleg, Gutschrift, Angebot, Bestellung, Lieferschein, Kontoauszug, Gehaltsabrechnung, Steuerunterlage, Versicherungsunterlage, Vertrag, Brief, Bericht, Protokoll, Handbuch, Artikel, Formular, Bescheinigung, Lebenslauf, Ticket",
    parts: [" von ", " vom ", " über ", " zwischen ", " und "],
    archive: "Archiv (Dateien: %)", table: "Tabelle (Spalten: %)", calendar: "Kalender (Termine: %)", noText: "In diesem Dokument wurde kein Text gefunden.",
  },
  fr: {
    locale: "fr-FR", document: "Document",
    types: "Facture, Ticket de caisse, Avoir, Devis, Commande, Bon de livraison, Relevé de compte, Bulletin de paie, Document fiscal, Document d'assurance, Contrat, Lettre, Rapport, Compte rendu, Mode d'emploi, Article, Formulaire, Attestation, CV, Billet",
    parts: [" de ", " du ", " d'un montant de ", " entre ", " et "],
    fromVowel: " d'", about: " : ",
    archive: "Archive (fichiers : %)", table: "Tableau (colonnes : %)", calendar: "Calendrier (rendez-vous : %)", noText: "Aucun texte n'a été trouvé dans ce document.",
  },
  es: {
    locale: "es-ES", document: "Documento",
    types: "Factura, Recibo, Nota de crédito, Presupuesto, Pedido, Albarán, Extracto bancario, Nómina, Documento fiscal, Documento de seguro, Contrato, Carta, Informe, Acta, Manual, Artículo, Formulario, Certificado, Currículum, Billete",
    parts: [" de ", " del ", " por ", " entre ", " y "],
    archive: "Archivo comprimido (archivos: %)", table: "Tabla (columnas: %)", calendar: "Calendario (citas: %)", noText: "No se ha encontrado texto en este documento.",
  },
  ms: {
    locale: "ms-MY", document: "Dokumen",
    types: "Invois, Resit, Nota kredit, Sebut harga, Pesanan, Nota penghantaran, Penyata bank, Slip gaji, Dokumen cukai, Dokumen insurans, Perjanjian, Surat, Laporan, Minit mesyuarat, Manual, Artikel, Borang, Sijil, Resume, Tiket",
    parts: [" daripada ", " bertarikh ", " berjumlah ", " antara ", " dan "],
    archive: "Arkib (fail: %)", table: "Jadual (lajur: %)", calendar: "Kalendar (catatan: %)", noText: "Tiada teks dijumpai dalam dokumen ini.",
  },
  it: {
    locale: "it-IT", document: "Documento",
    types: "Fattura, Scontrino, Nota di credito, Preventivo, Ordine, Documento di trasporto, Estratto conto, Busta paga, Documento fiscale, Documento assicurativo, Contratto, Lettera, Relazione, Verbale, Manuale, Articolo, Modulo, Certificato, Curriculum vitae, Biglietto",
    parts: [" di ", " del ", " per ", " tra ", " e "],
    archive: "Archivio (file: %)", table: "Tabella (colonne: %)", calendar: "Calendario (voci: %)", noText: "In questo documento non è stato trovato alcun testo.",
  },
  pt: {
    locale: "pt-PT", document: "Documento",
    types: "Fatura, Recibo, Nota de crédito, Orçamento, Encomenda, Guia de remessa, Extrato bancário, Recibo de vencimento, Documento fiscal, Documento de seguro, Contrato, Carta, Relatório, Ata, Manual, Artigo, Formulário, Certificado, Curriculum vitae, Bilhete",
    parts: [" de ", " de ", " no valor de ", " entre ", " e "],
    archive: "Arquivo (ficheiros: %)", table: "Tabela (colunas: %)", calendar: "Calendário (entradas: %)", noText: "Não foi encontrado texto neste documento.",
  },
  nl: {
    locale: "nl-NL", document: "Document",
    types: "Factuur, Kassabon, Creditnota, Offerte, Bestelling, Pakbon, Bankafschrift, Loonstrook, Belastingdocument, Verzekeringsdocument, Contract, Brief, Verslag, Notulen, Handleiding, Artikel, Formulier, Certificaat, Curriculum vitae, Ticket",
    parts: [" van ", " van ", " over ", " tussen ", " en "],
    archive: "Archief (bestanden: %)", table: "Tabel (kolommen: %)", calendar: "Agenda (items: %)", noText: "In dit document is geen tekst gevonden.",
  },
  pl: {
    locale: "pl-PL", document: "Dokument",
    types: "Faktura, Paragon, Faktura korygująca, Oferta, Zamówienie, Dowód dostawy, Wyciąg bankowy, Pasek wynagrodzenia, Dokument podatkowy, Dokument ubezpieczenia, Umowa, List, Sprawozdanie, Protokół, Instrukcja, Artykuł, Formularz, Zaświadczenie, Życiorys, Bilet",
    parts: [", wystawca: ", ", data: ", ", kwota: ", ", strony: ", " i "],
    archive: "Archiwum (pliki: %)", table: "Tabela (kolumny: %)", calendar: "Kalendarz (wpisy: %)", noText: "W tym dokumencie nie znaleziono tekstu.",
  },
  cs: {
    locale: "cs-CZ", document: "Dokument",
    types: "Faktura, Účtenka, Dobropis, Cenová nabídka, Objednávka, Dodací list, Výpis z účtu, Výplatní páska, Daňový dokument, Pojistný dokument, Smlouva, Dopis, Zpráva, Zápis, Návod, Článek, Formulář, Potvrzení, Životopis, Lístek",
    parts: [", vystavil: ", ", datum: ", ", částka: ", ", strany: ", " a "],
    archive: "Archiv (soubory: %)", table: "Tabulka (sloupce: %)", calendar: "Kalendář (položky: %)", noText: "V tomto dokumentu nebyl nalezen žádný text.",
  },
  sk: {
    locale: "sk-SK", document: "Dokument",
    types: "Faktúra, Pokladničný doklad, Dobropis, Cenová ponuka, Objednávka, Dodací list, Výpis z účtu, Výplatná páska, Daňový dokument, Poistný dokument, Zmluva, List, Správa, Zápisnica, Návod, Článok, Formulár, Potvrdenie, Životopis, Lístok",
    parts: [", vystavil: ", ", dátum: ", ", suma: ", ", strany: ", " a "],
    archive: "Archív (súbory: %)", table: "Tabuľka (stĺpce: %)", calendar: "Kalendár (položky: %)", noText: "V tomto dokumente sa nenašiel žiadny text.",
  },
  sv: {
    locale: "sv-SE", document: "Dokument",
    types: "Faktura, Kvitto, Kreditfaktura, Offert, Beställning, Följesedel, Kontoutdrag, Lönespecifikation, Skattehandling, Försäkringshandling, Avtal, Brev, Rapport, Protokoll, Bruksanvisning, Artikel, Blankett, Intyg, Meritförteckning, Biljett",
    parts: [" från ", " den ", " på ", " mellan ", " och "],
    archive: "Arkiv (filer: %)", table: "Tabell (kolumner: %)", calendar: "Kalender (poster: %)", noText: "Ingen text hittades i det här dokumentet.",
  },
  da: {
    locale: "da-DK", document: "Dokument",
    types: "Faktura, Kvittering, Kreditnota, Tilbud, Ordre, Følgeseddel, Kontoudtog, Lønseddel, Skattedokument, Forsikringsdokument, Kontrakt, Brev, Rapport, Referat, Brugsanvisning, Artikel, Blanket, Attest, CV, Billet",
    parts: [" fra ", " af ", " på ", " mellem ", " og "],
    archive: "Arkiv (filer: %)", table: "Tabel (kolonner: %)", calendar: "Kalender (poster: %)", noText: "Der blev ikke fundet tekst i dette dokument.",
  },
  no: {
    locale: "nb-NO", document: "Dokument",
    types: "Faktura, Kvittering, Kreditnota, Tilbud, Bestilling, Følgeseddel, Kontoutskrift, Lønnsslipp, Skattedokument, Forsikringsdokument, Kontrakt, Brev, Rapport, Protokoll, Bruksanvisning, Artikkel, Skjema, Attest, CV, Billett",
    parts: [" fra ", " av ", " på ", " mellom ", " og "],
    archive: "Arkiv (filer: %)", table: "Tabell (kolonner: %)", calendar: "Kalender (oppføringer: %)", noText: "Det ble ikke funnet tekst i dette dokumentet.",
  },
  fi: {
    locale: "fi-FI", document: "Asiakirja",
    types: "Lasku, Kuitti, Hyvityslasku, Tarjous, Tilaus, Lähete, Tiliote, Palkkalaskelma, Veroasiakirja, Vakuutusasiakirja, Sopimus, Kirje, Raportti, Pöytäkirja, Käyttöohje, Artikkeli, Lomake, Todistus, Ansioluettelo, Lippu",
    parts: [", lähettäjä: ", ", päiväys: ", ", summa: ", ", osapuolet: ", " ja "],
    archive: "Arkisto (tiedostot: %)", table: "Taulukko (sarakkeet: %)", calendar: "Kalenteri (merkinnät: %)", noText: "Tästä asiakirjasta ei löytynyt tekstiä.",
  },
  hu: {
    locale: "hu-HU", document: "Dokumentum",
    types: "Számla, Nyugta, Jóváíró számla, Árajánlat, Megrendelés, Szállítólevél, Számlakivonat, Bérjegyzék, Adóügyi dokumentum, Biztosítási dokumentum, Szerződés, Levél, Jelentés, Jegyzőkönyv, Használati útmutató, Cikk, Űrlap, Igazolás, Önéletrajz, Jegy",
    parts: [", kiállító: ", ", kelt: ", ", összeg: ", ", felek: ", " és "],
    archive: "Archívum (fájlok: %)", table: "Táblázat (oszlopok: %)", calendar: "Naptár (bejegyzések: %)", noText: "Ebben a dokumentumban nem található szöveg.",
  },
  ro: {
    locale: "ro-RO", document: "Document",
    types: "Factură, Bon fiscal, Notă de credit, Ofertă, Comandă, Aviz de însoțire, Extras de cont, Fluturaș de salariu, Document fiscal, Document de asigurare, Contract, Scrisoare, Raport, Proces-verbal, Manual, Articol, Formular, Adeverință, Curriculum vitae, Bilet",
    parts: [" de la ", " din ", " în valoare de ", " între ", " și "],
    archive: "Arhivă (fișiere: %)", table: "Tabel (coloane: %)", calendar: "Calendar (intrări: %)", noText: "În acest document nu s-a găsit text.",
  },
  tr: {
    locale: "tr-TR", document: "Belge",
    types: "Fatura, Fiş, İade faturası, Teklif, Sipariş, İrsaliye, Hesap özeti, Maaş bordrosu, Vergi belgesi, Sigorta belgesi, Sözleşme, Mektup, Rapor, Tutanak, Kullanım kılavuzu, Makale, Form, Belge, Özgeçmiş, Bilet",
    parts: [", düzenleyen: ", ", tarih: ", ", tutar: ", ", taraflar: ", " ve "],
    archive: "Arşiv (dosyalar: %)", table: "Tablo (sütunlar: %)", calendar: "Takvim (kayıtlar: %)", noText: "Bu belgede metin bulunamadı.",
  },
  el: {
    locale: "el-GR", document: "Έγγραφο",
    types: "Τιμολόγιο, Απόδειξη, Πιστωτικό τιμολόγιο, Προσφορά, Παραγγελία, Δελτίο αποστολής, Κίνηση λογαριασμού, Απόδειξη μισθοδοσίας, Φορολογικό έγγραφο, Ασφαλιστικό έγγραφο, Σύμβαση, Επιστολή, Έκθεση, Πρακτικά, Οδηγίες χρήσης, Άρθρο, Έντυπο, Βεβαίωση, Βιογραφικό σημείωμα, Εισιτήριο",
    parts: [", εκδότης: ", ", ημερομηνία: ", ", ποσό: ", ", μέρη: ", " και "],
    archive: "Αρχείο zip (αρχεία: %)", table: "Πίνακας (στήλες: %)", calendar: "Ημερολόγιο (καταχωρίσεις: %)", noText: "Δεν βρέθηκε κείμενο σε αυτό το έγγραφο.",
  },
  ru: {
    locale: "ru-RU", document: "Документ",
    types: "Счёт, Чек, Корректировочный счёт, Коммерческое предложение, Заказ, Накладная, Выписка по счёту, Расчётный лист, Налоговый документ, Страховой документ, Договор, Письмо, Отчёт, Протокол, Инструкция, Статья, Бланк, Справка, Резюме, Билет",
    parts: [", отправитель: ", ", дата: ", ", сумма: ", ", стороны: ", " и "],
    archive: "Архив (файлы: %)", table: "Таблица (столбцы: %)", calendar: "Календарь (записи: %)", noText: "В этом документе не найдено текста.",
  },
  uk: {
    locale: "uk-UA", document: "Документ",
    types: "Рахунок, Чек, Коригувальний рахунок, Комерційна пропозиція, Замовлення, Накладна, Виписка з рахунку, Розрахунковий лист, Податковий документ, Страховий документ, Договір, Лист, Звіт, Протокол, Інструкція, Стаття, Бланк, Довідка, Резюме, Квиток",
    parts: [", відправник: ", ", дата: ", ", сума: ", ", сторони: ", " та "],
    archive: "Архів (файли: %)", table: "Таблиця (стовпці: %)", calendar: "Календар (записи: %)", noText: "У цьому документі не знайдено тексту.",
  },
  ja: {
    locale: "ja-JP", document: "文書",
    types: "請求書, 領収書, 返金伝票, 見積書, 注文書, 納品書, 取引明細書, 給与明細書, 税務書類, 保険書類, 契約書, 手紙, 報告書, 議事録, 取扱説明書, 記事, 用紙, 証明書, 履歴書, 乗車券・入場券",
    parts: ["、発行者：", "、日付：", "、金額：", "、当事者：", "・"],
    archive: "アーカイブ（ファイル：%）", table: "表（列：%）", calendar: "カレンダー（予定：%）", noText: "この文書には文字が見つかりませんでした。",
  },
  zh: {
    locale: "zh-CN", document: "文件",
    types: "发票, 收据, 红字发票, 报价单, 订单, 送货单, 银行对账单, 工资单, 税务文件, 保险文件, 合同, 信函, 报告, 会议纪要, 说明书, 文章, 表格, 证明, 简历, 票",
    parts: ["，开具方：", "，日期：", "，金额：", "，双方：", "、"],
    archive: "压缩包（文件：%）", table: "表格（列：%）", calendar: "日历（事项：%）", noText: "此文件中未找到文字。",
  },
  ko: {
    locale: "ko-KR", document: "문서",
    types: "청구서, 영수증, 환불 전표, 견적서, 주문서, 납품서, 거래내역서, 급여명세서, 세금 서류, 보험 서류, 계약서, 편지, 보고서, 회의록, 설명서, 기사, 양식, 증명서, 이력서, 표",
    parts: [", 발행처: ", ", 날짜: ", ", 금액: ", ", 당사자: ", ", "],
    archive: "압축 파일 (파일: %)", table: "표 (열: %)", calendar: "일정 (항목: %)", noText: "이 문서에서 글자를 찾지 못했습니다.",
  },
  ar: {
    locale: "ar-u-nu-latn", document: "مستند",
    types: "فاتورة, إيصال, إشعار دائن, عرض سعر, طلب, إذن تسليم, كشف حساب, قسيمة راتب, مستند ضريبي, وثيقة تأمين, عقد, رسالة, تقرير, محضر, دليل استخدام, مقال, نموذج, شهادة, سيرة ذاتية, تذكرة",
    parts: ["، الجهة: ", "، التاريخ: ", "، المبلغ: ", "، الطرفان: ", " و"],
    archive: "أرشيف (الملفات: %)", table: "جدول (الأعمدة: %)", calendar: "تقويم (المواعيد: %)", noText: "لم يُعثر على نص في هذا المستند.",
  },
  he: {
    locale: "he-IL", document: "מסמך",
    types: "חשבונית, קבלה, חשבונית זיכוי, הצעת מחיר, הזמנה, תעודת משלוח, דף חשבון, תלוש שכר, מסמך מס, מסמך ביטוח, חוזה, מכתב, דוח, פרוטוקול, מדריך, מאמר, טופס, אישור, קורות חיים, כרטיס",
    parts: [", מאת: ", ", תאריך: ", ", סכום: ", ", הצדדים: ", " ו"],
    archive: "ארכיון (קבצים: %)", table: "טבלה (עמודות: %)", calendar: "יומן (רשומות: %)", noText: "לא נמצא טקסט במסמך זה.",
  },
};

export const SUMMARIES: Record<string, SummaryWords> = Object.fromEntries(
  Object.entries(ROWS).map(([language, row]) => [language, wordsOf(row)]),
);

function wordsOf({ parts: [from, dated, over, between, and], fromVowel = from, about = ": ", ...row }: Row): SummaryWords {
  const names = row.types.split(", ");
  const put = (text: string) => (names: string) => text.replace("%", () => names);
  return {
    locale: row.locale,
    document: row.document,
    noText: row.noText,
    types: Object.fromEntries(TYPES.map((type, index) => [type, names[index]!])),
    from: (name) => (/^[aeiouyàâéèêëîïôûœ]/iu.test(name) ? fromVowel : from) + name,
    dated: (date) => dated + date,
    over: (amount) => over + amount,
    between: (one, other) => between + one + and + other,
    about: (subject) => about + subject,
    archive: put(row.archive),
    table: put(row.table),
    calendar: put(row.calendar),
  };
}
