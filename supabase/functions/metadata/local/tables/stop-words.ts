/**
 * Words that say nothing about what a text is about, beside the small words of function-words.ts (which tell languages
 * apart and must not grow): pronouns, common verbs, adjectives and adverbs, numbers, and the small change of letters and
 * reports. In key form. German verbs and adjectives need no entry: its keywords are nouns, which it writes in capitals.
 */
const EN = `
  about above according account accordingly across actual after again against ago all almost alone along already also although always among another any anybody anyone anything anywhere around aside
  away back because become becomes been before began begin behind being believe below beside besides between beyond both bring came cannot carry certain change changes clear clearly close come comes common
  complete concern consider contain contains continue could course current day days deal decide decided describe describes described did different difficult does doing done down during each early easily either else end ended enough entire
  especially even evening every everybody everyone everything everywhere exactly example except expect fact far few fifth figure finally find first five follow following follows found four fourth from front full fully further gave general
  generally get give given gives giving goes going gone good great grown grow half hand hands happen hard hardly has have having held help her here herself high higher highest himself his hold holds hope hour hours how
  however hundred important include included includes including indeed inside instead into its itself january just keep keeps kept kind knew know known knows large largest larger last late later latest lead least leave leaves left less
  let level like likely little live long longer look low lower lowest made main mainly make makes making many march matter mean means measure might mind minutes modest moment month monthly months more morning most
  mostly move much must name named namely near nearly need needed needs neither never new next night nine nineteen nobody none nor normal note nothing now number numbers occur off offer often old older once
  one ones only onto open opened order other others otherwise our ours out outside over own part particular parts past people perhaps person place placed places plan point points possible present previous
  probably provide provided provides put puts quarter quick quickly quite range rather read ready real really reason recent recently regard relevant remain remains report reported result results right rise rises round run runs
  said same saw say says second section see seem seems seen send sent seven several shall short should show shown shows side significant similar simple since single six small smaller some somebody someone something soon stand
  stands start state still stood stop straight such summary sure table take taken takes taking tell ten than that their them themselves then there therefore thereof these they thing things think third this those though
  thousand three through throughout thus time times today together told too took top toward towards turn twelve twenty twice two type under unless until upon use used useful uses using usual usually various very visit want was way
  ways week weeks well went were what whatever when where whether which while whole whom whose why wide will wish with within without work works working worse worst would write written year yearly years yes yet you your yours yourself
  annual daily weekly regular available able better best big bigger early own per several additional further total overall upper inner outer former latter
  metre metres meter meters kilometre kilometres kilometer kilometers centimetre centimetres millimetre millimetres mile miles feet inch inches tonne tonnes litre litres gram grams kilogram kilograms pound pounds degrees acre acres hectare hectares
  laid paid sent built held kept made grew grown fell fallen rose risen drew drawn ran won lost met spent
  enclosed attached kindly sincerely faithfully regarding concerning hereby herewith receive received request requested contact questions question information inform letter reply pleased sorry thank thanks
  chart chapter contents appendix introduction conclusion conclusions figure figures percent average approximately`;

const DE = `
  ihres ihrem ihrer ihren ihre ihr ihnen meines meinem meiner meinen meine deine deiner deinen seines seinem seiner seinen seine unseres unserem unserer unseren unsere eures eurer dieses diesem diesen jenes jener jenem jede jeder jedes jedem welche welcher welches
  monatliche monatlichen monatlicher jahrliche jahrlichen jahrlicher neue neuen neuer neues alte alten weitere weiteren weiterer folgende folgenden genannten oben unten gewohnt bisher bisherige bisheriger deshalb daher damit dafur dabei danach dann denn doch
  jahr jahre jahres jahren monat monate monats monaten woche wochen tag tage tagen stunde stunden zeit uhr ende anfang beginn mitte teil teile fall falle frage fragen dank bitte grusse anlage anlagen schreiben brief zeichen ansprechpartner ansprechpartnerin
  kundenservice mitteilung information informationen angaben angabe moglichkeit verfugung hinweis hinweise bezug erhalt rahmen sinne grund euro prozent mai april august september november herr herrn frau firma konto bank nummer anzahl hohe stand ersten zweiten dritten
  geschaftsfuhrung geschaftsfuhrer amtsgericht sparkasse bundesland kapitel abschnitt abbildung tabelle einleitung zusammenfassung inhalt inhaltsverzeichnis anhang ergebnis ergebnisse bericht berichts`;

