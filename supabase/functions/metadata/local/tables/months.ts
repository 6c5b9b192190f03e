/**
 * The names of the months in every language that is read, January first: full names, the cases in which a date has
 * them, and the usual abbreviations without their points. The only place where they are written: the SQL function
 * `private.dates_in` has them from here, by `npm run gen:types`. Case and accents do not matter.
 */
export const MONTHS: Readonly<Record<string, readonly string[]>> = {
  en: months("january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sept sep, october oct, november nov, december dec"),
  de: months("januar jan jänner jaenner jän, februar feb febr feber, märz maerz mär mrz, april apr, mai, juni jun, juli jul, august aug, september sept sep, oktober okt, november nov, dezember dez"),
  fr: months("janvier janv jan, février févr fév fevr fev, mars, avril avr, mai, juin, juillet juil juill, août aoû, septembre sept sep, octobre oct, novembre nov, décembre déc"),
  es: months("enero ene, febrero feb, marzo mar, abril abr, mayo may, junio jun, julio jul, agosto ago agos, septiembre setiembre sept sep set, octubre oct, noviembre nov, diciembre dic"),
  it: months("gennaio gen genn, febbraio feb febbr, marzo mar, aprile apr, maggio mag magg, giugno giu, luglio lug, agosto ago agos, settembre sett set, ottobre ott, novembre nov, dicembre dic"),
  pt: months("janeiro jan, fevereiro fev, março mar, abril abr, maio mai, junho jun, julho jul, agosto ago, setembro set, outubro out, novembro nov, dezembro dez"),
  nl: months("januari jan, februari feb, maart mrt, april apr, mei, juni jun, juli jul, augustus aug, september sept sep, oktober okt, november nov, december dec"),
  ms: months("januari jan, februari feb, mac, april apr, mei, jun, julai jul, ogos ogo, september sept sep, oktober okt, november nov, disember dis"),
  pl: months("styczeń stycznia sty, luty lutego lut, marzec marca mar, kwiecień kwietnia kwi, maj maja, czerwiec czerwca cze, lipiec lipca lip, sierpień sierpnia sie, wrzesień września wrz, październik października paź, listopad listopada lis, grudzień grudnia gru"),
  cs: months("leden ledna led, únor února úno, březen března bře, duben dubna dub, květen května kvě, červen června čvn, červenec července čvc, srpen srpna srp, září zář, říjen října říj, listopad listopadu lis, prosinec prosince"),
  sk: months("január januára jan, február februára feb, marec marca mar, apríl apríla apr, máj mája, jún júna, júl júla, august augusta aug, september septembra sep, október októbra okt, november novembra nov, december decembra dec"),
  sv: months("januari jan, februari feb febr, mars, april apr, maj, juni jun, juli jul, augusti aug, september sept sep, oktober okt, november nov, december dec"),
  da: months("januar jan, februar feb febr, marts mar, april apr, maj, juni jun, juli jul, august aug, september sept sep, oktober okt, november nov, december dec"),
  no: months("januar jan, februar feb febr, mars mar, april apr, mai, juni jun, juli jul, august aug, september sept sep, oktober okt, november nov, desember des"),
  fi: months("tammikuu tammikuuta tammik tammi, helmikuu helmikuuta helmik helmi, maaliskuu maaliskuuta maalisk maalis, huhtikuu huhtikuuta huhtik huhti, toukokuu toukokuuta toukok touko, kesäkuu kesäkuuta kesäk kesä, heinäkuu heinäkuuta heinäk heinä, elokuu elokuuta elok elo, syyskuu syyskuuta syysk syys, lokakuu lokakuuta lokak loka, marraskuu marraskuuta marrask marras, joulukuu joulukuuta jouluk joulu"),
  hu: months("január januári jan, február februári febr feb, március márciusi márc már, április áprilisi ápr, május májusi máj, június júniusi jún, július júliusi júl, augusztus augusztusi aug, szeptember szeptemberi szept, október októberi okt, november novemberi nov, december decemberi dec"),
  ro: months("ianuarie ian, februarie feb febr, martie mart mar, aprilie apr, mai, iunie iun, iulie iul, august aug, septembrie sept sep, octombrie oct, noiembrie noi nov, decembrie dec"),
  tr: months("ocak oca, şubat şub, mart mar, nisan nis, mayıs may, haziran haz, temmuz tem, ağustos ağu, eylül eyl, ekim eki, kasım kas, aralık ara"),
  el: months("ιανουάριος ιανουαρίου ιαν, φεβρουάριος φεβρουαρίου φεβ φεβρ, μάρτιος μαρτίου μαρ μαρτ, απρίλιος απριλίου απρ, μάιος μαΐου μαι μαϊ, ιούνιος ιουνίου ιουν, ιούλιος ιουλίου ιουλ, αύγουστος αυγούστου αυγ, σεπτέμβριος σεπτεμβρίου σεπ σεπτ, οκτώβριος οκτωβρίου οκτ, νοέμβριος νοεμβρίου νοε νοεμ, δεκέμβριος δεκεμβρίου δεκ"),
  ru: months("январь января янв, февраль февраля фев февр, март марта мар, апрель апреля апр, май мая, июнь июня июн, июль июля июл, август августа авг, сентябрь сентября сен сент, октябрь октября окт, ноябрь ноября ноя нояб, декабрь декабря дек"),
  uk: months("січень січня січ, лютий лютого лют, березень березня бер, квітень квітня кві квіт, травень травня тра трав, червень червня чер черв, липень липня лип, серпень серпня сер серп, вересень вересня вер, жовтень жовтня жов жовт, листопад листопада лис лист, грудень грудня гру груд"),
  ar: months("يناير جانفي كانون_الثاني, فبراير فيفري شباط, مارس آذار, أبريل ابريل إبريل أفريل نيسان, مايو ماي أيار, يونيو يونيه جوان حزيران, يوليو يوليه جويلية تموز, أغسطس اغسطس أوت آب, سبتمبر أيلول, أكتوبر اكتوبر تشرين_الأول, نوفمبر تشرين_الثاني, ديسمبر كانون_الأول"),
  he: months("ינואר בינואר ינו בינו, פברואר בפברואר פבר בפבר, מרץ במרץ מרס במרס, אפריל באפריל אפר באפר, מאי במאי, יוני ביוני, יולי ביולי, אוגוסט באוגוסט אוג באוג, ספטמבר בספטמבר ספט בספט, אוקטובר באוקטובר אוק באוק, נובמבר בנובמבר נוב בנוב, דצמבר בדצמבר דצמ בדצמ"),
};

/**
 * The Japanese eras with the letter that stands for each, and the calendar of Taiwan: their first year is `first`.
 * Chinese, Japanese and Korean write months as numbers: 2024年3月5日, 2024년 3월 5일.
 */
export const ERAS: readonly { names: readonly string[]; first: number; years: number }[] = [
  { names: ["令和", "R"], first: 2019, years: 60 },
  { names: ["平成", "H"], first: 1989, years: 31 },
  { names: ["昭和", "S"], first: 1926, years: 64 },
  { names: ["民國", "民国"], first: 1912, years: 200 },
];

/** Twelve lists of names: a comma parts the months, a blank the names, and `_` is a blank within a name. */
function months(text: string): string[] {
  return text.split(", ");
}

/** The names of each month, January first, in all languages. */
export function monthNames(): string[][] {
  return Array.from({ length: 12 }, (_, index) => [
    ...new Set(Object.values(MONTHS).flatMap((names) => (names[index] ?? "").split(" "))),
  ]);
}
