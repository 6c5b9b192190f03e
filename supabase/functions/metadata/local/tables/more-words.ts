import type { DocumentType } from "../../../_shared/metadata.ts";
import { keyOf } from "../text/text.ts";

/** Phrases as people write them, parted by commas: case and accents do not matter. */
type Phrases = string;

/** What the rules look for in a language, beside the words of the tables in this folder. One entry a language, one shape. */
type Words = {
  /** What a document calls itself. */
  names: Partial<Record<Exclude<DocumentType, "other">, Phrases>>;
  /** Labels of the date that a document bears, and of dates that are not its own. */
  dated: Phrases;
  otherDates: Phrases;
  plainDates: Phrases;
  /** Labels of the sum: what is to be paid; the total with tax; a bare total; a subtotal. */
  toPay: Phrases;
  totals: Phrases;
  total: Phrases;
  subtotal: Phrases;
  /** Other lines of a sum: tax, discount, cash, change. */
  otherSums: Phrases;
  notTheTotal: Phrases;
  salutations: Phrases;
  closings: Phrases;
  subjects: Phrases;
  issuers: Phrases;
  recipients: Phrases;
};

const WORDS: Readonly<Record<string, Words>> = {
  pl: {
    names: { invoice: "faktura, faktura vat, rachunek", receipt: "paragon fiskalny, paragon", "credit-note": "faktura korygująca, korekta faktury, nota uznaniowa", quote: "oferta, oferta cenowa, wycena", order: "zamówienie, potwierdzenie zamówienia", "delivery-note": "list przewozowy, dowód dostawy, dokument wz", "bank-statement": "wyciąg bankowy, wyciąg z rachunku", payslip: "pasek wynagrodzeń, lista płac", contract: "umowa najmu, umowa o pracę, umowa zlecenia", report: "sprawozdanie", minutes: "protokół z zebrania", manual: "instrukcja obsługi", certificate: "zaświadczenie, świadectwo", insurance: "polisa ubezpieczeniowa, polisa", ticket: "bilet" },
    dated: "data wystawienia, data faktury, data sprzedaży i wystawienia, data dokumentu, wystawiono dnia, wystawiono", otherDates: "termin płatności, data płatności, data sprzedaży, data dostawy, data urodzenia, ważny do, ważna do, do dnia, płatne do", plainDates: "dnia",
    toPay: "do zapłaty, razem do zapłaty, kwota do zapłaty, należność ogółem", totals: "wartość brutto, suma brutto, razem brutto, kwota brutto, suma pln", total: "razem, suma, ogółem", subtotal: "suma częściowa",
    otherSums: "stawka vat, kwota vat, reszta, gotówka, rabat, karta płatnicza", notTheTotal: "wartość netto, razem netto, suma netto, kwota netto, suma ptu, zapłacono",
    salutations: "szanowny panie, szanowna pani, szanowni państwo", closings: "z poważaniem, z wyrazami szacunku, pozdrawiam", subjects: "dotyczy, temat", issuers: "sprzedawca, wystawca, wystawca faktury, usługodawca, nadawca", recipients: "nabywca, odbiorca, kupujący, zamawiający, adresat, płatnik",
  },
  cs: {
    names: { invoice: "faktura, daňový doklad, faktura daňový doklad", receipt: "účtenka, pokladní doklad, paragon", "credit-note": "dobropis, opravný daňový doklad", quote: "nabídka, cenová nabídka", order: "objednávka, potvrzení objednávky", "delivery-note": "dodací list", "bank-statement": "výpis z účtu", payslip: "výplatní páska", contract: "smlouva, kupní smlouva, nájemní smlouva, pracovní smlouva", report: "výroční zpráva", minutes: "zápis z jednání, zápis ze schůze", manual: "návod k použití, návod k obsluze", certificate: "osvědčení, potvrzení", insurance: "pojistná smlouva, pojistka", ticket: "jízdenka, vstupenka" },
    dated: "datum vystavení, vystaveno dne, vystaveno, datum faktury", otherDates: "datum splatnosti, splatnost, splatné do, datum zdanitelného plnění, duzp, datum dodání, datum narození, platnost do", plainDates: "dne",
    toPay: "celkem k úhradě, k úhradě, částka k úhradě, k zaplacení, celkem k zaplacení", totals: "celkem s dph, celková částka, celková cena", total: "celkem, součet", subtotal: "mezisoučet",
    otherSums: "dph, sleva, hotovost, vráceno, zaokrouhlení, platební karta", notTheTotal: "základ daně, celkem bez dph, bez dph, celkem dph",
    salutations: "vážený pane, vážená paní, vážení, dobrý den", closings: "s pozdravem, s úctou, s přátelským pozdravem", subjects: "věc, předmět", issuers: "dodavatel, prodávající, vystavil, odesílatel, poskytovatel", recipients: "odběratel, kupující, příjemce, zákazník, adresát",
  },
  sk: {
    names: { invoice: "faktúra, daňový doklad", receipt: "pokladničný doklad, účtenka, blok", "credit-note": "dobropis, opravná faktúra", quote: "cenová ponuka", order: "objednávka, potvrdenie objednávky", "delivery-note": "dodací list", "bank-statement": "výpis z účtu", payslip: "výplatná páska", contract: "zmluva, kúpna zmluva, nájomná zmluva, pracovná zmluva", report: "výročná správa", minutes: "zápisnica", manual: "návod na použitie", certificate: "osvedčenie, potvrdenie", insurance: "poistná zmluva, poistka", ticket: "cestovný lístok, vstupenka" },
    dated: "dátum vystavenia, dátum vyhotovenia, vystavené dňa, vystavené", otherDates: "dátum splatnosti, splatnosť, dátum dodania, dátum narodenia, platnosť do", plainDates: "dátum, dňa",
    toPay: "spolu na úhradu, na úhradu, suma na úhradu, k úhrade, na zaplatenie", totals: "spolu s dph, celková suma, celkom s dph", total: "spolu, celkom", subtotal: "medzisúčet",
    otherSums: "dph, zľava, hotovosť, vrátené", notTheTotal: "základ dane, spolu bez dph, bez dph",
    salutations: "vážený pán, vážená pani, vážení", closings: "s pozdravom, s úctou", subjects: "vec, predmet", issuers: "dodávateľ, predávajúci, odosielateľ, vystavil", recipients: "odberateľ, kupujúci, príjemca, zákazník",
  },
  sv: {
    names: { invoice: "faktura, samlingsfaktura", receipt: "kvitto, kassakvitto", "credit-note": "kreditfaktura, kreditnota", quote: "offert", order: "orderbekräftelse, beställning", "delivery-note": "följesedel", "bank-statement": "kontoutdrag", payslip: "lönespecifikation, lönebesked", contract: "hyresavtal, anställningsavtal, hyreskontrakt, köpeavtal", report: "årsredovisning, årsrapport", minutes: "mötesprotokoll, styrelseprotokoll", manual: "bruksanvisning", certificate: "intyg, betyg", insurance: "försäkringsbrev, försäkringsbesked", ticket: "färdbiljett, biljett" },
    dated: "fakturadatum, utskriftsdatum, datum för utfärdande, kvittodatum, orderdatum och fakturadatum", otherDates: "förfallodatum, förfallodag, sista betalningsdag, leveransdatum, betalas senast, födelsedatum, giltig till, gäller till, oss tillhanda", plainDates: "datum, den",
    toPay: "att betala, belopp att betala, summa att betala, totalt att betala, att erlägga", totals: "totalt inkl moms, summa inkl moms, totalbelopp, fakturabelopp", total: "totalt, summa, total", subtotal: "delsumma",
    otherSums: "moms, rabatt, öresavrundning, avrundning, kontant, växel, kortbetalning, bankkort", notTheTotal: "summa exkl moms, totalt exkl moms, exkl moms, varav moms, moms totalt, netto",
    salutations: "hej, bästa, kära", closings: "med vänlig hälsning, med vänliga hälsningar, vänliga hälsningar", subjects: "ämne, angående", issuers: "säljare, leverantör, avsändare, utfärdare", recipients: "köpare, kund, mottagare, fakturaadress, leveransadress",
  },
  da: {
    names: { invoice: "faktura, regning", receipt: "kvittering, kassebon", "credit-note": "kreditnota, kreditfaktura", quote: "tilbud", order: "ordrebekræftelse, bestilling", "delivery-note": "følgeseddel", "bank-statement": "kontoudtog, kontoudskrift", payslip: "lønseddel, lønspecifikation", contract: "lejekontrakt, ansættelseskontrakt, købsaftale", report: "årsrapport", minutes: "mødereferat, referat af møde", manual: "brugsanvisning, brugervejledning", certificate: "attest, bevis", insurance: "forsikringspolice", ticket: "billet" },
    dated: "fakturadato, udstedelsesdato, udstedt den, bilagsdato", otherDates: "forfaldsdato, betalingsfrist, sidste rettidige betalingsdato, betales senest, leveringsdato, fødselsdato, gyldig til", plainDates: "dato, den",
    toPay: "at betale, beløb at betale, til betaling, i alt at betale", totals: "i alt inkl moms, total inkl moms, beløb i alt, samlet beløb, fakturabeløb, i alt dkk, total dkk", total: "i alt, ialt, total", subtotal: "subtotal, delsum",
    otherSums: "moms, rabat, kontant, byttepenge, afrunding, dankort", notTheTotal: "i alt ekskl moms, ekskl moms, heraf moms, moms i alt, netto",
    salutations: "kære", closings: "med venlig hilsen, venlig hilsen, mange hilsner", subjects: "emne, vedrørende, vedr", issuers: "sælger, leverandør, afsender, udsteder", recipients: "køber, kunde, modtager, faktureres til, leveringsadresse",
  },
  no: {
    names: { invoice: "faktura, regning", receipt: "kvittering, salgskvittering", "credit-note": "kreditnota, kreditfaktura", quote: "tilbud, pristilbud", order: "ordrebekreftelse, bestilling", "delivery-note": "pakkseddel, følgeseddel", "bank-statement": "kontoutskrift, kontoutdrag", payslip: "lønnsslipp", contract: "leiekontrakt, husleiekontrakt, arbeidsavtale, kjøpekontrakt", report: "årsrapport, årsberetning", minutes: "møtereferat", manual: "bruksanvisning, brukerveiledning", certificate: "attest, vitnemål", insurance: "forsikringsbevis, forsikringspolise", ticket: "billett" },
    dated: "fakturadato, utstedelsesdato, utstedt", otherDates: "forfallsdato, forfall, betalingsfrist, betales innen, leveringsdato, fødselsdato, gyldig til", plainDates: "dato, den",
    toPay: "å betale, beløp å betale, til betaling, sum å betale, totalt å betale", totals: "sum inkl mva, totalt inkl mva, total inkl mva, totalbeløp, fakturabeløp", total: "totalt, sum, total", subtotal: "delsum",
    otherSums: "mva, rabatt, kontant, vekslepenger, avrunding, bankkort", notTheTotal: "sum eks mva, totalt eks mva, eks mva, herav mva, mva totalt, netto",
    salutations: "kjære", closings: "med vennlig hilsen, vennlig hilsen, hilsen", subjects: "emne, vedrørende", issuers: "selger, leverandør, avsender, utsteder", recipients: "kjøper, kunde, mottaker, fakturaadresse, leveringsadresse",
  },
  fi: {
    names: { invoice: "lasku", receipt: "kuitti, kassakuitti", "credit-note": "hyvityslasku", quote: "tarjous", order: "tilausvahvistus, tilaus", "delivery-note": "lähete, lähetyslista, rahtikirja", "bank-statement": "tiliote", payslip: "palkkalaskelma, palkkaerittely", contract: "vuokrasopimus, työsopimus, kauppakirja, sopimus", report: "vuosikertomus, toimintakertomus", minutes: "pöytäkirja, kokouspöytäkirja", manual: "käyttöohje", certificate: "todistus, työtodistus", insurance: "vakuutuskirja", ticket: "matkalippu, pääsylippu" },
    dated: "laskun päivämäärä, laskun päiväys, laskupäivä, laskun pvm, päiväys", otherDates: "eräpäivä, toimituspäivä, toimituspvm, syntymäaika, voimassa, maksettava viimeistään", plainDates: "päivämäärä, pvm, päivä",
    toPay: "maksettava, maksettavaa, maksettava yhteensä, laskun loppusumma, maksettava summa", totals: "yhteensä sis alv, loppusumma, verollinen yhteensä, yhteensä eur, laskun summa", total: "yhteensä, summa", subtotal: "välisumma",
    otherSums: "alv, alennus, käteinen, vaihtoraha, takaisin, pankkikortti", notTheTotal: "veroton, veroton yhteensä, yhteensä alv 0, alv yhteensä, vero yhteensä",
    salutations: "hyvä, arvoisa", closings: "ystävällisin terveisin, kunnioittavasti, terveisin", subjects: "aihe, asia", issuers: "myyjä, laskuttaja, toimittaja, lähettäjä", recipients: "ostaja, asiakas, vastaanottaja, laskutusosoite, toimitusosoite",
  },
  hu: {
    names: { invoice: "számla, díjbekérő", receipt: "nyugta, blokk", "credit-note": "jóváíró számla, helyesbítő számla, sztornó számla", quote: "árajánlat, ajánlat", order: "megrendelés, rendelés visszaigazolás", "delivery-note": "szállítólevél", "bank-statement": "számlakivonat, bankszámlakivonat", payslip: "bérjegyzék, bérlap", contract: "szerződés, bérleti szerződés, munkaszerződés, adásvételi szerződés", report: "éves beszámoló, éves jelentés", minutes: "jegyzőkönyv", manual: "használati útmutató", certificate: "igazolás, bizonyítvány", insurance: "biztosítási kötvény", ticket: "menetjegy, belépőjegy" },
    dated: "számla kelte, kelt, kiállítás dátuma, kiállítás kelte, számla dátuma, kiállítva", otherDates: "fizetési határidő, esedékesség, teljesítés dátuma, teljesítés időpontja, teljesítés kelte, szállítási határidő, születési idő, születési dátum, érvényes", plainDates: "dátum, kelte",
    toPay: "fizetendő, fizetendő összeg, fizetendő végösszeg, összesen fizetendő", totals: "bruttó összesen, bruttó végösszeg, végösszeg, bruttó összeg, számla összege", total: "összesen, mindösszesen, összeg", subtotal: "részösszeg",
    otherSums: "áfa, kedvezmény, készpénz, visszajáró, kerekítés, bankkártya", notTheTotal: "nettó összesen, nettó, nettó összeg, áfa összesen, áfa összege",
    salutations: "tisztelt, kedves", closings: "tisztelettel, üdvözlettel, szívélyes üdvözlettel", subjects: "tárgy", issuers: "eladó, szállító, kiállító, számlakibocsátó, feladó", recipients: "vevő, vásárló, megrendelő, címzett",
  },
  ro: {
    names: { invoice: "factură, factură fiscală", receipt: "bon fiscal, chitanță", "credit-note": "factură de stornare, notă de credit", quote: "ofertă, ofertă de preț, deviz", order: "comandă, confirmare comandă", "delivery-note": "aviz de însoțire a mărfii, aviz de însoțire", "bank-statement": "extras de cont", payslip: "fluturaș de salariu", contract: "contract de închiriere, contract de muncă, contract de vânzare", report: "raport anual, raport", minutes: "proces verbal, proces verbal al ședinței", manual: "manual de utilizare, instrucțiuni de utilizare", certificate: "adeverință, certificat", insurance: "poliță de asigurare", ticket: "bilet" },
    dated: "data facturii, data emiterii, data emiterii facturii, emisă la, data eliberării", otherDates: "data scadenței, scadență, scadentă la, termen de plată, data livrării, data nașterii, valabil până la", plainDates: "data, din",
    toPay: "total de plată, de plată, suma de plată, rest de plată", totals: "total factură, total cu tva, total general, valoare totală", total: "total, total lei, total ron", subtotal: "subtotal",
    otherSums: "tva, reducere, numerar, rest, card bancar", notTheTotal: "total fără tva, fără tva, total tva, valoare tva, bază de impozitare",
    salutations: "stimate, stimată, stimați, dragă", closings: "cu stimă, cu respect, cu considerație", subjects: "subiect, referitor la, obiect", issuers: "furnizor, vânzător, emitent, expeditor", recipients: "client, cumpărător, beneficiar, destinatar",
  },
  tr: {
    names: { invoice: "fatura, e fatura, e arşiv fatura, satış faturası", receipt: "fiş, yazar kasa fişi, satış fişi, makbuz", "credit-note": "iade faturası", quote: "fiyat teklifi, teklif", order: "sipariş onayı, satın alma siparişi", "delivery-note": "sevk irsaliyesi, irsaliye, e irsaliye", "bank-statement": "hesap özeti, hesap ekstresi", payslip: "maaş bordrosu, ücret bordrosu", contract: "sözleşme, kira sözleşmesi, iş sözleşmesi, satış sözleşmesi", report: "faaliyet raporu, yıllık rapor", minutes: "toplantı tutanağı", manual: "kullanım kılavuzu, kullanma kılavuzu", certificate: "sertifika, belge", insurance: "sigorta poliçesi", ticket: "bilet, uçuş kartı" },
    dated: "fatura tarihi, düzenleme tarihi, düzenlenme tarihi, belge tarihi, fiş tarihi", otherDates: "son ödeme tarihi, vade tarihi, vade, teslim tarihi, sevk tarihi, doğum tarihi, geçerlilik tarihi", plainDates: "tarih, tarihi",
    toPay: "ödenecek tutar, ödenecek toplam, ödenecek toplam tutar, ödenecek", totals: "vergiler dahil toplam tutar, vergiler dahil toplam, kdv dahil toplam, genel toplam, fatura tutarı", total: "toplam, toplam tutar", subtotal: "ara toplam",
    otherSums: "kdv, iskonto, indirim, nakit, para üstü, kredi kartı", notTheTotal: "mal hizmet toplam tutarı, kdv hariç, toplam kdv, kdv toplam, topkdv, hesaplanan kdv, toplam iskonto, matrah",
    salutations: "sayın, değerli", closings: "saygılarımla, saygılarımızla", subjects: "konu", issuers: "satıcı, düzenleyen, gönderen, tedarikçi", recipients: "alıcı, müşteri, sayın",
  },
  el: {
    names: { invoice: "τιμολόγιο, τιμολόγιο πώλησης, τιμολόγιο παροχής υπηρεσιών", receipt: "απόδειξη, απόδειξη λιανικής, απόδειξη είσπραξης, απόδειξη παροχής υπηρεσιών", "credit-note": "πιστωτικό τιμολόγιο", quote: "προσφορά", order: "παραγγελία, επιβεβαίωση παραγγελίας", "delivery-note": "δελτίο αποστολής", "bank-statement": "κίνηση λογαριασμού, αντίγραφο κίνησης λογαριασμού", payslip: "απόδειξη πληρωμής μισθού, εκκαθαριστικό μισθοδοσίας", contract: "σύμβαση, συμφωνητικό, ιδιωτικό συμφωνητικό, μισθωτήριο", report: "έκθεση, ετήσια έκθεση", minutes: "πρακτικά συνεδρίασης", manual: "οδηγίες χρήσης, εγχειρίδιο χρήσης", certificate: "πιστοποιητικό, βεβαίωση", insurance: "ασφαλιστήριο συμβόλαιο", ticket: "εισιτήριο" },
    dated: "ημερομηνία έκδοσης, ημ/νία έκδοσης, ημερομηνία τιμολογίου", otherDates: "ημερομηνία λήξης, λήξη πληρωμής, πληρωτέο έως, ημερομηνία παράδοσης, ημερομηνία γέννησης, ισχύει έως", plainDates: "ημερομηνία, ημ/νία",
    toPay: "πληρωτέο ποσό, πληρωτέο, τελικό πληρωτέο, ποσό πληρωμής, σύνολο πληρωμής", totals: "γενικό σύνολο, τελική αξία, συνολική αξία, συνολικό ποσό, σύνολο με φπα", total: "σύνολο", subtotal: "μερικό σύνολο, υποσύνολο",
    otherSums: "φπα, έκπτωση, μετρητά, ρέστα, κάρτα", notTheTotal: "καθαρή αξία, σύνολο χωρίς φπα, χωρίς φπα, σύνολο φπα, αξία φπα",
    salutations: "αγαπητέ, αγαπητή, αγαπητοί, αξιότιμε, αξιότιμη, αξιότιμοι", closings: "με εκτίμηση, φιλικά, με φιλικούς χαιρετισμούς", subjects: "θέμα", issuers: "εκδότης, πωλητής, προμηθευτής, αποστολέας", recipients: "πελάτης, αγοραστής, παραλήπτης",
  },
  ru: {
    names: { invoice: "счёт, счет на оплату, счёт фактура, счет фактура", receipt: "кассовый чек, чек, квитанция, товарный чек", "credit-note": "кредит нота, корректировочный счёт фактура", quote: "коммерческое предложение", order: "подтверждение заказа, заказ", "delivery-note": "товарная накладная, накладная, товарно транспортная накладная", "bank-statement": "выписка по счёту, банковская выписка, выписка со счета", payslip: "расчётный листок", contract: "договор, договор аренды, трудовой договор, договор купли продажи", report: "отчёт, годовой отчёт", minutes: "протокол, протокол собрания, протокол заседания", manual: "инструкция по эксплуатации, руководство пользователя", certificate: "справка, сертификат, свидетельство", insurance: "страховой полис, полис", ticket: "билет, посадочный талон" },
    dated: "дата выставления, дата счёта, дата выдачи, дата составления, выставлен, от", otherDates: "срок оплаты, оплатить до, дата оплаты, дата отгрузки, дата поставки, дата рождения, действителен до, годен до", plainDates: "дата, от",
    toPay: "к оплате, итого к оплате, всего к оплате, сумма к оплате", totals: "всего с ндс, итого с ндс, общая сумма", total: "итого, всего, сумма, итог", subtotal: "подытог, промежуточный итог",
    otherSums: "ндс, скидка, наличные, наличными, сдача, безналичными", notTheTotal: "итого без ндс, без ндс, сумма без ндс, в том числе ндс, сумма ндс",
    salutations: "уважаемый, уважаемая, уважаемые", closings: "с уважением, с наилучшими пожеланиями", subjects: "тема", issuers: "продавец, поставщик, исполнитель, отправитель", recipients: "покупатель, заказчик, получатель, плательщик, грузополучатель",
  },
  uk: {
    names: { invoice: "рахунок, рахунок фактура, рахунок на оплату, податкова накладна", receipt: "касовий чек, фіскальний чек, чек, квитанція", "credit-note": "кредит нота", quote: "комерційна пропозиція", order: "замовлення, підтвердження замовлення", "delivery-note": "видаткова накладна, товарна накладна", "bank-statement": "виписка по рахунку, банківська виписка", payslip: "розрахунковий лист", contract: "договір, договір оренди, трудовий договір", report: "звіт, річний звіт", minutes: "протокол, протокол зборів", manual: "інструкція з експлуатації, посібник користувача", certificate: "довідка, сертифікат, свідоцтво", insurance: "страховий поліс", ticket: "квиток, посадковий талон" },
    dated: "дата виставлення, дата рахунку, дата видачі, дата складання", otherDates: "термін оплати, сплатити до, дата оплати, дата поставки, дата народження, дійсний до", plainDates: "дата, від",
    toPay: "до сплати, разом до сплати, всього до сплати, усього до сплати, сума до сплати", totals: "всього з пдв, усього з пдв, разом з пдв, загальна сума", total: "разом, всього, усього, сума", subtotal: "проміжний підсумок",
    otherSums: "пдв, знижка, готівка, решта", notTheTotal: "разом без пдв, усього без пдв, без пдв, сума пдв, у тому числі пдв",
    salutations: "шановний, шановна, шановні", closings: "з повагою, з найкращими побажаннями", subjects: "тема", issuers: "продавець, постачальник, виконавець, відправник", recipients: "покупець, замовник, одержувач, отримувач, платник",
  },
  ja: {
    names: { invoice: "請求書, ご請求書, 御請求書, 適格請求書", receipt: "領収書, 領収証, レシート, お買上げ明細", "credit-note": "返金通知書, 適格返還請求書, 返還請求書", quote: "見積書, 御見積書, お見積書", order: "注文書, 発注書, 注文請書, 注文確認書", "delivery-note": "納品書, 送り状, 出荷明細書", "bank-statement": "取引明細書, 入出金明細, 口座取引明細, ご利用明細書, ご利用代金明細書", payslip: "給与明細, 給与明細書, 給与支給明細書", tax: "源泉徴収票, 確定申告書, 納税通知書", contract: "契約書, 賃貸借契約書, 雇用契約書, 業務委託契約書, 秘密保持契約書", report: "報告書, 年次報告書", minutes: "議事録", manual: "取扱説明書, 操作説明書", certificate: "証明書, 修了証書", insurance: "保険証券, 保険証", cv: "履歴書, 職務経歴書", form: "申込書, 申請書, 届出書", ticket: "搭乗券, 乗車券, 入場券" },
    dated: "発行日, 請求日, ご請求日, 発行年月日, 作成日, 領収日, 見積日, 請求書発行日, 納品日付", otherDates: "支払期限, お支払期限, お支払い期限, 支払期日, お支払期日, 振込期限, 納期, 納品日, 生年月日, 有効期限, 取引日, 期間", plainDates: "日付, 年月日",
    toPay: "ご請求金額, 御請求金額, 請求金額, ご請求額, お支払金額, お支払い金額, 請求合計, ご請求合計", totals: "税込合計, 合計税込, 税込金額, 総合計, 合計金額, 領収金額, 御見積金額", total: "合計, 総額", subtotal: "小計",
    otherSums: "消費税, 内税, 値引, お預り, お釣り, 現金, クレジット", notTheTotal: "税抜合計, 税抜金額, 消費税額合計, 消費税合計, 課税対象額, 合計点数",
    salutations: "拝啓, 謹啓, 前略", closings: "敬具, 謹白, 草々", subjects: "件名", issuers: "発行者, 請求元, 販売者, 差出人, 発行元", recipients: "宛先, 請求先, お届け先, 納品先",
  },
  zh: {
    names: { invoice: "发票, 發票, 增值税发票, 增值税专用发票, 增值税普通发票, 电子发票, 統一發票, 账单, 帳單", receipt: "收据, 收據, 购物小票, 销售小票, 收款收据", "credit-note": "红字发票, 贷项通知单, 貸項通知單, 折讓證明單", quote: "报价单, 報價單, 报价表", order: "采购订单, 採購單, 订单确认, 訂單確認, 采购单", "delivery-note": "送货单, 送貨單, 出货单, 交货单", "bank-statement": "对账单, 對帳單, 银行对账单, 交易明细, 账户明细, 月结单, 月結單", payslip: "工资单, 工資單, 薪资单, 薪資單", tax: "完税证明, 纳税申报表, 报税表", contract: "合同, 合約, 协议书, 租赁合同, 劳动合同, 购销合同, 保密协议", report: "报告, 報告, 年度报告, 检测报告, 体检报告", minutes: "会议纪要, 會議紀錄, 会议记录", manual: "使用说明书, 使用說明書, 说明书, 用户手册", certificate: "证明, 證明書, 证书, 證書", insurance: "保险单, 保險單", cv: "简历, 個人簡歷, 履歷表", form: "申请表, 申請表, 登记表", ticket: "登机牌, 登機證, 车票, 門票" },
    dated: "开票日期, 發票日期, 发票日期, 開立日期, 出具日期, 签发日期, 报价日期, 账单日期, 帳單日期, 开具日期", otherDates: "付款期限, 到期日, 付款截止日期, 最后付款日, 繳費期限, 交货日期, 出生日期, 有效期, 有效期至, 截止日期", plainDates: "日期",
    toPay: "应付金额, 應付金額, 应付总额, 應繳金額, 应缴金额, 实付金额, 實付金額, 实收金额", totals: "价税合计, 價稅合計, 总金额, 總金額, 合计金额, 合計金額, 含税合计, 总计, 總計", total: "合计, 合計", subtotal: "小计, 小計",
    otherSums: "税额, 稅額, 增值税, 折扣, 优惠, 现金, 找零", notTheTotal: "不含税金额, 不含税合计, 税额合计, 未稅金額, 合计数量",
    salutations: "尊敬的, 敬启者, 敬啟者", closings: "此致, 敬礼, 敬上, 顺颂商祺", subjects: "主题, 主題, 主旨, 事由", issuers: "销售方, 销售方信息, 銷售方, 卖方信息, 销方, 卖方, 賣方, 供应商, 供應商, 开票方, 收款单位, 销售方名称, 卖方名称", recipients: "购买方, 购买方信息, 購買方, 买方信息, 购方, 买方, 買方, 客户, 客戶, 收件人, 付款单位, 购买方名称",
  },
  ko: {
    names: { invoice: "세금계산서, 전자세금계산서, 청구서, 인보이스, 계산서", receipt: "영수증, 현금영수증, 간이영수증", "credit-note": "수정세금계산서, 대변표", quote: "견적서", order: "주문서, 발주서, 주문확인서, 구매주문서", "delivery-note": "납품서, 거래명세서, 출고증", "bank-statement": "거래내역서, 예금거래내역, 계좌거래내역, 이용대금명세서", payslip: "급여명세서, 임금명세서", tax: "원천징수영수증, 납세증명서, 납세고지서", contract: "계약서, 임대차계약서, 근로계약서, 매매계약서", report: "보고서, 연차보고서, 사업보고서", minutes: "회의록", manual: "사용설명서, 사용 설명서", certificate: "증명서, 수료증, 확인서", insurance: "보험증권, 보험증서", cv: "이력서", form: "신청서, 동의서", ticket: "탑승권, 승차권, 입장권" },
    dated: "작성일자, 작성일, 발행일, 발행일자, 청구일, 청구일자, 거래일자, 견적일자, 견적일", otherDates: "납부기한, 지급기한, 결제기한, 납기일, 납품일, 생년월일, 유효기간, 마감일, 만기일", plainDates: "일자, 날짜",
    toPay: "청구금액, 납기내 금액, 납기내금액, 당월부과액, 당월 부과액, 납입금액, 결제금액, 납부금액, 지불금액, 납부하실 금액, 총 결제금액, 받을금액", totals: "합계금액, 총금액, 총 금액, 총액, 총합계, 총 합계", total: "합계", subtotal: "소계",
    otherSums: "부가세, 부가가치세, 세액, 할인, 현금, 거스름돈", notTheTotal: "공급가액, 세액합계, 과세금액, 합계수량",
    salutations: "안녕하세요, 안녕하십니까, 존경하는", closings: "감사합니다, 드림, 올림", subjects: "제목", issuers: "공급자, 판매자, 발행인, 보내는 사람, 발신", recipients: "공급받는자, 구매자, 수신, 받는 사람, 수신자",
  },
  ar: {
    names: { invoice: "فاتورة, فاتورة ضريبية, فاتورة ضريبية مبسطة, الفاتورة", receipt: "إيصال, ايصال, سند قبض, إيصال دفع", "credit-note": "إشعار دائن, اشعار دائن", quote: "عرض سعر, عرض أسعار", order: "أمر شراء, تأكيد الطلب, طلب شراء", "delivery-note": "إشعار تسليم, سند تسليم, بوليصة شحن", "bank-statement": "كشف حساب, كشف الحساب", payslip: "قسيمة الراتب, كشف راتب, قسيمة راتب", contract: "عقد, عقد إيجار, عقد عمل, عقد بيع, اتفاقية", report: "تقرير, التقرير السنوي", minutes: "محضر اجتماع, محضر الاجتماع", manual: "دليل المستخدم, دليل الاستخدام", certificate: "شهادة", insurance: "وثيقة تأمين, بوليصة تأمين", cv: "السيرة الذاتية, سيرة ذاتية", form: "نموذج طلب, استمارة", ticket: "تذكرة, بطاقة صعود الطائرة" },
    dated: "تاريخ الفاتورة, تاريخ الإصدار, تاريخ الاصدار, تاريخ التحرير", otherDates: "تاريخ الاستحقاق, تاريخ السداد, آخر موعد للسداد, تاريخ التسليم, تاريخ التوريد, تاريخ الميلاد, تاريخ الانتهاء, صالح حتى", plainDates: "التاريخ, تاريخ, بتاريخ",
    toPay: "المبلغ المستحق, المبلغ المستحق للدفع, إجمالي المبلغ المستحق, المطلوب سداده, صافي المبلغ المستحق", totals: "الإجمالي شامل الضريبة, المجموع الكلي, الإجمالي الكلي, المبلغ الإجمالي, إجمالي الفاتورة, المجموع شامل الضريبة", total: "الإجمالي, المجموع, الاجمالي", subtotal: "المجموع الفرعي",
    otherSums: "ضريبة القيمة المضافة, الخصم, خصم, نقدا, الباقي", notTheTotal: "الإجمالي قبل الضريبة, غير شامل الضريبة, إجمالي الضريبة, المبلغ الخاضع للضريبة, مجموع الضريبة",
    salutations: "عزيزي, عزيزتي, السيد المحترم, السادة, تحية طيبة", closings: "مع خالص التحية, وتفضلوا بقبول, مع أطيب التحيات, مع التحية", subjects: "الموضوع, موضوع", issuers: "البائع, المورد, اسم البائع, المرسل, اسم المورد", recipients: "المشتري, العميل, اسم العميل, المرسل إليه, فاتورة إلى",
  },
  he: {
    names: { invoice: "חשבונית, חשבונית מס, חשבונית עסקה", receipt: "קבלה, חשבונית מס קבלה", "credit-note": "חשבונית זיכוי, הודעת זיכוי, חשבונית מס זיכוי", quote: "הצעת מחיר", order: "הזמנת רכש, אישור הזמנה", "delivery-note": "תעודת משלוח", "bank-statement": "דף חשבון, תדפיס חשבון", payslip: "תלוש שכר, תלוש משכורת", contract: "חוזה, הסכם, חוזה שכירות, הסכם שכירות, הסכם עבודה", report: "דוח שנתי", minutes: "פרוטוקול ישיבה", manual: "מדריך למשתמש, הוראות הפעלה", certificate: "תעודה, אישור", insurance: "פוליסת ביטוח", cv: "קורות חיים", ticket: "כרטיס טיסה, כרטיס עלייה למטוס" },
    dated: "תאריך חשבונית, תאריך החשבונית, תאריך הפקה, תאריך המסמך, תאריך מסמך, הופק בתאריך", otherDates: "לתשלום עד, מועד תשלום, תאריך תשלום, תאריך פירעון, תאריך אספקה, תאריך לידה, בתוקף עד", plainDates: "תאריך",
    toPay: "סהכ לתשלום, סה כ לתשלום, לתשלום, סכום לתשלום, יתרה לתשלום", totals: "סה כ כולל מע מ, סהכ כולל מעמ, סך הכל לתשלום, סכום כולל", total: "סה כ, סהכ, סך הכל", subtotal: "סכום ביניים",
    otherSums: "מע מ, מעמ, הנחה, מזומן, עודף", notTheTotal: "סה כ לפני מע מ, לפני מע מ, סהכ לפני מעמ, ללא מע מ, סה כ מע מ",
    salutations: "שלום רב, לכבוד, יקר, יקרה", closings: "בכבוד רב, בברכה, בתודה", subjects: "הנדון, נושא", issuers: "המוכר, הספק, שם הספק", recipients: "לכבוד, הלקוח, שם הלקוח, הקונה",
  },
};

const phrases = (text: Phrases): string[] =>
  text
    .split(", ")
    .map((phrase) => keyOf(phrase).trim())
    .filter((phrase) => phrase !== "");

/** The phrases of one kind in all these languages, in key form. */
export function moreWords(kind: Exclude<keyof Words, "names">): string[] {
  return [...new Set(Object.values(WORDS).flatMap((words) => phrases(words[kind])))];
}

/** What documents of a type call themselves in all these languages, in key form. */
export function moreNames(type: Exclude<DocumentType, "other">): string[] {
  return [...new Set(Object.values(WORDS).flatMap((words) => phrases(words.names[type] ?? "")))];
}
