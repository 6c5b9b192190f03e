import { keyOf } from "../text/text.ts";
import { FUNCTION_WORDS } from "./function-words.ts";

/**
 * The small words of more languages, as people write them: they tell a text's language, and are never its keywords. They
 * stand apart from FUNCTION_WORDS, since a language is known before they are asked for.
 */
const MORE: Record<string, readonly string[]> = {
  pl: words(`i w na z do nie się jest że to o od za po dla przez oraz lub jak ale czy który która które są był była było być ten ta tym tego tej przy nr ze
    może pan pani państwo prosimy dziękujemy kwota razem data zapłaty faktura sprzedawca nabywca złotych dnia roku`),
  cs: words(`a v na se je že s z do o k i ve za po pro od jako ale nebo jsou byl byla bylo být který která které tento tato toto této při už jen ze jsme vás vám
    naše naší prosím děkujeme částka částku částky dnů data celkem datum faktura dodavatel odběratel splatnosti dne roku`),
  sk: words(`a v na sa je že s z do o k aj vo za po pre od ako ale alebo sú bol bola bolo byť ktorý ktorá ktoré tento táto toto tejto pri už len zo sme vás vám
    naše našej prosím ďakujeme suma sumu sumy dní dňa dátumu spolu dátum faktúra dodávateľ odberateľ splatnosti dňa roku`),
  sv: words(`och i att det som en på är av för med till den har de inte om ett men var jag från vi kan när nu under över mot efter eller ska skall blir blev
    din ditt dina er ert era vår vårt våra detta denna dessa också så vid här alla belopp summa datum faktura betala kund moms`),
  da: words(`og i at det som en på er af for med til den har de ikke om et men var jeg fra vi kan når nu under over mod efter eller skal bliver blev
    din dit dine jer jeres vores dette denne disse også så ved her alle hvis hvad nogle mellem beløb dato faktura betales kunde moms venligst`),
  no: words(`og i at det som en på er av for med til den har de ikke om et men var jeg fra vi kan når nå under over mot etter eller skal blir ble
    din ditt dine dere deres vår vårt våre dette denne disse også så ved her alle hvis hva noen mellom beløp dato faktura betales kunde mva vennligst`),
  fi: words(`ja on ei se että en oli ovat mutta niin kuin myös joka jotka jos vai tai sen ne hän me te he tämä tämän tätä nämä siitä ole kanssa sekä
    mukaan jälkeen ennen kautta voi voit saa pitää olla ollut teidän meidän sinun kiitos lasku laskun eräpäivä yhteensä päivämäärä summa alv asiakas`),
  hu: words(`a az és hogy nem is egy ez azt meg de van volt mint csak már még ha ki el be le fel vagy pedig amely ami aki akik ezt ezen azon után előtt alatt
    között szerint kell lehet lesz lett önnek ön önök kérjük köszönjük számla összesen dátum fizetési határidő vevő eladó összeg áfa`),
  ro: words(`și în de la cu pe nu un o din este care mai sau ca pentru să se a al ale ai fi fost au am prin după până între sub către dacă când acest această
    acestei acestui sunt va vă dumneavoastră vom noi ne vă rugăm mulțumim factură suma total data plată client furnizor cumpărător tva`),
  tr: words(`ve bir bu da de için ile olarak çok daha ne gibi kadar sonra olan ama en ya veya her şey değil var yok mi mı ise göre tarafından bizim sizin
    sayın lütfen teşekkür ederiz olduğu edilmiştir olup üzerinde içinde tarih tutar toplam fatura ödeme müşteri kdv adet`),
  id: words(`dan yang di untuk dengan ini itu adalah pada dari ke tidak oleh akan anda kami kita telah atau dalam sebagai dapat bisa karena bahwa juga sudah saya
    tanggal nomor faktur jumlah harga pembayaran jatuh tempo rp kota nama alamat terima kasih pelanggan tagihan karyawan perusahaan`),
  el: words(`και το της την του τα η ο οι των στο στη στην για με από που να θα δεν είναι σε ένα μια τις τους ως ή κατά μετά`),
  ru: words(`и в на не с что по для как это из от к а у за о же бы все так но его при или если до был была было мы вы они также который`),
  uk: words(`і в на не з що по для як це із від до а у за о ж би все так але його при або якщо був була було ми ви вони також який та є`),
  bg: words(`и в на не с че по за как това от до а се да са или ако при без беше ние вие те също който`),
};

/** The small words of every language that is told apart by words, in key form. */
export const ALL_FUNCTION_WORDS: Readonly<Record<string, readonly string[]>> = {
  ...FUNCTION_WORDS,
  ...Object.fromEntries(
    Object.entries(MORE).map(([language, list]) => [language, [...new Set(list.map((word) => keyOf(word).trim()))]]),
  ),
};

/** The letters beyond a to z that a language is written with. */
export const LETTERS: Readonly<Record<string, string>> = {
  en: "éï", de: "äöüß", fr: "àâæçéèêëîïôœùûü", es: "áéíóúüñ", it: "àèéìòóù", pt: "áâãàçéêíóôõú", nl: "éèëïöü", ms: "", id: "", pl: "ąćęłńóśźż", cs: "áčďéěíňóřšťúůýž", sk: "áäčďéíĺľňóôŕšťúýž",
  sv: "åäöé", da: "æøåé", no: "æøåéòô", fi: "äöå", hu: "áéíóöőúüű", ro: "ăâîșțşţ", tr: "çğıöşüâî",
};

function words(text: string): string[] {
  return text.split(/\s+/);
}
