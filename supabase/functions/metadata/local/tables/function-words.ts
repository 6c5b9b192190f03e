/**
 * The small words of each language: they tell the language of a text and are never its keywords. In key form (lower
 * case, no accents). A few words of business papers are included, since forms hold hardly any sentence.
 */
export const FUNCTION_WORDS: Record<string, readonly string[]> = {
  en: words(`the of and to in is that for it with as was on are be this by at from or an have not which you your we our their has were will can
    would been they all any its there if when who may must should these those into than then also only such no more other about please thank
    date total amount due cash change invoice payment price tax item description`),
  de: words(`der die das und ist nicht mit den dem des ein eine einer eines einem einen auf fur von zu im sich auch als an nach wie bei aus oder wir sie ihr
    ihre ihren ihrer ihnen wird werden wurde sind hat haben kann bis zum zur uber unter durch noch nur wenn dass diese dieser dieses bitte unser unsere vom
    rechnung datum betrag summe netto brutto menge preis seite anschrift strasse inkl zzgl mwst tisch bezahlt beleg`),
  fr: words(`le la les des du un une et est dans pour que qui par sur avec pas plus au aux ce cette ces son sa ses nous vous votre vos notre nos ou mais sont
    etre avoir fait tout tous sans sous entre comme dont leur leurs ne se si il elle ils elles afin ainsi
    facture montant prix quantite adresse rue paiement numero siege`),
  es: words(`el la los las del un una unos unas y es en para que por con no se su sus al lo como mas este esta estos estas pero o son fue ha han ser sin sobre
    entre cuando muy tambien hasta desde nos nuestro nuestra usted ustedes le les donde si
    factura importe precio cantidad fecha direccion calle pago numero cliente`),
  ms: words(`dan yang di untuk dengan ini itu adalah pada dari ke tidak oleh akan anda kami kita telah atau dalam sebagai boleh hendaklah kepada daripada tersebut
    sila terima kasih datang lagi juga ialah bagi setiap serta lain hanya jika
    jumlah resit tarikh harga baki tunai barang cukai diskaun bayaran`),
  it: words(`il lo la gli le di del della dei delle e che per un una con non si sono nel nella al alla da come piu ma anche questo questa questi ha hanno essere
    suo sua loro ci vi o se in dal dalla sul sulla
    fattura importo prezzo quantita data totale pagamento numero cliente`),
  nl: words(`de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij uit door naar over wordt worden werd heeft hebben kan uw wij u
    deze dit die onze geen nog of volgens heeft
    factuur datum bedrag prijs totaal aantal betaling klant`),
  pt: words(`o a os as do da dos das um uma e que em para com nao por se no na nos nas ao mais como mas foi sao ser seu sua seus suas ou ja esta este pelo pela
    quando muito tambem ate voce nosso nossa
    fatura valor preco quantidade data pagamento numero cliente`),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}