const FR = `
  afin ainsi alors apres aucun aucune aupres autre autres avant avec avons avez ayant beaucoup bien bonne car cela celle celles celui cependant certain certaine certains certaines ceux chaque chez cinq comme comment contre courrier deja depuis dernier derniere derniers dernieres derriere
  deux devant devez devra devrait dire dix doit doivent donc durant ecrire egalement encore enfin ensemble ensuite etant ete etait etaient eux fait faite faites faut fois font grand grande grands grandes hors hui ici jamais jour jours jusque laquelle lequel lesquels lettre
  lors lorsque main maintenant mais mal meme memes merci mise mieux mode moins mois moment monsieur nouveau nouvelle nouveaux nouvelles nombre notamment notre nous nouveau oeuvre ont par parce parfois part partie pendant peu peut peuvent plupart plusieurs point possible pour pourquoi pourra pouvez premier
  premiere presque present presente pres puis puisque quand quatre quel quelle quelles quelque quelques rappelons recevoir recevrez recu reponse sans sauf selon semaine semaines sera seront service seul seule seulement sinon soit sommes sont souhaitez sous suite suivant suivante suivants sujet sur tandis tant
  tel telle telles tels temps toujours tous tout toute toutes tres trois trop trouver veuillez vers votre voici voila vous annee annees annuel annuelle mensuel mensuelle rapport chapitre tableau sommaire introduction conclusion demande`;

const ES = `
  ademas ahora algo algun alguna algunas alguno algunos alli ambos anos ante anterior anual antes aquel aquella aquellos aqui asi aun aunque bajo bastante bien cada cambio carta casi caso cerca cierto cinco comunicamos como completo con conforme contra correspondiente cual cuales cualquier cuando
  cuanto cuatro dado debe deben debera debido decir dentro desde despues dia dias dice diez dos durante ejemplo ella ellas ellos embargo encima entonces entre eran esa esas ese eso esos espera estaba estado estan estar estas este esto estos estoy fecha fin final forma fueron general gracias gran grande grandes
  haber habia hace hacen hacer hacia han hasta hay hecho hoy igual incluso informe informamos informarle jamas junto largo lado lugar luego manera mayor mediante medio mejor menor menos mensual mes meses mientras mismo misma mismos misma modo momento mucho mucha muchos muchas nada ninguno ningun ninguna nuestra nuestro nuestros nuestras nueva nuevo nuevas nuevos
  nunca ocho otra otro otras otros parte partir pasado pero poco pocos podra podran poder podemos porque posible primer primera primero propia propio pueda puede pueden pues punto quien quienes realizar recibir recibido respecto respuesta resultado resultados saber sean segun segunda segundo seis semana semanas senor senora
  siempre siendo siete siguiente siguientes sino sobre solo solamente tabla tambien tampoco tanto tener tenemos tiempo tiene tienen toda todas todavia todo todos tras tres ultima ultimo unico varios veces vez vista usted ustedes`;

/** Words of contracts, in key form: every one is full of them. */
const LEGAL = `
  shall hereby herein hereof hereto hereunder hereinafter thereof therein thereto thereunder thereafter whereas witness whereof agreement agreements contract contracts contractor contractors client party parties clause clauses article articles section sections schedule term terms
  termination terminate notice notices writing consent prior breach liability liable obligation obligations governing governed applicable pursuant provision provisions force effect effective undersigned signature signed landlord tenant employer employee licensor licensee supplier association fee fees invoice invoices payable payment payments due services service works
  law laws insurance confidentiality changes valid request damage damages interest sum sums cost costs rights right
  vertrag vertrags vertrages vertrage vertragspartner vertragspartei vertragsparteien partei parteien vereinbarung auftraggeber auftraggebers auftragnehmer auftragnehmers vermieter vermieters mieter mieters arbeitgeber arbeitnehmer verkaufer kaufer paragraf absatz ziffer klausel kundigung kundigungsfrist frist fristen schriftform zustimmung haftung verpflichtung pflichten rechte recht gesetz gerichtsstand wirksamkeit bestimmung bestimmungen unterschrift vergutung leistung leistungen laufzeit schaden
  contrat contrats present presente presentes parties partie clause clauses article articles prestataire client bailleur locataire preneur obligation obligations resiliation preavis ecrit accord responsabilite droit droits loi tribunal tribunaux soussigne soussignes signature signatures duree remuneration prestation prestations modalites
  contrato contratos partes clausula clausulas articulo articulos prestador cliente arrendador arrendatario obligacion obligaciones rescision preaviso escrito acuerdo consentimiento responsabilidad derecho derechos ley tribunales firma firmado duracion remuneracion servicio servicios plazo plazos`;

/** A name follows these. In key form. */
export const HONORIFICS: readonly string[] = ["frau", "herr", "herrn", "mr", "mrs", "ms", "miss", "dr", "prof", "madame", "mme", "monsieur", "senor", "senora", "don", "dona"];


/** How the lines of an address begin that name a person or a household. In key form. */
export const ADDRESSED: readonly string[] = ["de heer", "dhr", "mevrouw", "mevr", "mw", "familie", "fam", "eheleute", "the family", "m et mme", "mlle", "mademoiselle", "sig", "sig ra", "sigra", "signor", "signora", "egr sig", "gent ma", "spett le", "gentile cliente", "exmo", "exma", "exmo s", "sr", "sra", "d na", "pan", "pani", "hr", "fru", "herra", "rouva", "sn", "sayin"];

export const STOP_WORDS: ReadonlySet<string> = new Set(wordsIn(EN, DE, FR, ES));
export const LEGAL_WORDS: ReadonlySet<string> = new Set(wordsIn(LEGAL));

function wordsIn(...texts: string[]): string[] {
  return texts.flatMap((text) => text.trim().split(/\s+/));
}
